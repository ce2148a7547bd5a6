"""A task: what its owner is told, and reminded of, and what the channel reads of it."""

import json
from datetime import datetime

from bot.incident.events import (
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskGiven,
    TaskOverdue,
    TaskReopened,
)
from bot.incident.incident import Incident, Task
from bot.incident.says import Saying
from bot.incident.tasks import TASK_MAX
from bot.incident.todo import TASKS_ON_CARD
from bot.messages.lines import with_reason
from bot.messages.merge import where
from bot.messages.shape import Block, Message, Voice, actions, button, context, section
from bot.messages.text import clip, escape, mention, moment

LISTED = 40  # as many as fit into an answer
ON_THE_CARD_MAX = 100  # characters of each


def told(incident: Incident, saying: Saying, voice: Voice) -> Message:
    """To its owner. Of a private incident no word of it: who may see it reads it there."""
    event, by = saying.about.event, saying.about.by
    assert isinstance(event, TaskAdded | TaskGiven)
    task = incident.tasks[event.number]
    head = f":clipboard: {mention(by)} has a task for you{_what(incident, task)}"
    due = f", due {moment(task.due, voice.zone, seen=saying.about.at)}" if task.due else ""
    return _to_owner(incident, saying, head, f"{_which(incident, task)}{due}.")


def overdue(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event = saying.about.event
    assert isinstance(event, TaskOverdue)
    task = incident.tasks[event.number]
    since = moment(event.due, voice.zone, seen=saying.about.at)
    head = f":alarm_clock: Overdue since {since}{_what(incident, task)}"
    how = f"Is it somebody else's? There: `/incident task {task.number} @name`."
    return _to_owner(incident, saying, head, f"{_which(incident, task)}.", how)


def changed(incident: Incident, saying: Saying, voice: Voice) -> Message:
    """A line in the incident's channel."""
    event, by = saying.about.event, saying.about.by
    assert isinstance(event, TaskAdded | TaskGiven | TaskDone | TaskDropped | TaskReopened)
    task = incident.tasks[event.number]
    what, name = escape(task.text), f"*Task {event.number}*"
    match event:
        case TaskAdded(_, _, owner, due, source):
            whose = f" for {mention(owner)}" if owner else ""
            until = f", due {moment(due, voice.zone, seen=saying.about.at)}" if due else ""
            whence = f" ({_link(source, voice)})" if source else ""
            text = f":clipboard: {name}{whose}{until}{_by(by, owner)}: {what}{whence}"
        case TaskGiven(number, left=left) if left:
            text = (
                f":clipboard: {mention(left)} has left the workspace, "
                f"so {name} is nobody's: {what}\n"
                f"Whose is it now? `/incident task {number} @name`"
            )
        case TaskGiven(_, owner):
            text = f":clipboard: {name} is {mention(owner)}'s now{_by(by, owner)}: {what}"
        case TaskDone():
            text = f":white_check_mark: {name} is done, says {mention(by)}: {what}"
        case TaskDropped(_, reason):
            return with_reason(
                f":wastebasket: {name} ({what}) was dropped by {mention(by)}", reason
            )
        case TaskReopened():
            text = f":clipboard: {name} is open again, says {mention(by)}: {what}"
    return Message(text)


def on_the_card(incident: Incident, voice: Voice) -> str:
    """The open ones: how many, and the first few."""
    left = incident.open_tasks
    head = f":clipboard: *{len(left)} open task{'' if len(left) == 1 else 's'}*"
    lines = [line(each, voice, seen=incident.declared_at) for each in left[:TASKS_ON_CARD]]
    more = ["and more: `/incident task list`"] if left[TASKS_ON_CARD:] else []
    return "\n".join([head, *lines, *more])


def line(task: Task, voice: Voice, *, seen: datetime, most: int = ON_THE_CARD_MAX) -> str:
    """A task as a row of a list."""
    facts = [mention(task.owner) if task.owner else "_nobody's_"]
    if task.due:
        overdue = "overdue since" if task.overdue else "due"
        facts.append(f"{overdue} {moment(task.due, voice.zone, seen=seen)}")
    return f"{task.number}. {escape(clip(task.text, most))} · {' · '.join(facts)}"


def listing(incident: Incident, voice: Voice) -> Message:
    """All of them, the open ones first."""
    left, seen = incident.open_tasks, voice.now
    head = f"*{incident.id} has {len(left)} open task{'' if len(left) == 1 else 's'}*"
    lines = [line(each, voice, seen=seen, most=TASK_MAX) for each in left]
    lines += [
        f"~{line(each, voice, seen=seen)}~ {_ended(each)}"
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
    return f"{'dropped' if task.dropped else 'done'}, says {mention(task.ended.by)}"


def _to_owner(incident: Incident, saying: Saying, head: str, which: str, how: str = "") -> Message:
    task = incident.tasks[getattr(saying.about.event, "number", 0)]
    verb = "What to do is said" if incident.private else "It is handled"
    place = f"{verb} in <#{incident.channel}>." if incident.channel else ""
    more = " ".join(filter(None, (which, place, how)))
    return Message(head, [section(f"*{head}*\n{more}"), _answer(incident, saying, task)])


def _answer(incident: Incident, saying: Saying, task: Task) -> Block:
    """The button while it is theirs to do; then what became of it."""
    if task.ended:
        how = _ended(task)
        return context(f"{how[0].upper()}{how[1:]}.")
    if incident.merged:
        return context(f"{incident.id} goes on {where(incident.merged)}, with this task.")
    if task.owner and f"@{task.owner}" != saying.to:
        return context(f"It is {mention(task.owner)}'s now.")
    value = json.dumps({"incident": incident.id, "task": task.number})
    return actions(button("Done", "task_done", value, style="primary"))


def _what(incident: Incident, task: Task) -> str:
    return "" if incident.private else f": {escape(task.text)}"


def _which(incident: Incident, task: Task) -> str:
    about = "a private incident" if incident.private else escape(incident.title)
    return f"Task {task.number} of {incident.id} ({about})"


def _by(by: str, owner: str) -> str:
    return "" if by == owner else f", from {mention(by)}"


def _link(source: str, voice: Voice) -> str:
    channel, _, ts = source.partition("/")
    return f"<{voice.permalink(channel, ts)}|message>"
