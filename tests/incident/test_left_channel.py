"""Whoever leaves the channel and still has a job there is reminded by direct message."""

from bot.incident.members import RecordJoin, RecordLeave
from bot.incident.roles import AssignRole
from bot.incident.updates import PostUpdate
from tests.story import ANA, BOB, CARL, Story, declared, minutes, only


def commanded() -> Story:
    story = declared(policy=only(update_every=minutes(30)))
    story.at("10:01", AssignRole("ic", BOB), by=BOB)
    return story


def nags(story: Story) -> list[str]:
    return [each for each in story.said if each.startswith("nag")]


def test_a_commander_who_left_is_reminded_by_direct_message() -> None:
    story = commanded()
    story.at("10:05", RecordLeave(BOB))

    story.until("10:35")
    assert sorted(nags(story)) == sorted(["nag here", f"nag @{BOB}"])


def test_who_leaves_after_the_reminder_gets_it_too() -> None:
    story = commanded()
    story.until("10:35")

    assert story.hears(RecordLeave(BOB), "10:40") == [f"nag @{BOB}"]


def test_who_is_back_is_asked_in_the_channel_alone() -> None:
    story = commanded()
    story.at("10:05", RecordLeave(BOB))
    story.at("10:06", RecordJoin(BOB))

    story.until("10:35")
    assert nags(story) == ["nag here"]


def test_what_was_answered_is_not_asked_again() -> None:
    story = commanded()
    story.until("10:35")
    story.at("10:36", PostUpdate("Rolling back."), by=ANA)

    assert story.hears(RecordLeave(BOB), "10:40") == []


def test_people_without_a_job_come_and_go() -> None:
    story = commanded()
    before = story.incident.version

    story.at("10:05", RecordLeave(CARL))
    assert story.incident.version == before
