"""The events of tasks: how the list changes, who is told, and how they read in the timeline. The
commands about a task: `tasks.py`.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from bot.incident.events import (
    CLOCK,
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
from bot.incident.members import let_in
from bot.incident.tasks import (
    AddTask,
    AssignTask,
    CancelTask,
    ChangeTask,
    FinishTask,
    ReopenTask,
    add,
    assign,
    cancel,
    change,
    finish,
    reopen,
)
from bot.streams.address import INCIDENT_CHANNEL, Person
from bot.streams.message import Facts, MessageKind, OutboundMessage, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until, because

TaskEvent = (
    TaskAdded
    | TaskAssigned
    | TaskCorrected
    | TaskDone
    | TaskCancelled
    | TaskReopened
    | TaskOverdue
)


def _followed(incident: Incident, recorded: Recorded[TaskEvent]) -> Incident:
    """The state with the task after the event. The owner of a task is let in."""
    event, by = recorded.event, recorded.by
    task = incident.tasks.get(event.number) or Task(event.number)
    match event:
        case TaskAdded(_, text, owner, due, source):
            task = replace(task, text=text, due=due, source=source, added_by=by)
            task = _assigned(task, owner, recorded)
        case TaskAssigned(_, owner):
            task = _assigned(task, owner, recorded)
        case TaskCorrected(_, text, due):
            overdue = task.overdue if due == task.due else None
            task = replace(task, text=text, due=due, overdue=overdue, corrected=recorded.seq)
        case TaskDone():
            task = replace(task, ended=recorded)
        case TaskCancelled():
            task = replace(task, ended=recorded, cancelled=True)
        case TaskReopened():
            task = replace(task, ended=None, cancelled=False)
        case TaskOverdue():
            task = replace(task, overdue=recorded)
        case never:
            assert_never(never)
    after = replace(incident, tasks={**incident.tasks, task.number: task})
    owner = event.owner if isinstance(event, TaskAdded | TaskAssigned) else ""
    return let_in(after, owner) if owner else after


def _assigned(task: Task, owner: str, recorded: Recorded[TaskEvent]) -> Task:
    """Remember who was assigned by somebody else, because they are notified the first time."""
    if owner and owner != recorded.by and owner not in task.asked:
        task = replace(task, asked={**task.asked, owner: recorded.seq})
    return replace(task, owner=owner)


# --- what is said --------------------------------------------------------------------------


def _facts(incident: Incident, message: OutboundMessage) -> Facts:
    task = incident.tasks[message.about.event.number]
    ended = task.ended and (task.ended.by, task.cancelled)
    # The person asked may still answer a task without an owner: to them it looks like theirs.
    theirs = task.owner or (message.to.user if isinstance(message.to, Person) else "")
    shown = ended or incident.merged or theirs
    told = [] if incident.private else task.told
    return (shown, incident.channel, *incident.told_title, *told)


def _still_theirs(incident: Incident, message: OutboundMessage) -> bool:
    event = message.about.event
    task = incident.tasks[event.number]
    return task.is_open and task.owner == event.owner


def _still_overdue(incident: Incident, message: OutboundMessage) -> bool:
    task = incident.tasks[message.about.event.number]
    return incident.is_open and task.is_open and task.overdue == message.about


def _ended(incident: Incident, message: OutboundMessage) -> Recorded[Event] | None:
    """When somebody did the task, or dropped it."""
    number, asked_at = message.about.event.number, message.about.seq
    later = (each for each in incident.history if each.seq > asked_at and each.by != CLOCK)
    for each in later:
        if isinstance(each.event, TaskDone | TaskCancelled) and each.event.number == number:
            return each
    return None


CHANGE = MessageKind("task-change", "task")
ASSIGNED = MessageKind("task", "task", _still_theirs, _facts, _ended)
OVERDUE = MessageKind("overdue", "task overdue", _still_overdue, _facts, _ended)


def _owner_messages(
    incident: Incident, recorded: Recorded[TaskAdded | TaskAssigned]
) -> Iterator[OutboundMessage]:
    """The channel is told of it, and so is the owner the first time, unless they did it."""
    yield OutboundMessage(f"task-change:{recorded.seq}", CHANGE, INCIDENT_CHANNEL, recorded)
    number, owner = recorded.event.number, recorded.event.owner
    if incident.tasks[number].asked.get(owner) == recorded.seq:
        yield OutboundMessage(f"task:{number}:{owner}", ASSIGNED, Person(owner), recorded)


def _overdue_message(
    incident: Incident, recorded: Recorded[TaskOverdue]
) -> Iterator[OutboundMessage]:
    asked = Person(recorded.event.asked)
    yield OutboundMessage(f"overdue:{recorded.seq}", OVERDUE, asked, recorded)


def _line(incident: Incident, recorded: Recorded[TaskEvent]) -> Line:
    key = f"task-change:{recorded.seq}"
    match recorded.event:
        case TaskAdded(number, text, owner):
            whose = f" for <@{owner}>" if owner else ""
            return Line("task", f"Task {number}{whose}: {text}", key, quoted=text)
        case TaskAssigned(number, left=left) if left:
            what = f"Task {number} is unassigned: <@{left}> left the workspace"
            return Line("task", what, key)
        case TaskAssigned(number, owner):
            return Line("task", f"Task {number} assigned to <@{owner}>", key)
        case TaskCorrected(number, text):
            return Line("task", f"Task {number} is now: {text}", key, quoted=text)
        case TaskDone(number):
            text = incident.tasks[number].text
            return Line("task", f"Task {number} done: {text}", key, quoted=text)
        case TaskCancelled(number, reason):
            return Line("task", because(f"Task {number} dropped", reason), key, quoted=reason)
        case TaskReopened(number):
            return Line("task", f"Task {number} reopened", key)
        case TaskOverdue(number, asked):
            what = f"Reminded <@{asked}> of task {number}, which is overdue"
            return Line("task", what, f"overdue:{recorded.seq}")
        case never:
            assert_never(never)


SLICE: Slice[Incident] = Slice(
    "tasks",
    events=(
        EventRule(TaskAdded, "TaskAdded", _followed, _owner_messages, _line),
        EventRule(TaskAssigned, "TaskGiven", _followed, _owner_messages, _line),
        EventRule(TaskCorrected, "TaskCorrected", _followed, in_channel(CHANGE), _line),
        EventRule(TaskDone, "TaskDone", _followed, in_channel(CHANGE), _line),
        EventRule(TaskCancelled, "TaskDropped", _followed, in_channel(CHANGE), _line),
        EventRule(TaskReopened, "TaskReopened", _followed, in_channel(CHANGE), _line),
        EventRule(
            TaskOverdue,
            "TaskOverdue",
            _followed,
            _overdue_message,
            _line,
            due=lambda recorded: recorded.event.due,
        ),
    ),
    commands=(
        CommandRule(AddTask, add, Until.MERGED),
        CommandRule(AssignTask, assign, Until.MERGED),
        CommandRule(ChangeTask, change, Until.MERGED),
        CommandRule(FinishTask, finish, Until.MERGED, always=True),
        CommandRule(CancelTask, cancel, Until.MERGED, always=True),
        CommandRule(ReopenTask, reopen, Until.MERGED),
    ),
    messages=(CHANGE, ASSIGNED, OVERDUE),
)
