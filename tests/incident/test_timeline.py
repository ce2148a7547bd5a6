"""The timeline, as people read it."""

import pytest

from bot.incident.declaring import Declare
from bot.incident.drafting import RequestPostmortem
from bot.incident.events import CLOCK, Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.notes import AddNote
from bot.incident.roles import AssignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.snoozing import Snooze
from bot.incident.timeline import timeline
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge, EscalateNow, Page
from bot.streams.event import Command
from tests.story import ANA, BOB, ON_CALL, POLICY, SAM, Story, declared, minutes, only


def test_an_evening_reads_as_what_happened() -> None:
    story = declared("SEV1")
    story.at("10:01", AssignRole("ic", BOB), by=BOB)
    story.at("10:02", AddNote("Errors began 09:58 <!channel>."))
    story.at("10:09", ChangeSeverity("SEV0", "payments too"))
    story.until("10:14")
    story.at("10:14:30", ChangeStage(Stage.MITIGATED))

    assert [(f"{each.at:%H:%M}", each.by, each.kind, each.text) for each in timeline(
        story.incident)] == [
        ("10:00", ANA, "declared", "Declared SEV1: Checkout is down"),
        ("10:00", CLOCK, "page", "Paged <@U0PAT>"),
        ("10:01", BOB, "role", "<@U0BOB> is Incident Commander"),
        ("10:01", BOB, "ack", "Acknowledged"),
        ("10:02", ANA, "note", "Errors began 09:58 <!channel>."),
        ("10:09", ANA, "severity", "Severity is now SEV0: payments too"),
        ("10:09", CLOCK, "page", "Paged <@U0PAT>"),
        ("10:14", CLOCK, "page", "Paged <@U0SAM>"),
        ("10:14", ANA, "stage", "Mitigated"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "kind", "text"),
    [
        (PostUpdate("Rolling back.\nETA 5 min."), "update", "Rolling back.\nETA 5 min."),
        (ChangeStage(Stage.RESOLVED, "Rolled back."), "stage", "Resolved: Rolled back."),
        (RequestPostmortem(), "postmortem", "Requested a postmortem draft"),
        (Page((BOB,), "R&D"), "page", "Paged <@U0BOB>: R&D"),
        (Page((BOB,), "", "primary"), "page", "Paged <@U0BOB> (on call for primary)"),
    ],
)
def test_people_are_quoted_as_they_wrote(command: Command, kind: str, text: str) -> None:
    story = declared(policy=only())
    story.at("10:01", command)

    entry = timeline(story.incident)[-1]
    assert (entry.kind, entry.text) == (kind, text)


def test_a_snooze_says_how_long_and_why() -> None:
    story = declared("SEV1")
    story.at("10:01", Snooze(minutes(90), "The backup restores."))

    entry = timeline(story.incident)[-1]
    assert (entry.kind, entry.text) == (
        "snooze",
        "Snoozed updates for 1h 30m: The backup restores.",
    )
    assert entry.said


def test_people_skipped_because_they_acknowledged_are_named() -> None:
    story = declared(policy=only(POLICY.chains[0], stalled_after=minutes(30)))
    story.at("10:01", Acknowledge(), by=SAM)
    story.at("10:31")
    story.at("10:33", EscalateNow(ON_CALL))

    told = [each.text for each in timeline(story.incident) if each.kind == "page"]
    assert told[1:] == ["Paged no one: <@U0SAM>: already on it", "Paged <@U0BOSS>, #leads"]


def test_an_entry_says_where_its_message_stands() -> None:
    story = declared(policy=only())
    story.at("10:01", Acknowledge())
    story.at("10:02", AddNote("Not said in Slack."))

    first, acknowledged, note = timeline(story.incident)
    assert first.said
    assert acknowledged.said
    assert acknowledged.said.channel == "C/here"
    assert note.said is None


def test_deliveries_are_not_in_the_timeline() -> None:
    assert len(timeline(declared(policy=only()).incident)) == 1


def test_a_step_that_reached_nobody_says_why() -> None:
    story = Story()
    story.on_call = {}
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY))

    assert [each.text for each in timeline(story.incident)[1:3]] == [
        "Paged no one: no one is on call for primary",
        "Paged no one: no one is on call for secondary",
    ]
