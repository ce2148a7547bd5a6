"""Tasks, with owners and deadlines."""

import pytest

from bot.errors import Refused
from bot.incident.card import ROLES_BESIDE_TASKS, unassigned
from bot.incident.events import Stage, TaskAssigned, TaskDone, TaskOverdue
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.outbound import outbound_messages
from bot.incident.tasks import (
    TASK_MAX,
    AddTask,
    AssignTask,
    CancelTask,
    FinishTask,
    ReopenTask,
)
from bot.incident.timeline import timeline
from bot.streams.event import Command
from tests.story import ANA, BOB, CARL, Story, clock, declared, only

RESTART = AddTask("Restart the pods", BOB, clock("11:00"))


def quiet() -> Story:
    return declared(policy=only())


def told(story: Story) -> list[str]:
    return [each for each in story.said if each.startswith(("task @", "overdue"))]


def test_a_task_keeps_its_number() -> None:
    story = quiet()
    story.at("10:01", RESTART)
    story.at("10:02", AddTask("  Write to\nthe customers  "))
    story.at("10:03", FinishTask(1), by=BOB)
    story.at("10:04", AddTask("Look at the graphs", ANA))

    assert [each.number for each in story.incident.open_tasks] == [2, 3]
    assert story.incident.tasks[2].text == "Write to the customers"
    assert story.incident.tasks[1].ended is not None
    assert story.incident.tasks[1].ended.by == BOB
    assert story.replayed() == story.incident


def test_its_owner_is_told_once_by_whoever_else_gave_it() -> None:
    story = quiet()
    story.at("10:01", RESTART)
    story.at("10:02", AssignTask(1, CARL))
    story.at("10:03", AssignTask(1, BOB), by=CARL)
    story.at("10:04", AddTask("Look at the graphs", ANA))

    assert told(story) == [f"task @{BOB}", f"task @{CARL}"]
    asked = [each for each in outbound_messages(story.incident) if each.kind.name == "task"]
    assert [each.about.by for each in asked] == [ANA, ANA]


def test_a_tasks_owner_is_invited() -> None:
    story = quiet()
    story.at("10:01", RESTART)

    assert f"member:{BOB}" in story.incident.shown


def test_naming_the_owner_again_is_no_news() -> None:
    story = quiet()
    story.at("10:01", RESTART)

    assert story.at("10:02", AssignTask(1, BOB)) == []
    assert story.at("10:03", AssignTask(1, CARL)) == [TaskAssigned(1, CARL)]


def test_a_task_is_done_once_and_can_be_reopened() -> None:
    story = quiet()
    story.at("10:01", RESTART)

    assert story.at("10:02", FinishTask(1)) == [TaskDone(1)]
    assert story.at("10:03", FinishTask(1)) == []
    assert story.at("10:03", CancelTask(1)) == []
    with pytest.raises(Refused, match="Task 1 is already done"):
        story.at("10:04", AssignTask(1, CARL))
    story.at("10:05", ReopenTask(1))
    assert story.at("10:06", ReopenTask(1)) == []
    story.at("10:07", CancelTask(1, "the pods are gone"))
    assert story.incident.tasks[1].cancelled
    with pytest.raises(Refused, match="Task 1 is already dropped"):
        story.at("10:08", AssignTask(1, CARL))


def test_outdated_task_messages_are_not_sent() -> None:
    story = quiet()
    story.slack_is_away()
    story.at("10:01", RESTART)
    story.at("10:02", AssignTask(1, CARL))
    story.at("10:03", AddTask("Look at the graphs", BOB))
    story.at("10:04", FinishTask(2))
    story.slack_is_back()
    story.at("10:05")

    assert told(story) == [f"task @{CARL}"]


def test_the_owner_of_what_is_overdue_is_asked_once() -> None:
    story = quiet()
    story.at("10:01", RESTART)
    story.at("10:02", AddTask("Look at the graphs", due=clock("11:30")), by=CARL)

    assert story.due() == "11:00"
    assert story.until("24:00") == ["11:00 TaskOverdue", "11:30 TaskOverdue"]
    assert told(story) == [f"task @{BOB}", f"overdue @{BOB}", f"overdue @{CARL}"]
    assert story.incident.tasks[1].overdue is not None


def test_nobody_is_asked_for_what_is_done_or_when_it_is_over() -> None:
    story = quiet()
    story.at("10:01", RESTART)
    story.at("10:02", AddTask("Look at the graphs", due=clock("11:30")))
    story.at("10:03", FinishTask(1))
    story.at("10:04", ChangeStage(Stage.RESOLVED))

    assert story.until("12:00") == []
    assert story.due() is None
    assert story.at("12:30", Reopen())[1:] == [TaskOverdue(2, ANA, clock("11:30"))]


def test_tasks_outlive_the_incident() -> None:
    story = quiet()
    story.at("10:01", RESTART)
    story.at("10:02", ChangeStage(Stage.RESOLVED))
    story.at("10:03", ChangeStage(Stage.CLOSED))

    story.at("34:00", FinishTask(1), by=BOB)
    story.at("34:01", AddTask("Alert on it"))
    assert [each.number for each in story.incident.open_tasks] == [2]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (AddTask(" \u200b"), "Say what to do"),
        (AddTask("a" * (TASK_MAX + 1)), "is too long: 251 characters, 250 at most"),
        (FinishTask(7), r"Task 7 not found. INC-1 has task 1"),
        (AssignTask(0, BOB), "Task 0 not found"),
        (CancelTask(1, "a" * 3001), "The reason is too long"),
    ],
)
def test_a_refused_task_command_changes_nothing(command: Command, why: str) -> None:
    story = quiet()
    story.at("10:01", RESTART)
    before = story.incident
    with pytest.raises(Refused, match=why):
        story.at("10:02", command)
    assert story.incident == before


def test_which_tasks_there_are_is_said() -> None:
    story = quiet()
    with pytest.raises(
        Refused, match=r"INC-1 has no tasks yet\. To add one: `/incident task TEXT @name`"
    ):
        story.at("10:01", FinishTask(1))
    story.at("10:02", RESTART)
    story.at("10:03", AddTask("Look at the graphs"))
    with pytest.raises(Refused, match="INC-1 has tasks 1 to 2"):
        story.at("10:04", ReopenTask(3))


def test_the_record_tells_of_each_task() -> None:
    story = quiet()
    story.at("10:01", RESTART)
    story.at("10:02", AssignTask(1, CARL))
    story.until("11:00")
    story.at("11:01", FinishTask(1))
    story.at("11:02", ReopenTask(1))
    story.at("11:03", CancelTask(1, "the pods are gone"))

    assert [(each.kind, each.text) for each in timeline(story.incident)][1:] == [
        ("task", "Task 1 for <@U0BOB>: Restart the pods"),
        ("task", "Task 1 assigned to <@U0CARL>"),
        ("task", "Reminded <@U0CARL> of task 1, which is overdue"),
        ("task", "Task 1 done: Restart the pods"),
        ("task", "Task 1 reopened"),
        ("task", "Task 1 dropped: the pods are gone"),
    ]


def test_a_full_card_changes_only_with_the_task_that_it_lists() -> None:
    """With many open roles, it lists one."""
    story = declared("SEV1")
    story.at("10:01", AddTask("Restart the pods"))
    story.at("10:02", AddTask("Look at the graphs"))
    before = len(story.done)
    story.at("10:03", AssignTask(2, BOB))
    assert len(unassigned(story.incident)) > ROLES_BESIDE_TASKS
    assert "edit:card" not in [each.key for each in story.done[before:]]
    story.at("10:04", AssignTask(1, CARL))
    assert "edit:card" in [each.key for each in story.done[before:]]
