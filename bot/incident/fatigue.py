"""Asking people who have held a role for long, privately, whether to hand it over: tired people
don't notice that they are tired.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.incident.events import (
    CLOCK,
    Event,
    HandoffOffered,
    Recorded,
    RoleAssigned,
    RoleEmptied,
    RoleHeldTooLong,
)
from bot.incident.incident import Incident
from bot.incident.offers import asked, waiting
from bot.streams.address import Person
from bot.streams.message import Facts, MessageKind, OutboundMessage
from bot.streams.slice import EventRule, Slice


def due(incident: Incident, now: datetime) -> list[Event]:
    """One event for each role that has been held for too long."""
    return [
        RoleHeldTooLong(role, holder, at)
        for role, holder in incident.roles.items()
        if (at := _due_at(incident, role)) is not None and at <= now
    ]


def next_due(incident: Incident) -> datetime | None:
    return min(filter(None, (_due_at(incident, role) for role in incident.roles)), default=None)


def held_since(incident: Incident, question: Recorded) -> datetime:
    """When the person who is asked took the role."""
    return [each.at for each in _told(incident, question) if isinstance(each.event, RoleAssigned)][
        -1
    ]


def still_asks(incident: Incident, question: Recorded) -> bool:
    """Whether the question still stands: the person holds the role, and no one was offered it. A
    later question replaces an older one without an answer.
    """
    assert isinstance(question.event, RoleHeldTooLong)
    role = question.event.role
    newest = _last_told(incident, role)
    return incident.is_open and newest == question and _is_held(incident, role)


def facts(incident: Incident, question: Recorded) -> Facts:
    """The facts in the question that may change later."""
    role = getattr(question.event, "role", "")
    if still_asks(incident, question):
        return ()
    if not incident.is_open:
        return (incident.stage,)
    offered = waiting(incident, role)
    return ("asked", asked(offered)) if offered else ("held", incident.roles.get(role))


def _due_at(incident: Incident, role: str) -> datetime | None:
    row = incident.policy.role(role)
    if not incident.is_open or row is None or row.fatigue_after is None:
        return None
    last = _last_told(incident, role)
    if last is None or not _is_held(incident, role):
        return None
    return max(last.at, incident.opened_at) + row.fatigue_after


def _is_held(incident: Incident, role: str) -> bool:
    """Whether somebody holds the role and hasn't offered it yet."""
    return role in incident.roles and waiting(incident, role) is None


def _last_told(incident: Incident, role: str) -> Recorded | None:
    """When the role was assigned, or its holder last asked."""
    told = (each for each in reversed(incident.history) if _is_of(each, role))
    return next(told, None)


def _told(incident: Incident, question: Recorded) -> list[Recorded]:
    role = getattr(question.event, "role", "")
    return [each for each in incident.history if each.seq <= question.seq and _is_of(each, role)]


def _is_of(each: Recorded, role: str) -> bool:
    return isinstance(each.event, RoleAssigned | RoleHeldTooLong) and each.event.role == role


def _answer(incident: Incident, message: OutboundMessage) -> Recorded | None:
    """The first event about the role after the question, by a person."""
    role, asked_at = message.about.event.role, message.about.seq
    later = (each for each in incident.history if each.seq > asked_at and each.by != CLOCK)
    for each in later:
        ends = isinstance(each.event, HandoffOffered | RoleAssigned | RoleEmptied)
        if ends and getattr(each.event, "role", "") == role:
            return each
    return None


FATIGUE = MessageKind(
    "fatigue",
    "reminder: long shift",
    lambda incident, message: still_asks(incident, message.about),
    lambda incident, message: facts(incident, message.about),
    _answer,
)


def _messages(incident: Incident, recorded: Recorded) -> Iterator[OutboundMessage]:
    assert isinstance(recorded.event, RoleHeldTooLong)
    holder = Person(recorded.event.user)
    yield OutboundMessage(f"fatigue:{recorded.seq}", FATIGUE, holder, recorded)


SLICE: Slice[Incident] = Slice(
    "fatigue",
    events=(
        EventRule(
            RoleHeldTooLong,
            "HeldLong",
            messages=_messages,
            due=lambda recorded: recorded.event.due,
        ),
    ),
    messages=(FATIGUE,),
)
