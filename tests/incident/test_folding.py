"""One act is one message in the channel; the history and the timeline have all of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.incident.events import HandoffOffered, Stage
from bot.incident.folding import besides
from bot.incident.handoffs import AcceptRole, OfferRole
from bot.incident.lifecycle import ChangeStage
from bot.incident.outbound import outbound_messages
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.tasks import AddTask
from bot.incident.timeline import timeline
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge, Page
from bot.streams.event import Command
from tests.story import ANA, BOB, CARL, POLICY, Story, declared


def here(story: Story, command: Command, when: str, by: str = ANA) -> list[str]:
    """The messages in the channel that a command causes."""
    return [each for each in story.hears(command, when, by) if each.endswith(" here")]


def also(story: Story, kind: str) -> list[str]:
    """The events that are told in the newest message of this kind."""
    newest = [each for each in outbound_messages(story.incident) if each.kind.name == kind][-1]
    return [type(each.event).__name__ for each in besides(story.incident, newest.about)]


def test_taking_command_is_one_message_and_acknowledges() -> None:
    story = declared("SEV1")
    assert here(story, AssignRole("ic", ANA), "10:01") == ["role here"]
    assert also(story, "role") == ["Acknowledged"]
    assert story.incident.acknowledged_by == ANA


def test_who_was_paged_by_hand_and_takes_command_answers_in_the_same_message() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge())
    story.at("10:02", Page((BOB,), "help"))
    assert here(story, AssignRole("ic", BOB), "10:03", BOB) == ["role here"]
    assert also(story, "role") == ["PageAnswered"]


def test_an_update_tells_the_stage_and_the_acknowledgement() -> None:
    story = declared("SEV1")
    update = PostUpdate("Rolling back.", stage=Stage.IDENTIFIED)
    assert here(story, update, "10:03", BOB) == ["update here"]
    assert also(story, "update") == ["Acknowledged", "StageChanged"]


def test_tasks_that_are_done_with_the_resolution_are_told_in_it() -> None:
    story = declared("SEV1")
    story.at("10:01", AddTask("Restart"))
    story.at("10:02", AddTask("Look"))
    resolved = ChangeStage(Stage.RESOLVED, "Fixed.", done=(1, 2))
    assert here(story, resolved, "10:05") == ["stage here"]
    assert also(story, "stage") == ["TaskDone", "TaskDone"]


def test_accepting_a_role_is_one_message() -> None:
    story = declared("SEV1")
    story.at("10:01", OfferRole("ic", CARL))
    (offer,) = [e.seq for e in story.incident.history if isinstance(e.event, HandoffOffered)]
    assert here(story, AcceptRole("ic", offer), "10:02", CARL) == ["role here"]


@pytest.mark.parametrize("who", [BOB, ANA])
def test_what_different_acts_did_is_told_by_each(who: str) -> None:
    story = declared("SEV1")
    assert here(story, Acknowledge(), "10:01", BOB) == ["ack here"]
    assert here(story, AssignRole("ic", who), "10:01", who) == ["role here"]
    assert also(story, "role") == []


def test_the_timeline_has_a_line_for_each_and_links_the_one_message() -> None:
    story = declared("SEV1")
    story.at("10:01", AssignRole("ic", ANA))
    role, ack = timeline(story.incident)[-2:]
    assert [role.kind, ack.kind] == ["role", "ack"]
    assert role.said == ack.said is not None


def test_what_an_earlier_release_declared_keeps_its_messages() -> None:
    story = declared("SEV1", replace(POLICY, together=False))
    assert here(story, AssignRole("ic", ANA), "10:01") == ["role here", "ack here"]


# --- briefings -----------------------------------------------------------------------------


def test_a_briefing_comes_once_for_each_person_and_role() -> None:
    story = declared("SEV1")
    assert f"briefing @{BOB}" in story.hears(AssignRole("ic", BOB), "10:01", BOB)
    assert f"briefing @{CARL}" in story.hears(AssignRole("ic", CARL), "10:02", CARL)
    assert f"briefing @{BOB}" not in story.hears(AssignRole("ic", BOB), "10:03", BOB)
    assert f"briefing @{BOB}" in story.hears(AssignRole("ol", BOB), "10:04", BOB)


def test_a_briefing_that_never_came_comes_the_next_time() -> None:
    story = declared("SEV1")
    story.slack_is_away()
    story.at("10:01", AssignRole("ic", BOB), BOB)
    story.at("10:02", UnassignRole("ic"), BOB)
    story.slack_is_back()
    story.now += timedelta(minutes=1)
    assert f"briefing @{BOB}" in story.hears(AssignRole("ic", BOB), "10:04", BOB)
