"""A private incident isn't there for those who aren't in on it, wherever they look."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from uuid import uuid4

import pytest

from bot.incident.incident import Incident as Facts
from bot.wiring.store import open_store
from sandbox.driver import Person
from tests.faults.payloads import click
from tests.house import TEAM, House, Incident, until


def private(house: House, *, by: Person | None = None) -> Incident:
    title = house.title("Somebody is inside")
    form = (by or house.ana).types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, severity="SEV1", private=["private"]) is None
    until(lambda: title in [each["title"] for each in house.records()], what=title)
    id_ = next(each["id"] for each in house.records() if each["title"] == title)
    incident = Incident(house, id_)
    house.declared.append(incident)
    return incident.whole()


def facts(house: House, incident: Incident) -> Facts:
    with house.asks_the_store() as redis:
        found: Facts = open_store(redis, TEAM).state(incident.id)
        return found


def members(house: House, incident: Incident) -> set[str]:
    return set(facts(house, incident).members)


@pytest.mark.transports
def test_who_comes_and_goes_is_known(either: House) -> None:
    house, incident = either, private(either)
    house.rests()
    assert members(house, incident) == {"U0ANA", "U0BOB"}  # Bob was paged, and let in
    house.ana.invites("dan", incident.channel)
    until(lambda: "U0DAN" in members(house, incident), what="Dan is in")
    house.person("dan").leaves(incident.channel)
    until(lambda: "U0DAN" not in members(house, incident), what="Dan is out")


def test_of_a_public_one_nothing_is_kept(house: House) -> None:
    incident = house.declares()
    house.rests()
    before = facts(house, incident).version
    house.person("dan").joins(incident.channel)
    house.ana.types("/incident note after it", incident.channel)
    house.rests()
    assert facts(house, incident).version == before + 1


@pytest.mark.parametrize("action_id", ["ack", "role_take", "update_open", "close"])
def test_a_stranger_s_click_finds_nothing(house: House, action_id: str) -> None:
    incident = private(house)
    house.rests()
    before = facts(house, incident).version
    said = answered(house, action_id, incident, by="U0EVE")
    assert said == f"There is no {incident.id}; it may belong to another Muster."
    house.rests()
    assert facts(house, incident).version == before


def test_whoever_acts_in_its_channel_is_in_on_it(house: House) -> None:
    incident = private(house)
    house.person("bob").leaves(incident.channel)
    until(lambda: "U0BOB" not in members(house, incident), what="Bob is out")
    house.processes["bot"].kill()
    house.ana.invites("bob", incident.channel)
    house.start("bot")
    house.bob.types("/incident note Back again", incident.channel)
    assert "U0BOB" in members(house, incident)


def answered(house: House, action_id: str, incident: Incident, *, by: str, **said: object) -> str:
    """What somebody is told who clicks a button that they were never shown."""
    told: Queue[str] = Queue()

    class Listening(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        Thread(target=server.handle_request, daemon=True).start()
        asked = click(action_id, json.dumps({"incident": incident.id, "role": "ic", **said}))
        asked["user"]["id"], asked["trigger_id"] = by, uuid4().hex
        asked["response_url"] = f"http://127.0.0.1:{server.server_port}/"
        house.slack.delivers("interactive", asked)
        return str(json.loads(told.get(timeout=5))["text"])


def test_who_was_paged_and_has_left_reads_nothing_of_it(house: House) -> None:
    incident = private(house)
    house.rests()
    house.bob.leaves(incident.channel)
    until(lambda: "U0BOB" not in members(house, incident), what="Bob is out")
    said = answered(house, "catchup", incident, by="U0BOB")
    assert said == f"There is no {incident.id}; it may belong to another Muster."
