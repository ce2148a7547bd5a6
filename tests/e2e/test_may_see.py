"""A private incident is invisible to people who aren't members, wherever they look."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from uuid import uuid4

import pytest

from bot.incident.incident import Incident as Facts
from bot.wiring.connection import open_store
from sandbox.driver import Person
from tests.faults.payloads import click
from tests.harness import TEAM, Harness, Incident, until


def private(harness: Harness, *, by: Person | None = None) -> Incident:
    title = harness.title("Somebody is inside")
    form = (by or harness.ana).types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, severity="SEV1", private=["private"]) is None
    until(lambda: title in [each["title"] for each in harness.records()], what=title)
    id_ = next(each["id"] for each in harness.records() if each["title"] == title)
    incident = Incident(harness, id_)
    harness.declared.append(incident)
    return incident.whole()


def facts(harness: Harness, incident: Incident) -> Facts:
    with harness.asks_the_store() as redis:
        found: Facts = open_store(redis, TEAM).streams.state(incident.id)
        return found


def members(harness: Harness, incident: Incident) -> set[str]:
    return set(facts(harness, incident).members)


@pytest.mark.transports
def test_members_are_recorded_as_they_join_and_leave(either: Harness) -> None:
    harness, incident = either, private(either)
    harness.rests()
    assert members(harness, incident) == {"U0ANA", "U0BOB"}  # Bob was paged, and invited
    harness.ana.invites("dan", incident.channel)
    until(lambda: "U0DAN" in members(harness, incident), what="Dan is in")
    harness.person("dan").leaves(incident.channel)
    until(lambda: "U0DAN" not in members(harness, incident), what="Dan is out")


def test_a_public_incident_records_no_members(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    before = facts(harness, incident).version
    harness.person("dan").joins(incident.channel)
    harness.ana.types("/incident note after it", incident.channel)
    harness.rests()
    assert facts(harness, incident).version == before + 1


@pytest.mark.parametrize("action_id", ["ack", "role_take", "update_open", "close"])
def test_a_stranger_s_click_finds_nothing(harness: Harness, action_id: str) -> None:
    incident = private(harness)
    harness.rests()
    before = facts(harness, incident).version
    said = answered(harness, action_id, incident, by="U0EVE")
    assert said == f"{incident.id} not found."
    harness.rests()
    assert facts(harness, incident).version == before


def test_acting_in_its_channel_makes_a_member(harness: Harness) -> None:
    incident = private(harness)
    harness.person("bob").leaves(incident.channel)
    until(lambda: "U0BOB" not in members(harness, incident), what="Bob is out")
    harness.processes["bot"].kill()
    harness.ana.invites("bob", incident.channel)
    harness.start("bot")
    harness.bob.types("/incident note Back again", incident.channel)
    assert "U0BOB" in members(harness, incident)


def answered(
    harness: Harness, action_id: str, incident: Incident, *, by: str, **said: object
) -> str:
    """The reply to a person who clicks a button that they were never shown."""
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
        about = {"incident": incident.id, "mark": incident.mark, "role": "ic"}
        asked = click(action_id, json.dumps({**about, **said}))
        asked["user"]["id"], asked["trigger_id"] = by, uuid4().hex
        asked["response_url"] = f"http://127.0.0.1:{server.server_port}/"
        harness.slack.delivers("interactive", asked)
        return str(json.loads(told.get(timeout=5))["text"])


def test_a_paged_person_who_left_sees_nothing_of_it(harness: Harness) -> None:
    incident = private(harness)
    harness.rests()
    harness.bob.leaves(incident.channel)
    until(lambda: "U0BOB" not in members(harness, incident), what="Bob is out")
    said = answered(harness, "catchup", incident, by="U0BOB")
    assert said == f"{incident.id} not found."
