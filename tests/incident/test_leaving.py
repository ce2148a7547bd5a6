"""A person who leaves the workspace loses their roles, however we find out."""

import pytest

from bot.incident.deactivation import LeaveWorkspace
from bot.incident.events import (
    CLOCK,
    HandoffWithdrawn,
    RoleEmptied,
    Stage,
    TaskAssigned,
    TaskOverdue,
)
from bot.incident.handoffs import OfferRole
from bot.incident.lifecycle import ChangeStage
from bot.incident.offers import waiting
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.tasks import AddTask, AssignTask, FinishTask
from bot.incident.timeline import timeline
from tests.story import ANA, BOB, CARL, Story, clock, declared, minutes, only

NAGGED = only(commander_within=minutes(10), roles=("ic", "ol"), roles_within=minutes(15))


def commanding() -> Story:
    story = declared(policy=NAGGED)
    story.at("10:01", AssignRole("ic", BOB), by=BOB)
    story.at("10:01", AssignRole("ol", BOB), by=BOB)
    return story


def test_their_roles_fall_open_and_are_nagged_for() -> None:
    story = commanding()
    before = len(story.said)

    happened = story.at("11:00", LeaveWorkspace(BOB), by=CLOCK)
    assert happened == [RoleEmptied("ic", left=BOB), RoleEmptied("ol", left=BOB)]
    assert story.said[before:] == ["role here", "role here"]
    assert story.until("11:15") == ["11:10 asks for commander", "11:15 asks for role"]
    last = timeline(story.incident)[-3]
    assert (last.by, last.text) == (
        CLOCK,
        f"Nobody is Operations Lead: <@{BOB}> has left the workspace",
    )


def test_their_tasks_are_nobodys_and_whoever_wanted_them_is_asked() -> None:
    story = declared()
    story.at("10:01", AddTask("Restart the pods", BOB, clock("10:30")), by=ANA)
    story.at("10:02", AddTask("Done before", BOB))
    story.at("10:02", FinishTask(2))

    assert story.at("10:03", LeaveWorkspace(BOB), by=CLOCK) == [TaskAssigned(1, "", left=BOB)]
    assert story.said[-1] == "task-change here"
    assert timeline(story.incident)[-1].text == (
        f"Task 1 is nobody's: <@{BOB}> has left the workspace"
    )
    assert TaskOverdue(1, ANA, clock("10:30")) in story.at("10:30")


def test_slack_refuses_to_tell_them_and_their_task_is_nobodys_once() -> None:
    story = declared()
    story.slack_refuses("task:", "user_disabled")
    story.at("10:01", AddTask("Restart the pods", BOB))
    story.at("10:02")

    assert [each.owner for each in story.incident.open_tasks] == [""]
    story.slack_refuses("nothing")
    story.at("10:05", AssignTask(1, BOB))
    story.at("10:06")
    assert [each.owner for each in story.incident.open_tasks] == [BOB]


def test_nobody_waits_for_their_answer() -> None:
    story = declared(policy=NAGGED)
    story.at("10:01", OfferRole("ic", BOB))

    assert story.at("10:02", LeaveWorkspace(BOB), by=CLOCK) == [HandoffWithdrawn("ic", left=True)]
    assert waiting(story.incident, "ic") is None
    assert story.said[-1] == f"handover @{ANA}"


def test_leaving_without_a_role_is_silent_and_counts_once() -> None:
    story = commanding()
    story.at("11:00", LeaveWorkspace(BOB), by=CLOCK)

    assert story.at("11:01", LeaveWorkspace(BOB), by=CLOCK) == []
    assert story.at("11:01", LeaveWorkspace(CARL), by=CLOCK) == []


@pytest.mark.parametrize("key", ["member:U0BOB", "briefing:"])
@pytest.mark.parametrize("reason", ["user_disabled", "user_not_found"])
def test_slack_refuses_them_and_the_role_falls_open(key: str, reason: str) -> None:
    story = declared(policy=NAGGED)
    story.slack_refuses(key, reason)

    assert RoleEmptied("ic", left=BOB) in story.at("10:01", AssignRole("ic", BOB))
    assert story.incident.roles == {}


@pytest.mark.parametrize("reason", ["user_is_restricted", "cant_invite", "cannot_dm_bot"])
def test_an_unreachable_active_person_keeps_the_role(reason: str) -> None:
    story = declared(policy=NAGGED)
    story.slack_refuses("member:U0BOB", reason)
    story.at("10:01", AssignRole("ic", BOB))

    assert story.incident.roles == {"ic": BOB}


def test_a_reactivated_person_may_hold_a_role_again() -> None:
    story = declared(policy=NAGGED)
    story.slack_refuses("briefing:", "user_disabled")
    story.at("10:01", AssignRole("ic", BOB))
    story.slack_refuses("nothing")
    story.at("10:05", AssignRole("ic", BOB))

    assert story.incident.roles == {"ic": BOB}


def test_a_closed_incident_keeps_its_role_holders() -> None:
    story = declared(policy=NAGGED)
    story.slack_refuses("briefing:", "user_disabled")
    story.slack_is_away()
    story.at("10:01", AssignRole("ic", BOB))
    story.at("10:02", ChangeStage(Stage.RESOLVED))
    story.slack_is_back()
    story.at("10:03")

    assert story.incident.roles == {"ic": BOB}


def test_a_role_that_they_had_left_open_is_not_theirs_to_leave() -> None:
    story = commanding()
    story.at("10:30", UnassignRole("ic"), by=BOB)

    assert story.at("10:31", LeaveWorkspace(BOB), by=CLOCK) == [RoleEmptied("ol", left=BOB)]


def test_a_task_that_became_nobodys_looks_the_same_to_its_former_owner() -> None:
    """They may still answer it, so there is nothing to edit."""
    story = declared(policy=only())
    story.at("10:01", AddTask("Restart the pods", BOB))
    before = len(story.done)
    story.at("10:02", LeaveWorkspace(BOB), by=CLOCK)

    assert not [each.key for each in story.done[before:] if each.key.startswith("edit:task")]
