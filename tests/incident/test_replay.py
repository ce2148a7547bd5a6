"""Replaying a whole history gives the same state as applying its events one by one."""

from dataclasses import fields
from typing import Any

import pytest

from bot.incident.channel import RecordChannelBack, RecordChannelLost, RecordChannelName
from bot.incident.declaring import Declare
from bot.incident.drafting import RequestPostmortem
from bot.incident.events import Stage
from bot.incident.evolve import evolve, replay
from bot.incident.incident import Incident
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.milestones import CorrectMilestone
from bot.incident.notes import AddNote
from bot.incident.pins import FollowDeletion, FollowEdit, PinMessage, UnpinMessage
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.slices import EVENTS
from bot.incident.snoozing import Snooze
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge, Page
from tests.story import BOB, CARL, POLICY, Story, clock, minutes

STAMP = "1893493800.000100"


@pytest.mark.parametrize("kind", EVENTS.values())
def test_no_event_takes_a_name_that_the_record_itself_has(kind: Any) -> None:
    assert not {each.name for each in fields(kind)} & {"kind", "at", "by"}


def test_every_beginning_of_a_long_story_adds_up() -> None:
    story = Story()
    story.slack_refuses("channel", "restricted_action")
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY))
    assert "channel" in story.incident.failed
    story.slack_refuses("nothing")
    story.at("10:01", AddNote("It may be mended by now."))
    assert story.incident.channel
    for when, command in (
        ("10:02", AssignRole("ic", BOB)),
        ("10:03", ChangeSeverity("SEV0")),
        ("10:09", Acknowledge()),
        ("10:30", PostUpdate("Rolling back.")),
        ("10:31", UnassignRole("ic")),
        ("10:32", Snooze(minutes(20), "The backup restores.")),
        ("10:33", Page((BOB,), "The database won't come up.")),
        ("10:34", Acknowledge()),
        ("10:50", ChangeStage(Stage.MITIGATED)),
        ("11:30", ChangeStage(Stage.RESOLVED, "Rolled back.")),
        ("11:31", RequestPostmortem()),
        ("11:32", CorrectMilestone("mitigated", clock("10:45"))),
        ("11:33", PinMessage(STAMP)),
        ("11:34", FollowEdit(STAMP, CARL, "It was the config.")),
        ("11:35", FollowDeletion(STAMP)),
        ("11:36", UnpinMessage(STAMP)),
        ("11:37", RecordChannelName("incident-checkout")),
        ("11:38", RecordChannelLost("not_in_channel")),
        ("11:39", RecordChannelBack()),
        ("12:00", Reopen("It is back.")),
        ("12:30", ChangeStage(Stage.CANCELLED)),
    ):
        story.at(when, command)

    step_by_step = Incident("INC-1")
    for seq, recorded in enumerate(story.records, start=1):
        before, was = step_by_step, repr(step_by_step)
        step_by_step = evolve(before, recorded)
        assert replay("INC-1", story.records[:seq]) == step_by_step, recorded
        assert repr(before) == was, "what was is not changed by what comes"
    assert len(story.records) > 40
