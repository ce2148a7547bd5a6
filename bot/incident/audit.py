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
    HeldLong,
    Recorded,
    Reminded,
    RoleEmptied,
    RoleGiven,
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskGiven,
    TaskOverdue,
)
from bot.incident.handoffs import ending
from bot.incident.incident import Incident
from bot.incident.reminders import answer_to
from bot.incident.says import Saying, sayings, still_true
from bot.paging import told


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that was to reach somebody. `saying`: None if it was no message. `sent`: None if
    it wasn't, or not yet. `needed`: whether it still is to be sent. `refused`: why Slack doesn't
    take it. `answer`: what somebody did about it."""

    key: str
    due: datetime
    saying: Saying | None = None
    sent: datetime | None = None
    refused: str = ""
    needed: bool = False
    answer: Recorded | None = None


def audit(incident: Incident) -> list[Sent]:
    """Everything, in the order in which it was due."""
    messages = [_message(each, incident) for each in sayings(incident)]
    said = {each.key for each in messages}
    others = [
        Sent(key, failure.at, refused=failure.reason)
        for key, failure in incident.failed.items()
        if key not in said
    ]
    return sorted([*messages, *others], key=lambda each: each.due)


def _message(saying: Saying, incident: Incident) -> Sent:
    sent, refused = incident.said.get(saying.key), incident.failed.get(saying.key)
    return Sent(
        saying.key,
        _due(saying.about),
        saying,
        sent.at if sent else None,
        refused.reason if refused else "",
        needed=sent is None and refused is None and still_true(saying, incident),
        answer=_answer(saying, incident) if sent else None,
    )


def _due(about: Recorded) -> datetime:
    """What follows from what somebody did is due at once."""
    match about.event:
        case Escalated(due=due) | Reminded(due=due) | TaskOverdue(due=due):
            return due
        case HandoffUnanswered(due=due) | HeldLong(due=due):
            return due
        case _:
            return about.at


def _answer(saying: Saying, incident: Incident) -> Recorded | None:
    """The first thing that somebody did after it which it had asked for."""
    if saying.kind == "handoff":
        ended = ending(incident, saying.about)
        return ended if ended and saying.to == f"@{ended.by}" else None
    if saying.kind == "nag":
        return _quieted(saying.about, incident)
    asked = _asked_for(saying)
    if asked is None:
        return None
    later = (each for each in incident.history if each.seq > saying.about.seq)
    return next((each for each in later if each.by != CLOCK and asked(each)), None)


def _quieted(nag: Recorded, incident: Incident) -> Recorded | None:
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


def _asked_for(saying: Saying) -> Callable[[Recorded], bool] | None:
    """What answers it; None if it asked for nothing."""
    match saying.kind, saying.about.event:
        case "page", _:
            return partial(told.answers, saying.about)
        case "task", TaskAdded(number) | TaskGiven(number):
            return _ends_task(number)
        case "overdue", TaskOverdue(number):
            return _ends_task(number)
        case "fatigue", HeldLong(role):
            return lambda each: (
                _is(each, HandoffOffered, RoleGiven, RoleEmptied)
                and getattr(each.event, "role", "") == role
            )
        case _:
            return None


def _ends_task(number: int) -> Callable[[Recorded], bool]:
    return lambda each: (
        isinstance(each.event, TaskDone | TaskDropped) and each.event.number == number
    )


def _is(recorded: Recorded, *kinds: type[Decided]) -> bool:
    return isinstance(recorded.event, kinds)
