"""A person who was about to declare the same incident joins it instead."""

import pytest

from bot.errors import Refused
from bot.incident.duplicates import Join
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.timeline import timeline
from tests.story import BOB, CARL, declared

SEEN = Join("Checkout is down\nOnly with credit cards.")


def test_joining_invites_the_person_and_records_their_report() -> None:
    story = declared()

    assert story.hears(SEEN, "10:04", by=BOB) == ["report here"]

    assert "member:U0BOB" in [each.key for each in story.done]
    last = timeline(story.incident)[-1]
    assert (last.by, last.kind, last.text) == (BOB, "note", SEEN.text)
    assert last.said is not None


def test_two_may_join_and_a_replay_knows_both() -> None:
    story = declared()
    story.at("10:04", SEEN, by=BOB)
    story.at("10:05", Join("Search, too"), by=CARL)

    assert story.incident.joined == (BOB, CARL)
    assert story.replayed() == story.incident


def test_a_resolved_one_may_still_be_joined() -> None:
    story = declared()
    story.at("10:04", ChangeStage(Stage.RESOLVED))

    assert story.hears(SEEN, "10:05", by=BOB) == ["report here"]


def test_a_closed_incident_is_not_joined() -> None:
    story = declared()
    story.at("10:04", ChangeStage(Stage.CANCELLED))

    with pytest.raises(Refused, match=r"INC-1 is cancelled, .* declare it again: `/incident"):
        story.at("10:05", SEEN, by=BOB)
    assert story.incident.joined == ()
