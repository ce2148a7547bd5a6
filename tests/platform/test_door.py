"""Permissions are checked before anything is decided or written, on a real store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bot.clock import StoreClock
from bot.embedded import EmbeddedServer
from bot.errors import Refused
from bot.incident.declaring import Declare
from bot.incident.events import ChannelOpened
from bot.incident.incident import Incident
from bot.incident.notes import AddNote
from bot.incidents import Incidents
from bot.streams.access import Grants
from bot.streams.actor import Actor, Source, User
from bot.wiring.connection import open_store
from tests.story import ANA, CARL, POLICY

NOTE = AddNote("Rolling back.")


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Incidents]:
    folder: Path = tmp_path_factory.mktemp("d")
    server = EmbeddedServer(folder)
    server.start()
    with Redis.from_url(server.url) as redis:
        store = open_store(redis, "T1")
        yield Incidents(store, StoreClock(store.now))
    server.stop()


def opened(incidents: Incidents, title: str, *, private: bool) -> Incident:
    declare = Declare(title, "SEV3", POLICY, private=private)
    outcome = incidents.declare(declare, by=User(ANA), intent=title)
    assert not isinstance(outcome, Incident)
    return outcome.incident


@pytest.mark.parametrize(
    ("actor", "grants"),
    [(User(CARL), Grants()), (User(CARL), Grants("C0GENERAL")), (Source("prom"), Grants())],
)
def test_a_command_of_who_may_not_is_refused_and_nothing_is_written(
    incidents: Incidents, actor: Actor, grants: Grants, request: pytest.FixtureRequest
) -> None:
    incident = opened(incidents, f"Checkout {request.node.name}", private=True)
    with pytest.raises(Refused):
        incidents.handle(incident.id, NOTE, by=actor, intent=request.node.name, grants=grants)
    assert incidents.get(incident.id) == incident
    assert incidents.store.streams.intended(request.node.name) is None
    assert incidents.handle(incident.id, NOTE, by=User(ANA)).events


def test_a_source_can_not_declare(incidents: Incidents) -> None:
    before = incidents.store.streams.open_ids("INC")
    with pytest.raises(Refused):
        incidents.declare(Declare("Disk", "SEV3", POLICY), by=Source("prom"), intent="disk")
    assert incidents.store.streams.open_ids("INC") == before


def test_neither_half_of_a_merge_goes_past_the_door(incidents: Incidents) -> None:
    here = opened(incidents, "Search is slow", private=False)
    secret = opened(incidents, "Somebody took the keys", private=True)
    for into, other in ((here, secret), (secret, here)):
        with pytest.raises(Refused, match=f"{secret.id} not found"):
            incidents.merge(into.id, other.id, by=User(CARL), intent=f"merge {into.id}")
    assert incidents.get(here.id) == here
    assert incidents.get(secret.id) == secret
    twin = opened(incidents, "Search is slow again", private=False)
    assert incidents.merge(here.id, twin.id, by=User(ANA), intent="merge twin").events


@pytest.mark.parametrize(
    ("by", "grants", "allowed"),
    [
        (CARL, Grants(), False),
        (CARL, Grants("C0GENERAL"), False),
        (CARL, Grants(member_of=frozenset({"C0GENERAL"})), False),
        (CARL, Grants(member_of=frozenset({"C0THERE"})), True),
        (CARL, Grants("C0THERE"), True),
        (CARL, Grants(is_admin=True), True),
        (ANA, Grants(), True),
    ],
)
def test_only_who_takes_part_in_it_ends_it_by_a_merge(
    incidents: Incidents,
    by: str,
    grants: Grants,
    allowed: bool,
    request: pytest.FixtureRequest,
) -> None:
    name = request.node.name
    here = opened(incidents, f"Search is slow {name}", private=False)
    there = opened(incidents, f"Payments fail {name}", private=False)
    opening = [ChannelOpened("C0THERE", "incident-there")]
    incidents.store.streams.append(there.id, opening, at=incidents.clock.now(), by="clock")
    if allowed:
        assert incidents.merge(here.id, there.id, by=User(by), intent=name, grants=grants).events
        return
    with pytest.raises(Refused, match=f"only people who take part in {there.id} can do that"):
        incidents.merge(here.id, there.id, by=User(by), intent=name, grants=grants)
    assert incidents.get(there.id).is_open
    assert not incidents.get(here.id).merged_from


def test_the_actor_is_stored_as_text(incidents: Incidents) -> None:
    incident = opened(incidents, "Mail is late", private=False)
    incidents.handle(incident.id, NOTE, by=User(CARL))
    assert [each.by for each in incidents.get(incident.id).history] == [ANA, CARL]
