"""Messages about tasks: to the owner, reminders, and lines in the channel."""

from datetime import datetime

from bot.incident.card import listed_tasks
from bot.incident.events import (
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskCorrected,
    TaskDone,
    TaskOverdue,
    TaskReopened,
)
from bot.incident.incident import Incident, Task
from bot.incident.row import TaskRow
from bot.incident.tasks import TASK_MAX
from bot.messages.blocks import (
    Block,
    Message,
    RenderContext,
    actions,
    button,
    context,
    section,
    value_of,
)
from bot.messages.lines import with_reason
from bot.messages.merge import where
from bot.messages.text import clip, escape, mention, moment
from bot.streams.address import Person
from bot.streams.message import OutboundMessage

Changed = TaskAdded | TaskAssigned | TaskCorrected | TaskDone | TaskCancelled | TaskReopened

LISTED = 40  # as many as fit into a reply
ON_THE_CARD_MAX = 60  # characters each


def told(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """To the owner. For a private incident without the text, which people who may see it find in
    the channel.
    """
    event, by = message.about.event, message.about.by
    assert isinstance(event, TaskAdded | TaskAssigned)
    task = incident.tasks[event.number]
    head = f":clipboard: {mention(by)} assigned you a task{_what(incident, task)}"
    due = f", due {moment(task.due, ctx.zone, seen=message.about.at)}" if task.due else ""
    return _to_owner(incident, message, head, f"{_which(incident, task)}{due}.")


def overdue(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, TaskOverdue)
    task = incident.tasks[event.number]
    since = moment(event.due, ctx.zone, seen=message.about.at)
    head = f":alarm_clock: Overdue since {since}{_what(incident, task)}"
    how = f"Not yours? Reassign it there: `/incident task {task.number} @name`."
    return _to_owner(incident, message, head, f"{_which(incident, task)}.", how)


def changed(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """A line in the incident's channel."""
    event, by = message.about.event, message.about.by
    assert isinstance(event, Changed)
    task = incident.tasks[event.number]
    what, name = escape(task.text), f"*Task {event.number}*"
    match event:
        case TaskAdded(_, _, owner, due, source):
            whose = f" for {mention(owner)}" if owner else ""
            until = f", due {moment(due, ctx.zone, seen=message.about.at)}" if due else ""
            whence = f" ({_link(source, ctx)})" if source else ""
            text = f":clipboard: {name}{whose}{until}{_by('added', by, owner)}: {what}{whence}"
        case TaskAssigned(number, left=left) if left:
            text = (
                f":clipboard: {mention(left)} left the workspace, "
                f"so {name} is unassigned: {what}\n"
                f"To assign it: `/incident task {number} @name`"
            )
        case TaskAssigned(_, owner):
            text = (
                f":clipboard: {name} is now {mention(owner)}'s{_by('assigned', by, owner)}: {what}"
            )
        case TaskCorrected(_, what, due):
            whose = f" for {mention(task.owner)}" if task.owner else ""
            when = moment(due, ctx.zone, seen=message.about.at) if due else ""
            until = f"due {when}" if due else "no due time"
            text = f":clipboard: {name}{whose} changed by {mention(by)} ({until}): {escape(what)}"
        case TaskDone():
            text = f":white_check_mark: {name} done by {mention(by)}: {what}"
        case TaskCancelled(_, reason):
            return with_reason(f":wastebasket: {name} ({what}) dropped by {mention(by)}", reason)
        case TaskReopened():
            text = f":clipboard: {name} reopened by {mention(by)}: {what}"
    return Message(text)


def on_the_card(incident: Incident, ctx: RenderContext) -> str:
    """The open tasks on the card: how many, and the first few."""
    left, listed = incident.open_tasks, listed_tasks(incident)
    head = f":clipboard: *{len(left)} open task{'' if len(left) == 1 else 's'}*"
    if len(left) > len(listed):
        head = f"{head} · `/incident task list`"
    lines = [line(each, ctx, seen=incident.declared_at) for each in listed]
    return "\n".join([head, *lines])


def line(
    task: Task | TaskRow, ctx: RenderContext, *, seen: datetime, most: int = ON_THE_CARD_MAX
) -> str:
    """One task as a line of a list."""
    facts = [mention(task.owner) if task.owner else "_unassigned_"]
    if task.due:
        overdue = "overdue since" if task.overdue else "due"
        facts.append(f"{overdue} {moment(task.due, ctx.zone, seen=seen)}")
    return f"{task.number}. {escape(clip(task.text, most))} · {' · '.join(facts)}"


def listing(incident: Incident, ctx: RenderContext) -> Message:
    """All tasks, open ones first."""
    left, seen = incident.open_tasks, ctx.now
    head = f"*{incident.id} has {len(left)} open task{'' if len(left) == 1 else 's'}*"
    lines = [line(each, ctx, seen=seen, most=TASK_MAX) for each in left]
    lines += [
        f"~{line(each, ctx, seen=seen)}~ {_ended(each)}"
        for each in incident.tasks.values()
        if not each.is_open
    ]
    more = [f"and {len(lines) - LISTED} more"] if lines[LISTED:] else []
    shown = [head, *lines[:LISTED], *more]
    return Message(
        head, [section("\n".join(shown[at : at + 8])) for at in range(0, len(shown), 8)]
    )


def _ended(task: Task) -> str:
    assert task.ended
    return f"{'dropped' if task.cancelled else 'done'} by {mention(task.ended.by)}"


def _to_owner(
    incident: Incident, message: OutboundMessage, head: str, which: str, how: str = ""
) -> Message:
    task = incident.tasks[getattr(message.about.event, "number", 0)]

    place = f"Details are in <#{incident.channel}>." if incident.channel else ""
    more = " ".join(filter(None, (which, place, how)))
    return Message(head, [section(f"*{head}*\n{more}"), _answer(incident, message, task)])


def _answer(incident: Incident, message: OutboundMessage, task: Task) -> Block:
    """The button while the task is the owner's; afterwards its outcome."""
    if task.ended:
        how = _ended(task)
        return context(f"{how[0].upper()}{how[1:]}.")
    if incident.merged:
        return context(f"{incident.id} was merged into {where(incident.merged)}, with this task.")
    if task.owner and Person(task.owner) != message.to:
        return context(f"Now assigned to {mention(task.owner)}.")
    value = value_of(incident, task=task.number)
    return actions(button("Mark done", "task_done", value, style="primary"))


def _what(incident: Incident, task: Task) -> str:
    return "" if incident.private else f": {escape(task.text)}"


def _which(incident: Incident, task: Task) -> str:
    about = "a private incident" if incident.private else escape(incident.title)
    return f"Task {task.number} of {incident.id} ({about})"


def _by(what: str, by: str, owner: str) -> str:
    return "" if by == owner else f", {what} by {mention(by)}"


def _link(source: str, ctx: RenderContext) -> str:
    return f"<{escape(ctx.permalink(*source.split('/')))}|message>"
