"""An answered reminder shows the answer instead of its buttons; one that a newer one replaced has
none."""

from dataclasses import replace

from bot.incident.effects import EditMessage
from bot.incident.events import Reminded, Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.policy import Severity
from bot.incident.roles import AssignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.snoozing import Snooze
from bot.incident.updates import PostUpdate
from tests.story import ANA, BOB, POLICY, Story, declared, minutes, only

PACED = only(update_every=minutes(30))


def edits(story: Story) -> list[str]:
    """The reminders that were edited, by time and reason."""
    drawn = [each.message.about for each in story.done if isinstance(each, EditMessage)]
    return [
        f"{each.at:%H:%M} {each.event.reminder}"
        for each in drawn
        if isinstance(each.event, Reminded)
    ]


def test_it_is_drawn_once_when_it_is_answered() -> None:
    story = declared(policy=PACED)
    story.at("10:30")
    assert edits(story) == []

    story.at("10:33", PostUpdate("Rolling back."))
    assert edits(story) == ["10:30 update"]
    story.at("10:40", PostUpdate("Rolled back."))
    story.at("10:41", AssignRole("ic", BOB))
    assert edits(story) == ["10:30 update"]


def test_of_a_hundred_reminders_only_the_newest_is_edited_by_the_answer() -> None:
    story = declared(policy=PACED)
    assert len(story.until("60:00")) == 100
    assert len(edits(story)) == 99  # each once, when the next one came

    story.at("60:10", PostUpdate("Good morning."))

    assert edits(story)[99:] == ["12:00 update"]  # two days later


def test_under_an_earlier_releases_policy_older_ones_stay_as_they_are() -> None:
    story = declared(policy=replace(PACED, together=False))
    story.until("60:00")
    story.at("60:10", PostUpdate("Good morning."))

    assert edits(story) == ["12:00 update"]


def test_the_newest_is_edited_once_for_all_that_it_asked() -> None:
    story = declared("SEV1", POLICY)
    story.until("10:30")
    before = len(edits(story))

    story.at("10:31", ChangeStage(Stage.RESOLVED))

    assert edits(story)[before:] == ["10:25 ack", "10:30 update"]  # the first was asked before it


def test_an_answer_stands_though_it_is_asked_again_later() -> None:
    story = declared(policy=PACED)
    story.at("10:30")
    story.at("10:33", Snooze(minutes(20), "The backup restores."))
    assert edits(story) == ["10:30 update"]

    assert story.until("11:23") == ["10:53 asks for update", "11:23 asks for update"]
    story.at("11:24", PostUpdate("Restored."))
    assert edits(story) == ["10:30 update", "10:53 update", "11:23 update"]


def test_a_reminder_resolved_by_a_severity_is_edited_once() -> None:
    row = Severity("SEV2", "Minor", update_every=None)
    policy = only(update_every=minutes(30))
    story = declared(policy=POLICY.__class__((*policy.severities, row), policy.roles))
    story.at("10:30")
    story.at("10:31", ChangeSeverity("SEV2"))
    story.at("10:32", ChangeSeverity("SEV1"), by=ANA)

    assert edits(story) == ["10:30 update"]


def test_one_that_never_came_is_not_drawn() -> None:
    story = declared(policy=PACED)
    story.slack_refuses("nag:", "msg_too_long")
    story.at("10:30")
    story.at("10:33", PostUpdate("Rolling back."))

    assert edits(story) == []
