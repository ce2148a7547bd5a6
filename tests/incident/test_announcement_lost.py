"""The announcement channel can't be used for a while."""

from bot.incident.announcement_lost import RecordAnnouncementsBack
from bot.incident.declaring import Declare
from bot.incident.notes import AddNote
from bot.incident.roles import AssignRole
from tests.story import BOB, Story, declared, only


def unannounced() -> Story:
    story = Story(only())
    story.slack_refuses("announcement", "is_archived")
    story.at("10:00", Declare("Checkout is down", "SEV1", story.policy))
    story.slack_refuses("nothing")
    return story


def test_it_is_announced_once_the_channel_is_back() -> None:
    story = unannounced()
    assert "announcement announce" not in story.said

    assert story.hears(RecordAnnouncementsBack(), "10:05") == ["announcement announce"]
    assert "announcement" not in story.incident.failed


def test_if_no_one_tells_us_the_next_action_tries_again() -> None:
    story = unannounced()

    assert story.hears(AddNote("Looking."), "10:05") == []
    assert story.hears(AddNote("Looking."), "10:15") == ["announcement announce"]


def test_an_announcement_that_fell_behind_catches_up() -> None:
    story = declared(policy=only())
    story.slack_refuses("edit:announcement", "is_archived")
    story.at("10:05", AssignRole("ic", BOB))
    story.slack_refuses("nothing")
    assert "edit:announcement" in story.incident.failed

    story.at("10:06", RecordAnnouncementsBack())
    assert "edit:announcement" not in story.incident.failed
    assert story.todo() == []
