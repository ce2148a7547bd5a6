"""The record of what was delivered: what was due when, when it was sent, why it was not, and what
somebody did about it. Slack tells nobody whether a message was read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.incident.events import (
    CLOCK,
    Decided,
    Escalated,
    HandoffOffered,
    HandoffUnanswered,
    Recorded,
    Reminded,
    RoleAssigned,
    RoleEmptied,
    RoleHeldTooLong,
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskDone,
    TaskOverdue,
)
from bot.incident.handoffs import ending
from bot.incident.incident import Incident
from bot.incident.outbound import OutboundMessage, outbound_messages, still_relevant
from bot.incident.reminders import answer_to
from bot.paging import told


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that was to reach somebody. `message`: None if it was no message. `sent`: None if
    it wasn't, or not yet. `needed`: whether it still is to be sent. `refused`: why Slack doesn't
    take it. `answer`: what somebody did about it."""

    key: str
    due: datetime
    message: OutboundMessage | None = None
    sent: datetime | None = None
    refused: str = ""
    needed: bool = False
    answer: Recorded | None = None


def audit(incident: Incident) -> list[Sent]:
    """Everything, in the order in which it was due."""
    messages = [_message(each, incident) for each in outbound_messages(incident)]
    said = {each.key for each in messages}
    others = [
        Sent(key, failure.at, refused=failure.reason)
        for key, failure in incident.failed.items()
        if key not in said
    ]
    return sorted([*messages, *others], key=lambda each: each.due)


def _message(message: OutboundMessage, incident: Incident) -> Sent:
    sent, refused = incident.said.get(message.key), incident.failed.get(message.key)
    return Sent(
        message.key,
        _due(message.about),
        message,
        sent.at if sent else None,
        refused.reason if refused else "",
        needed=sent is None and refused is None and still_relevant(message, incident),
        answer=_answer(message, incident) if sent else None,
    )


def _due(about: Recorded) -> datetime:
    """What follows from what somebody did is due at once."""
    match about.event:
        case Escalated(due=due) | Reminded(due=due) | TaskOverdue(due=due):
            return due
        case HandoffUnanswered(due=due) | RoleHeldTooLong(due=due):
            return due
        case _:
            return about.at


def _answer(message: OutboundMessage, incident: Incident) -> Recorded | None:
    """The first thing that somebody did after it which it had asked for."""
    if message.kind == "handoff":
        ended = ending(incident, message.about)
        return ended if ended and message.to == f"@{ended.by}" else None
    if message.kind == "nag":
        return _resolved_by(message.about, incident)
    asked = _asked_for(message)
    if asked is None:
        return None
    later = (each for each in incident.history if each.seq > message.about.seq)
    return next((each for each in later if each.by != CLOCK and asked(each)), None)


def _resolved_by(nag: Recorded, incident: Incident) -> Recorded | None:
    """What is asked again and again is answered once: what ended the last ended all of them."""
    assert isinstance(nag.event, Reminded)
    name = nag.event.reminder
    asked = (
        each
        for each in incident.history
        if each.seq >= nag.seq and isinstance(each.event, Reminded) and each.event.reminder == name
    )
    ended = next(filter(None, (answer_to(incident, each) for each in asked)), None)
    return ended if ended and ended.by != CLOCK else None


def _asked_for(message: OutboundMessage) -> Callable[[Recorded], bool] | None:
    """What answers it; None if it asked for nothing."""
    match message.kind, message.about.event:
        case "page", _:
            return partial(told.answers, message.about)
        case "task", TaskAdded(number) | TaskAssigned(number):
            return _ends_task(number)
        case "overdue", TaskOverdue(number):
            return _ends_task(number)
        case "fatigue", RoleHeldTooLong(role):
            return lambda each: (
                _is(each, HandoffOffered, RoleAssigned, RoleEmptied)
                and getattr(each.event, "role", "") == role
            )
        case _:
            return None


def _ends_task(number: int) -> Callable[[Recorded], bool]:
    return lambda each: (
        isinstance(each.event, TaskDone | TaskCancelled) and each.event.number == number
    )


def _is(recorded: Recorded, *kinds: type[Decided]) -> bool:
    return isinstance(recorded.event, kinds)
