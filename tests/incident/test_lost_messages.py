"""The card and the announcement are posted again if somebody deletes them."""

import pytest

from bot.incident.card import problems
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.lost_messages import GONE, MOST, RecordMessageDeleted
from bot.incident.roles import AssignRole
from bot.paging.commands import Acknowledge
from tests.story import BOB, Story, declared, only


def deletes(story: Story, key: str, when: str) -> list[str]:
    """Somebody deletes the message `key`; returns the messages that follow."""
    at = story.incident.said[key]
    return story.hears(RecordMessageDeleted(at.channel, at.ts), when)


@pytest.mark.parametrize(
    ("key", "said"), [("card", "card here"), ("announcement", "announcement announce")]
)
def test_a_deleted_message_is_posted_anew(key: str, said: str) -> None:
    story = declared(policy=only())
    before = story.incident.said[key].ts

    assert deletes(story, key, "10:05") == [said]
    assert story.incident.said[key].ts != before
    assert story.incident.shown["pin"] == story.incident.said["card"].ts


def test_news_of_an_earlier_card_changes_nothing() -> None:
    story = declared(policy=only())
    at = story.incident.said["card"]
    deletes(story, "card", "10:05")

    assert story.hears(RecordMessageDeleted(at.channel, at.ts), "10:06") == []


def test_an_update_that_finds_no_message_posts_it_anew() -> None:
    story = declared(policy=only())
    story.slack_refuses("edit:card", GONE)

    assert "card here" in story.hears(AssignRole("ic", BOB), "10:05")
    assert "edit:card" not in story.incident.failed


def test_what_is_deleted_whenever_it_is_posted_is_given_up() -> None:
    story = declared(policy=only())
    said = [deletes(story, "card", f"10:{5 + each:02}") for each in range(MOST)]
    assert said == [["card here"]] * MOST

    assert deletes(story, "card", "10:40") == []


def test_once_it_is_over_nothing_is_missed() -> None:
    story = declared(policy=only())
    story.at("10:05", ChangeStage(Stage.CANCELLED))

    assert deletes(story, "card", "10:06") == []


def test_another_message_that_was_deleted_is_no_problem_on_the_card() -> None:
    story = declared()
    story.slack_refuses("edit:page", GONE)
    story.at("10:01", Acknowledge(), by=BOB)

    assert [key for key in story.incident.failed if key.startswith("edit:page")]
    assert problems(story.incident) == []
