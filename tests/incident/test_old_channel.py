"""A reopened incident left its archived channel: once that is back, it links to the new one."""

import pytest

from bot.incident.card import problems
from bot.incident.channel import RecordChannelLost
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.old_channel import RecordOldChannelBack
from bot.incident.pending import pending_effects
from bot.streams.event import Command
from tests.story import Story, declared, only

BACK = RecordOldChannelBack("C0INC")
LINK = "notice:continued:C0INC"


def reopened(*, private: bool = False) -> Story:
    """Reopened at 10:10 in a new channel, C0NEW: C0INC is archived."""
    story = declared(policy=only(), private=private)
    story.at("10:05", ChangeStage(Stage.CANCELLED))
    story.is_archived("C0INC")
    story.at("10:10", Reopen("It is back."))
    assert story.incident.channel == "C0NEW"
    return story


@pytest.mark.parametrize("private", [False, True])
def test_the_old_channel_links_to_the_new_one_once(private: bool) -> None:
    story = reopened(private=private)

    assert LINK not in story.todo()
    assert story.hears(BACK, "10:20", by="clock") == ["notice old:C0INC"]
    assert story.hears(BACK, "10:21", by="clock") == []
    assert story.replayed() == story.incident


def test_archived_again_too_soon_it_waits_for_the_next_time_and_is_no_problem() -> None:
    story = reopened()
    story.slack_refuses(LINK, "is_archived")

    assert story.hears(BACK, "10:20") == []
    assert story.todo() == []
    assert problems(story.incident) == []
    story.slack_refuses("nothing")
    assert story.until("11:00") == []
    assert LINK not in story.incident.said, "nothing is tried again by itself"
    assert story.hears(BACK, "11:10") == ["notice old:C0INC"]
    assert LINK not in story.incident.failed


def test_back_while_the_new_channel_is_opening_it_links_to_that() -> None:
    story = declared(policy=only())
    story.at("10:05", ChangeStage(Stage.CANCELLED))
    story.is_archived("C0INC")
    story.slack_is_away()
    story.at("10:10", Reopen("It is back."))
    story.carry_out(next(each for each in pending_effects(story.incident) if "stage" in each.key))
    assert story.todo()[0] == "channel"
    story.at("10:11", BACK, by="clock")
    assert LINK not in story.todo()

    story.slack_is_back()
    delivered = story.deliver()
    assert delivered[0] == "channel"
    assert delivered.count(LINK) == 1
    assert story.incident.old_channels == ("C0INC",)


def test_back_when_it_is_over_again_it_still_links() -> None:
    story = reopened()
    story.at("10:15", ChangeStage(Stage.CANCELLED))

    assert story.hears(BACK, "12:00") == ["notice old:C0INC"]


@pytest.mark.parametrize(
    "command", [RecordOldChannelBack("C0NEW"), RecordOldChannelBack("C0ELSE")]
)
def test_only_a_channel_that_it_left_counts(command: Command) -> None:
    story = reopened()
    version = story.incident.version

    assert story.hears(command, "10:20") == []
    assert story.incident.version == version


def test_the_present_channel_is_lost_and_comes_back_without_a_link() -> None:
    story = declared(policy=only())
    story.at("10:10", RecordChannelLost("is_archived"))

    assert story.hears(BACK, "10:20") == []
