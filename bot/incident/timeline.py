"""The record of an incident for people: what happened, when, and who did it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from bot.incident.durations import format_duration
from bot.incident.escalation import subject
from bot.incident.events import (
    CLOCK,
    Acknowledged,
    Declared,
    Delivered,
    DuplicateReported,
    Escalated,
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    MergedFrom,
    MergedInto,
    MilestoneCorrected,
    Noted,
    PageAnswered,
    Paged,
    Pinned,
    PostmortemRequested,
    Recorded,
    Reminded,
    RoleAssigned,
    RoleEmptied,
    RoleHeldTooLong,
    SeverityChanged,
    Snoozed,
    StageChanged,
    Subscribed,
    SubscriptionConfirmed,
    SubscriptionRequested,
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskDone,
    TaskOverdue,
    TaskReopened,
    Unpinned,
    Unsubscribed,
    UpdatePosted,
)
from bot.incident.incident import Delivery, Incident, Pin
from bot.incident.reminders import nag_key
from bot.paging import told

ASKED = {
    "update": "Asked for a status update",
    "commander": "Asked for a commander",
    "ack": "Asked who is on it",
    "progress": "Asked whether to escalate",
    "role": "Asked for people in the open roles",
}

# Pinned messages appear at the time they were posted; private questions and subscriptions are
# left out.
SUBSCRIPTIONS = Subscribed | SubscriptionRequested | SubscriptionConfirmed | Unsubscribed
ELSEWHERE = Pinned | Unpinned | HandoffUnanswered | RoleHeldTooLong | SUBSCRIPTIONS

NOT_READ = "(a message that is not read yet)"
DELETED = "(a message that was deleted since)"
EDITED = " (edited)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `by`: a user id, or the clock's. `said`: its message in Slack, if any.
    `pinned_by`: who pinned it, if it is somebody else's message. `quoted`: the end of `text` that
    a person wrote; before it, `<@U0ANA>` is a mention of ours.
    """

    at: datetime
    by: str
    kind: str
    text: str
    said: Delivery | None = None
    pinned_by: str = ""
    quoted: str = ""


def timeline(incident: Incident) -> list[Entry]:
    """All decisions, status updates and pinned messages in order. People's text is unchanged."""
    really = _corrections(incident)
    entries = [
        _entry(each, incident, really.get(each.seq, each.at))
        for each in incident.history
        if not isinstance(each.event, ELSEWHERE)
    ]
    entries += [_pinned(ts, pin, incident) for ts, pin in incident.pins.items()]
    return sorted(entries, key=lambda each: each.at)


def _pinned(ts: str, pin: Pin, incident: Incident) -> Entry:
    at = datetime.fromtimestamp(float(ts), UTC)
    text = NOT_READ if pin.text is None else pin.text + (EDITED if pin.edited else "")
    return Entry(
        at,
        pin.author or CLOCK,
        "pinned",
        DELETED if pin.deleted else text,
        Delivery(at, incident.channel or "", ts),
        pin.by[0],
    )


def _corrections(incident: Incident) -> dict[int, datetime]:
    """Corrected times, by the number of the event that they correct: the first acknowledgement,
    and the last time that each stage was reached.
    """
    told: dict[str, int] = {}
    for each in incident.history:
        match each.event:
            case Declared():
                told["declared"] = each.seq
            case Acknowledged():
                told.setdefault("acknowledged", each.seq)
            case StageChanged(stage):
                told[stage] = each.seq
    return {told[name]: at for name, at in incident.corrected.items() if name in told}


def _entry(recorded: Recorded, incident: Incident, at: datetime) -> Entry:
    kind, text, key = _words(recorded, incident)
    said = _elsewhere(recorded) or incident.said.get(key)
    return Entry(at, recorded.by, kind, text, said, quoted=_quoted(recorded, incident))


def _quoted(recorded: Recorded, incident: Incident) -> str:
    """What people wrote, at the end of a line that mentions somebody."""
    match recorded.event:
        case Paged(_, text) | TaskAdded(_, text) | TaskCancelled(_, text):
            return text
        case TaskDone(number):
            return incident.tasks[number].text
        case _:
            return ""


def _elsewhere(recorded: Recorded) -> Delivery | None:
    """A merged incident is linked by its own card."""
    event = recorded.event
    if not isinstance(event, MergedFrom) or not event.card:
        return None
    return Delivery(recorded.at, event.channel, event.card)


def _words(recorded: Recorded, incident: Incident) -> tuple[str, str, str]:
    """Kind, text, and the key of the message that announced it."""
    seq, event = recorded.seq, recorded.event
    assert not isinstance(event, Delivered | ELSEWHERE)
    match event:
        case Declared(title, severity):
            return "declared", f"Declared {severity}: {title}", "card"
        case SeverityChanged(severity, reason):
            return "severity", _because(f"Severity is now {severity}", reason), f"severity:{seq}"
        case RoleAssigned(role, user):
            return "role", f"<@{user}> is {incident.role_title(role)}", f"role:{seq}"
        case RoleEmptied(role, left):
            gone = f"<@{left}> has left the workspace" if left else ""
            nobody = f"Nobody is {incident.role_title(role)}"
            return "role", _because(nobody, gone), f"role:{seq}"
        case HandoffOffered(role, user):
            return "role", f"Asked <@{user}> to be {incident.role_title(role)}", ""
        case HandoffDeclined(role):
            return "role", f"Declined to be {incident.role_title(role)}", ""
        case HandoffWithdrawn(role):
            return "role", f"Took back who was asked to be {incident.role_title(role)}", ""
        case UpdatePosted(text):
            return "update", text, f"update:{seq}"
        case Snoozed(length, reason):
            return (
                "snooze",
                _because(f"No update for {format_duration(length)}", reason),
                f"snooze:{seq}",
            )
        case StageChanged(stage, text):
            return "stage", _because(stage.capitalize(), text), f"stage:{seq}"
        case Noted(text):
            return "note", text, ""
        case DuplicateReported(text):
            return "note", text, f"report:{seq}"
        case Acknowledged() | Escalated() | Paged() | PageAnswered():
            return told.line(subject(incident), recorded, event)
        case Reminded(reminder):
            return "nag", ASKED.get(reminder, f"Asked for: {reminder}"), nag_key(recorded)
        case MilestoneCorrected(milestone, then, was, reason):
            instead = f", not {_utc(was)}" if was else ""
            what = f"{milestone.capitalize()} at {_utc(then)}{instead}"
            return "milestone", _because(what, reason), f"milestone:{seq}"
        case TaskAdded(number, text, owner):
            whose = f" for <@{owner}>" if owner else ""
            return "task", f"Task {number}{whose}: {text}", f"task-change:{seq}"
        case TaskAssigned(number, left=left) if left:
            what = f"Task {number} is nobody's: <@{left}> has left the workspace"
            return "task", what, f"task-change:{seq}"
        case TaskAssigned(number, owner):
            return "task", f"Task {number} is for <@{owner}>", f"task-change:{seq}"
        case TaskDone(number):
            what = f"Done: task {number}, {incident.tasks[number].text}"
            return "task", what, f"task-change:{seq}"
        case TaskCancelled(number, reason):
            return "task", _because(f"Dropped task {number}", reason), f"task-change:{seq}"
        case TaskReopened(number):
            return "task", f"Task {number} is open again", f"task-change:{seq}"
        case TaskOverdue(number, asked):
            what = f"Asked <@{asked}> for task {number}, which is overdue"
            return "task", what, f"overdue:{seq}"
        case MergedFrom(other, title):
            return "merge", f"Merged {other}: {title}", f"merged:{seq}"
        case MergedInto(other, private=private):
            where = "a private incident" if private else other
            return "merge", f"Merged into {where}", f"merged:{seq}"
        case PostmortemRequested():
            return "postmortem", "Asked for a postmortem draft", ""
        case never:
            assert_never(never)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _because(what: str, why: str) -> str:
    return f"{what}: {why}" if why else what
