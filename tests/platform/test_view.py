"""Snapshots: an incident after the reconciler's own effects, without reading it again."""

from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from bot.incident.events import CLOCK, Recorded, Shown
from bot.incident.evolve import evolve
from bot.kinds import KINDS
from bot.reconcile import REFRESH_AFTER, Snapshot
from bot.store import PendingCall
from tests.story import declared

STORY = declared()
NOW = STORY.now
VIEW = Snapshot(KINDS.of("INC-1"), STORY.incident, {}, at=0, now=NOW, seen=monotonic())
LATER = NOW + timedelta(milliseconds=200)


def did(place: int, what: str = "topic") -> Recorded:
    """Recorded effects: the first, the second … after the snapshot."""
    return Recorded(Shown(what, "face"), LATER, CLOCK, STORY.incident.version + place)


@pytest.fixture
def snapshot() -> Snapshot:
    return replace(VIEW, seen=monotonic())


def test_it_is_as_the_store_has_it(snapshot: Snapshot) -> None:
    one, two = did(1), did(2, "pin")
    known = snapshot.after([two, one])  # in the order in which they end
    assert known
    assert known.state == evolve(evolve(STORY.incident, one), two)


def test_timers_caused_by_an_effect_are_due_at_once(snapshot: Snapshot) -> None:
    """Otherwise paging the next person, if someone can't be reached, would wait for the next
    read."""
    known = snapshot.after([did(1)])
    assert known
    assert known.now == LATER


def test_events_of_others_are_read(snapshot: Snapshot) -> None:
    assert snapshot.after([did(2)]) is None
    assert snapshot.after([did(1), did(3)]) is None


def test_postponed_calls_and_calls_in_doubt_are_read(snapshot: Snapshot) -> None:
    assert snapshot.after([did(1), None]) is None
    assert replace(snapshot, pending={"say": PendingCall(tries=1)}).after([did(1)]) is None


def test_now_and_then_it_looks_all_the_same(snapshot: Snapshot) -> None:
    """People may act without any effect of ours following for long."""
    assert snapshot.after([]) == snapshot
    assert replace(snapshot, seen=snapshot.seen - REFRESH_AFTER).after([]) is None
