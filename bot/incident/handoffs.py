"""Handing over a role: it is offered to one person, who alone may accept or decline. Each role has
at most one open offer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Refused
from bot.incident.events import (
    Event,
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    MergedInto,
    Recorded,
    RoleAssigned,
    StageChanged,
)
from bot.incident.incident import OVER, Incident
from bot.incident.reminders import update_due
from bot.incident.roles import AssignRole, assign
from bot.incident.updates import last_update

NOT_ASKED = "Only whoever was asked can answer that."
TASKS_TOLD = 5  # shown to the person who is asked; the rest is only counted


@dataclass(frozen=True, slots=True)
class OfferRole:
    role: str
    user: str


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    role: str


@dataclass(frozen=True, slots=True)
class AcceptRole:
    """`offer`: the number of the event that it responds to; the same in `DeclineRole`."""

    role: str
    offer: int


@dataclass(frozen=True, slots=True)
class DeclineRole:
    role: str
    offer: int


# --- decided -------------------------------------------------------------------------------


def offer(incident: Incident, command: OfferRole, by: str) -> list[Event]:
    """Offer the role. Offering it to the same person again changes nothing; offering it to
    somebody else withdraws the open offer.
    """
    title, holder = incident.role_title(command.role), incident.roles.get(command.role, "")
    if command.user == by:
        raise Refused(
            "A role is handed to somebody else: name them, or take it yourself with "
            f"`/incident role {command.role}`."
        )
    if command.user == holder:
        raise Refused(f"They are {title} already: choose somebody else.")
    if asked(waiting(incident, command.role)) == command.user:
        return []
    return [HandoffOffered(command.role, command.user, holder)]


def withdraw(incident: Incident, command: WithdrawOffer) -> list[Event]:
    return [HandoffWithdrawn(command.role)] if waiting(incident, command.role) else []


def accept(incident: Incident, command: AcceptRole, by: str) -> list[Event]:
    """Accept the offer. A second click changes nothing."""
    ended = ending(incident, _theirs(incident, command, by))
    if ended is None:
        return assign(incident, AssignRole(command.role, by), by)
    if isinstance(ended.event, RoleAssigned) and ended.event.user == by:
        return []
    raise Refused(_too_late(command.role))


def decline(incident: Incident, command: DeclineRole, by: str) -> list[Event]:
    ended = ending(incident, _theirs(incident, command, by))
    if ended is None:
        return [HandoffDeclined(command.role)]
    if isinstance(ended.event, HandoffDeclined):
        return []
    raise Refused(_too_late(command.role))


def is_asked(incident: Incident, command: AcceptRole | DeclineRole, by: str) -> bool:
    """Whether `by` is whom the offer went to."""
    return _offer_to(incident, command, by) is not None


def _theirs(incident: Incident, command: AcceptRole | DeclineRole, by: str) -> Recorded:
    if offer := _offer_to(incident, command, by):
        return offer
    raise Refused(NOT_ASKED)


def _offer_to(incident: Incident, command: AcceptRole | DeclineRole, by: str) -> Recorded | None:
    for each in _offers(incident, command.role):
        if each.seq == command.offer and asked(each) == by:
            return each
    return None


def _too_late(role: str) -> str:
    return (
        "That offer was answered or taken back meanwhile. To take the role all the same: "
        f"`/incident role {role}`, in the incident's channel."
    )


# --- outcomes of an offer ------------------------------------------------------------------


def offer_key(offered: Recorded) -> str:
    return f"handoff:{offered.seq}"


def asked(offered: Recorded | None) -> str:
    """Who was offered the role; empty if nobody."""
    return getattr(offered.event, "user", "") if offered else ""


def waiting(incident: Incident, role: str) -> Recorded | None:
    """The open offer of this role, if it can still be accepted or declined."""
    newest = [*_offers(incident, role)][-1:]
    for each in newest:
        if ending(incident, each) is None and offer_key(each) not in incident.failed:
            return each
    return None


def ending(incident: Incident, offered: Recorded) -> Recorded | None:
    """What ended the offer: a response, a newer offer, somebody taking the role, or the end of the
    incident. None while it is open.
    """
    role = getattr(offered.event, "role", "")
    later = (each for each in incident.history if each.seq > offered.seq)
    return next((each for each in later if _ends(each.event, role)), None)


def offer_of(incident: Incident, news: Recorded) -> Recorded | None:
    """The offer that this event ends or asks about."""
    role = getattr(news.event, "role", "")
    before = [each for each in _offers(incident, role) if each.seq < news.seq][-1:]
    for each in before:
        ended = ending(incident, each)
        if ended is None or ended.seq >= news.seq:
            return each
    return None


def offer_facts(incident: Incident, offered: Recorded) -> tuple[object, ...]:
    """The facts in the offer that may change later: its outcome or, while it is open, the briefing
    for the new holder. The briefing of a private incident isn't shown to people outside.
    """
    if ended := ending(incident, offered):
        return (ended.seq,)
    standing = (incident.severity_id, incident.stage, holder_of(incident, offered))
    if incident.private:
        return standing
    update, tasks = last_update(incident), incident.open_tasks
    said = (update.event, update.at, update.by) if update else ()
    brief = (*said, incident.declared_at, update_due(incident), incident.channel, len(tasks))
    return (*standing, *brief, [(each.text, each.owner) for each in tasks[:TASKS_TOLD]])


def holder_of(incident: Incident, offered: Recorded) -> str:
    """The holder of the offered role; empty if nobody."""
    return incident.roles.get(getattr(offered.event, "role", ""), "")


def to_tell(incident: Incident, news: Recorded) -> list[str]:
    """Who is notified of the outcome, except the people who caused it: who offered the role, and
    who holds it.
    """
    people: list[str] = []
    if isinstance(news.event, HandoffOffered):
        people.append(news.event.holder)
    before = offer_of(incident, news)
    if before:
        people.append(before.by)
    if before and isinstance(news.event, RoleAssigned):
        people.append(getattr(before.event, "holder", ""))
    knows = ("", news.by, asked(news))
    return [each for each in dict.fromkeys(people) if each not in knows]


def _offers(incident: Incident, role: str) -> Iterator[Recorded]:
    for each in incident.history:
        if isinstance(each.event, HandoffOffered) and each.event.role == role:
            yield each


def _ends(event: Event, role: str) -> bool:
    match event:
        case HandoffOffered() | HandoffDeclined() | HandoffWithdrawn() | RoleAssigned():
            return event.role == role
        case StageChanged(stage):
            return stage in OVER
        case MergedInto():
            return True
        case _:
            return False


# --- no response ---------------------------------------------------------------------------


def due(incident: Incident, now: datetime) -> list[Event]:
    """Notify the person who offered the role, once, that there is no response yet."""
    return [
        HandoffUnanswered(role.id, at)
        for role in incident.policy.roles
        if (at := _due_at(incident, role.id)) is not None and at <= now
    ]


def next_due(incident: Incident) -> datetime | None:
    times = (_due_at(incident, role.id) for role in incident.policy.roles)
    return min(filter(None, times), default=None)


def _due_at(incident: Incident, role: str) -> datetime | None:
    """When the response is overdue, counted from when the offer could be read."""
    offered, row = waiting(incident, role), incident.policy.role(role)
    if not incident.is_open or offered is None or row is None or row.handoff_within is None:
        return None
    told = (each for each in incident.history if each.seq > offered.seq)
    if any(isinstance(each.event, HandoffUnanswered) and each.event.role == role for each in told):
        return None
    said = incident.said.get(offer_key(offered))
    return said.at + row.handoff_within if said else None
