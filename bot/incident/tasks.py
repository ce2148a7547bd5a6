"""Tasks: the action items of an incident, with owner and deadline.

A task keeps its number. Assigning its owner again, or finishing it twice, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Refused
from bot.incident.events import (
    Event,
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskCorrected,
    TaskDone,
    TaskOverdue,
    TaskReopened,
)
from bot.incident.incident import Incident, Task
from bot.incident.text_limits import fitting, visible
from bot.streams.event import Command
from bot.streams.kind import Context

TASK_MAX = 250  # characters; more belongs in the message that it was made from


@dataclass(frozen=True, slots=True)
class AddTask(Command):
    """`owner`: empty if unassigned. `source`: the message that it was made from, as
    `channel/ts`.
    """

    text: str
    owner: str = ""
    due: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class AssignTask(Command):
    number: int
    owner: str


@dataclass(frozen=True, slots=True)
class ChangeTask(Command):
    """Correct a task. Empty and None: as it is. `undated`: it has no due time any more."""

    number: int
    text: str = ""
    owner: str = ""
    due: datetime | None = None
    undated: bool = False


@dataclass(frozen=True, slots=True)
class FinishTask(Command):
    number: int


@dataclass(frozen=True, slots=True)
class CancelTask(Command):
    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReopenTask(Command):
    number: int


def add(incident: Incident, command: AddTask, context: Context) -> Sequence[Event]:
    text = _fitting(command.text)
    if made := made_of(incident, command.source):
        raise Refused(f"That's already task {made.number} of {incident.id}.")
    number = len(incident.tasks) + 1
    return [TaskAdded(number, text, command.owner, command.due, command.source)]


def assign(incident: Incident, command: AssignTask, context: Context) -> Sequence[Event]:
    task = _open(incident, command.number)
    return [] if task.owner == command.owner else [TaskAssigned(task.number, command.owner)]


def change(incident: Incident, command: ChangeTask, context: Context) -> Sequence[Event]:
    """Nothing happens if it is all so already."""
    task = _open(incident, command.number)
    text = _fitting(command.text) if command.text else task.text
    due = None if command.undated else command.due or task.due
    events: list[Event] = []
    if (text, due) != (task.text, task.due):
        events.append(TaskCorrected(task.number, text, due))
    if command.owner and command.owner != task.owner:
        events.append(TaskAssigned(task.number, command.owner))
    return events


def _open(incident: Incident, number: int) -> Task:
    task = numbered(incident, number)
    if not task.is_open:
        raise Refused(
            f"Task {task.number} is already {'dropped' if task.cancelled else 'done'}. "
            f"To reopen it: `/incident task reopen {task.number}`."
        )
    return task


def _fitting(text: str) -> str:
    """The text in one line. Raises `Refused` if it is empty or too long."""
    text = " ".join(text.split())
    if not visible(text):
        raise Refused("Say what to do.")
    if len(text) > TASK_MAX:
        raise Refused(
            f"That task is too long: {len(text):,} characters, {TASK_MAX} at most. "
            "Say what to do in one line."
        )
    return text


def finish(incident: Incident, command: FinishTask, context: Context) -> Sequence[Event]:
    task = numbered(incident, command.number)
    return [TaskDone(task.number)] if task.is_open else []


def cancel(incident: Incident, command: CancelTask, context: Context) -> Sequence[Event]:
    task = numbered(incident, command.number)
    reason = fitting(command.reason, "The reason")
    return [TaskCancelled(task.number, reason)] if task.is_open else []


def reopen(incident: Incident, command: ReopenTask, context: Context) -> Sequence[Event]:
    task = numbered(incident, command.number)
    return [] if task.is_open else [TaskReopened(task.number)]


def made_of(incident: Incident, source: str) -> Task | None:
    """The task that was made from this message, if any."""
    return next(
        (each for each in incident.tasks.values() if source and each.source == source), None
    )


def numbered(incident: Incident, number: int) -> Task:
    """The task of this number. Raises `Refused` with the list of tasks if there is none."""
    if found := incident.tasks.get(number):
        return found
    raise Refused(f"Task {number} not found. {which(incident)}")


def which(incident: Incident) -> str:
    """The list of tasks, as a sentence."""
    last = len(incident.tasks)
    if not last:
        return f"{incident.id} has no tasks yet. To add one: `/incident task TEXT @name`."
    there = "task 1" if last == 1 else f"tasks 1 to {last}"
    return f"{incident.id} has {there}. To see them: `/incident task list`."


# --- overdue -------------------------------------------------------------------------------


def due(incident: Incident, now: datetime) -> list[Event]:
    """One event for each open task that is overdue and wasn't reported yet."""
    return [TaskOverdue(each.number, each.asks, at) for each, at in _to_ask(incident) if at <= now]


def next_due(incident: Incident) -> datetime | None:
    return min((at for _, at in _to_ask(incident)), default=None)


def _to_ask(incident: Incident) -> list[tuple[Task, datetime]]:
    if not incident.is_open:
        return []
    return [
        (each, each.due)
        for each in incident.open_tasks
        if each.due is not None and each.overdue is None
    ]
