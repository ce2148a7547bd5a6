"""Undoing what was typed by mistake: what is as before then, and when it isn't possible."""

import pytest

from bot.errors import Refused
from bot.incident.describing import ChangeSummary, ChangeTitle
from bot.incident.events import Event, Stage
from bot.incident.incident import Incident
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.merging import CloseAsMerged
from bot.incident.milestones import CorrectMilestone
from bot.incident.roles import AssignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.snoozing import Snooze
from bot.incident.tasks import AddTask, AssignTask, CancelTask, FinishTask, ReopenTask
from bot.incident.undoing import UNDOABLE, Undo
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge, Page
from bot.streams.event import Command
from tests.story import ANA, BOB, CARL, Story, clock, declared, minutes

STAGES = ("identified", "mitigated", "resolved", "cancelled")


def made(story: Story, when: str, command: Command, by: str = ANA) -> int:
    """The number of the first event that a command caused and that can be undone."""
    before = story.incident.version
    story.at(when, command, by)
    return next(
        each.seq
        for each in story.incident.history
        if each.seq > before and isinstance(each.event, UNDOABLE)
    )


def undone(story: Story, number: int, when: str = "10:03", by: str = ANA) -> list[Event]:
    return story.at(when, Undo(number), by)


def test_a_severity_is_as_before_with_its_reminders() -> None:
    story = declared("SEV2")
    number = made(story, "10:01", ChangeSeverity("SEV0", "typed in the wrong window"))
    assert undone(story, number)
    assert story.incident.severity_id == "SEV2"
    assert story.incident.paging.run is None
    assert "10:17 asks for update" not in story.until("10:20")


def test_the_severity_before_is_that_of_the_last_change() -> None:
    story = declared("SEV3")
    made(story, "10:01", ChangeSeverity("SEV2"))
    number = made(story, "10:02", ChangeSeverity("SEV1"))
    undone(story, number)
    assert story.incident.severity_id == "SEV2"


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_as_before(stage: str) -> None:
    story = declared("SEV3")
    before = story.incident
    number = made(story, "10:01", ChangeStage(Stage(stage), "typed by mistake"))
    assert story.incident.stage == stage
    undone(story, number)
    after = story.incident
    assert (after.stage, after.reached, after.resolution) == (
        before.stage,
        before.reached,
        before.resolution,
    )


def test_a_resolution_that_is_undone_leaves_the_true_milestones_free() -> None:
    story = declared("SEV3")
    undone(story, made(story, "10:01", ChangeStage(Stage.RESOLVED, "wrong window")))
    assert Stage.MITIGATED not in story.incident.reached
    story.at("10:30", ChangeStage(Stage.MITIGATED))
    assert story.incident.reached[Stage.MITIGATED] == clock("10:30")


def test_a_reopening_is_undone_too() -> None:
    story = declared("SEV3")
    story.at("10:01", ChangeStage(Stage.RESOLVED, "rolled back"))
    number = made(story, "10:02", Reopen("wrong window"))
    undone(story, number)
    assert (story.incident.stage, story.incident.resolution) == (Stage.RESOLVED, "rolled back")


def test_paging_goes_on_if_no_one_had_acknowledged() -> None:
    story = declared("SEV1")
    undone(story, made(story, "10:01", ChangeStage(Stage.CANCELLED)))
    assert story.incident.paging.run is not None
    assert any("pages" in each for each in story.until("10:30"))


def test_who_had_acknowledged_is_not_paged_again() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge(), CARL)
    undone(story, made(story, "10:02", ChangeStage(Stage.RESOLVED)))
    assert not any("pages" in each for each in story.until("10:30"))


def test_title_and_summary_are_as_before() -> None:
    story = declared("SEV3", summary="Cards fail")
    title = made(story, "10:01", ChangeTitle("Lunch"))
    summary = made(story, "10:02", ChangeSummary("At noon"))
    undone(story, title)
    undone(story, summary)
    assert (story.incident.title, story.incident.summary) == ("Checkout is down", "Cards fail")


def test_a_task_is_as_before() -> None:
    story = declared("SEV3")
    undone(story, made(story, "10:01", AddTask("Restart the pods", BOB)))
    assert story.incident.tasks[1].cancelled
    story.at("10:04", AddTask("Add an alert", BOB))
    undone(story, made(story, "10:05", FinishTask(2)), "10:06")
    assert story.incident.tasks[2].is_open
    undone(story, made(story, "10:07", CancelTask(2, "gone")), "10:08")
    assert story.incident.tasks[2].is_open


def test_all_pages_of_one_command_are_withdrawn() -> None:
    story = declared("SEV3")
    number = made(story, "10:01", Page((BOB, CARL), "The database is down"))
    undone(story, number)
    assert len(story.incident.paging.withdrawn) == 2
    assert not [each for each in story.until("12:00") if "ack" in each]


def test_a_snooze_is_undone_and_the_update_due_as_before() -> None:
    story = declared("SEV2")
    undone(story, made(story, "10:01", Snooze(minutes(10), "it restores")))
    assert "10:11 asks for update" not in story.until("11:00")
    assert "12:00 asks for update" in story.until("12:05")


# --- when it isn't possible ----------------------------------------------------------------


def refuses(story: Story, number: int, why: str, when: str = "10:03", by: str = ANA) -> None:
    before = story.incident.version
    with pytest.raises(Refused, match=why):
        undone(story, number, when, by)
    assert story.incident.version == before


def test_only_for_ten_minutes() -> None:
    for when, possible in (("10:11", True), ("10:11:01", False)):
        story = declared("SEV3")
        number = made(story, "10:01", ChangeSeverity("SEV2"))
        if possible:
            assert undone(story, number, when)
        else:
            refuses(story, number, "more than ten minutes ago", when)


def test_only_by_who_did_it() -> None:
    story = declared("SEV3")
    number = made(story, "10:01", ChangeSeverity("SEV2"))
    refuses(story, number, "nothing to undo", by=BOB)


@pytest.mark.parametrize("number", [0, 1, 99])
def test_nothing_else_can_be_undone(number: int) -> None:
    refuses(declared("SEV3"), number, "nothing to undo")


@pytest.mark.parametrize(
    ("command", "then", "why"),
    [
        (ChangeSeverity("SEV3"), ChangeSeverity("SEV1"), "The severity has changed since"),
        (ChangeTitle("Lunch"), ChangeTitle("Dinner"), "The title has changed since"),
        (ChangeSummary("Lunch"), ChangeSummary("Dinner"), "The summary has changed since"),
        (ChangeStage(Stage.IDENTIFIED), ChangeStage(Stage.RESOLVED), "The stage has changed"),
        (ChangeStage(Stage.CANCELLED), Reopen(), "The stage has changed since"),
        (
            ChangeStage(Stage.RESOLVED),
            CorrectMilestone("mitigated", clock("10:00:30"), ""),
            "A milestone was corrected",
        ),
        (Snooze(minutes(9), "so"), PostUpdate("Rolled back"), "That snooze has ended already"),
        (Snooze(minutes(9), "so"), Snooze(minutes(5), "so"), "That snooze has ended already"),
        (AddTask("Restart"), AssignTask(1, BOB), "Task 1 has changed since"),
        (AddTask("Restart"), FinishTask(1), "Task 1 has changed since"),
        (Page((BOB,)), Acknowledge(), f"<@{BOB}> has answered already"),
    ],
)
def test_not_if_something_is_built_on_it(command: Command, then: Command, why: str) -> None:
    story = declared("SEV2")
    number = made(story, "10:01", command)
    story.at("10:02", then, BOB)
    refuses(story, number, why)


@pytest.mark.parametrize(
    "command",
    [ChangeSeverity("SEV2"), ChangeStage(Stage.RESOLVED), ChangeTitle("A"), ChangeSummary("A")],
)
def test_only_once(command: Command) -> None:
    story = declared("SEV3")
    number = made(story, "10:01", command)
    undone(story, number)
    refuses(story, number, "changed since", "10:04")


def test_a_task_or_page_only_once() -> None:
    story = declared("SEV3")
    task = made(story, "10:01", AddTask("Restart"))
    page = made(story, "10:02", Page((BOB,)))
    undone(story, task)
    undone(story, page)
    refuses(story, task, "Task 1 has changed since", "10:04")
    refuses(story, page, "already undone", "10:04")


def test_the_severity_of_an_incident_that_is_over_stays() -> None:
    story = declared("SEV3")
    number = made(story, "10:01", ChangeSeverity("SEV2"))
    story.at("10:02", ChangeStage(Stage.CANCELLED))
    refuses(story, number, "is cancelled")


def test_others_and_other_things_stay() -> None:
    story = declared("SEV3")
    number = made(story, "10:01", ChangeSeverity("SEV2"))
    story.at("10:02", AssignRole("ic", BOB), BOB)
    undone(story, number)
    assert story.incident.roles["ic"] == BOB


def test_a_task_that_was_reopened_by_mistake_is_left() -> None:
    story = declared("SEV3")
    story.at("10:01", AddTask("Restart"))
    story.at("10:02", FinishTask(1))
    assert [type(each) not in UNDOABLE for each in story.at("10:03", ReopenTask(1))] == [True]


def test_a_merged_incident_stays_merged() -> None:
    story = declared("SEV3")
    number = made(story, "10:01", ChangeSeverity("SEV2"))
    story.at("10:02", CloseAsMerged(Incident("INC-2", channel="C0TWO")))
    refuses(story, number, "merged")


def test_the_next_update_is_due_as_before() -> None:
    story = declared("SEV2")
    undone(story, made(story, "10:01", ChangeStage(Stage.RESOLVED)))
    assert "12:00 asks for update" in story.until("12:05")
