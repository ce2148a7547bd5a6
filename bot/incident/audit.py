"""The delivery log: what was due when, when it was sent or why it wasn't, and who responded. Slack
reports no read receipts.
"""

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
    """One delivery. `message`: None if it wasn't a message. `sent`: None if it wasn't sent, or not
    yet. `needed`: whether it still has to be sent. `refused`: the reason if Slack rejects it.
    `answer`: what somebody did in response.
    """

    key: str
    due: datetime
    message: OutboundMessage | None = None
    sent: datetime | None = None
    refused: str = ""
    needed: bool = False
    answer: Recorded | None = None


def audit(incident: Incident) -> list[Sent]:
    """All deliveries, in the order in which they were due."""
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
    """When a message was due; what follows from a person's action is due at once."""
    match about.event:
        case Escalated(due=due) | Reminded(due=due) | TaskOverdue(due=due):
            return due
        case HandoffUnanswered(due=due) | RoleHeldTooLong(due=due):
            return due
        case _:
            return about.at


def _answer(message: OutboundMessage, incident: Incident) -> Recorded | None:
    """The first event after a delivery that responds to it."""
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
    """What ended a repeated request: the event that ended the last one ended all of them."""
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
    """The types of event that respond to a delivery; None if it asks for nothing."""
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
