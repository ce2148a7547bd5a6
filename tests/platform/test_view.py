"""What an attendant knows without asking: an incident after what it did to it itself."""

from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from bot.attend import NEWS_AFTER, View
from bot.incident.events import CLOCK, Recorded, Shown
from bot.incident.evolve import evolve
from bot.kinds import KINDS
from bot.store import Note
from tests.story import declared

STORY = declared()
NOW = STORY.now
VIEW = View(KINDS.of("INC-1"), STORY.incident, {}, at=0, now=NOW, looked=monotonic())
LATER = NOW + timedelta(milliseconds=200)


def did(place: int, what: str = "topic") -> Recorded:
    """What the attendant did as the first, the second … after it looked."""
    return Recorded(Shown(what, "face"), LATER, CLOCK, STORY.incident.version + place)


@pytest.fixture
def view() -> View:
    return replace(VIEW, looked=monotonic())


def test_it_is_as_the_store_has_it(view: View) -> None:
    one, two = did(1), did(2, "pin")
    known = view.after([two, one])  # as they happen to end
    assert known
    assert known.state == evolve(evolve(STORY.incident, one), two)


def test_what_follows_at_once_is_due(view: View) -> None:
    """Else who is paged next when nobody can be reached would wait for the next look."""
    known = view.after([did(1)])
    assert known
    assert known.now == LATER


def test_what_somebody_did_meanwhile_is_looked_for(view: View) -> None:
    assert view.after([did(2)]) is None
    assert view.after([did(1), did(3)]) is None


def test_what_was_put_off_or_is_in_doubt_is_looked_at(view: View) -> None:
    assert view.after([did(1), None]) is None
    assert replace(view, notes={"say": Note(tries=1)}).after([did(1)]) is None


def test_now_and_then_it_looks_all_the_same(view: View) -> None:
    """Somebody may act and nothing of ours come after it for long."""
    assert view.after([]) == view
    assert replace(view, looked=view.looked - NEWS_AFTER).after([]) is None
