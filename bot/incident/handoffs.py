"""Handing over a role: it is offered to one person, who alone may accept or decline. Each role has
at most one open offer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Refused
from bot.incident.events import (
    Event,
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    RoleAssigned,
)
from bot.incident.incident import Incident
from bot.incident.offers import (
    HANDOVER,
    asked,
    ending,
    holder_of,
    news_of_offer,
    offer_key,
    offers_of,
    waiting,
)
from bot.incident.reminders import update_due
from bot.incident.roles import AssignRole, assign
from bot.incident.updates import last_update
from bot.streams.address import Person
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import Facts, MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice

NOT_ASKED = "Only the person who was asked can respond to that."
TASKS_TOLD = 5  # shown to the person who is asked; the rest is only counted


@dataclass(frozen=True, slots=True)
class OfferRole(Command):
    role: str
    user: str


@dataclass(frozen=True, slots=True)
class WithdrawOffer(Command):
    role: str


@dataclass(frozen=True, slots=True)
class AcceptRole(Command):
    """`offer`: the number of the event that it responds to; the same in `DeclineRole`."""

    role: str
    offer: int


@dataclass(frozen=True, slots=True)
class DeclineRole(Command):
    role: str
    offer: int


# --- decided -------------------------------------------------------------------------------


def offer(incident: Incident, command: OfferRole, context: Context) -> Sequence[Event]:
    """Offer the role. Offering it to the same person again changes nothing; offering it to
    somebody else withdraws the open offer.
    """
    title, holder = incident.role_title(command.role), incident.roles.get(command.role, "")
    if command.user == context.by:
        raise Refused(
            "Name the person to hand over to, or take the role yourself: "
            f"`/incident role {command.role}`."
        )
    if command.user == holder:
        raise Refused(f"They're already {title}. Choose someone else.")
    if asked(waiting(incident, command.role)) == command.user:
        return []
    return [HandoffOffered(command.role, command.user, holder)]


def withdraw(incident: Incident, command: WithdrawOffer, context: Context) -> Sequence[Event]:
    """Withdraw the open offer of the role, if there is one."""
    return [HandoffWithdrawn(command.role)] if waiting(incident, command.role) else []


def accept(incident: Incident, command: AcceptRole, context: Context) -> Sequence[Event]:
    """Accept the offer. A second click changes nothing."""
    ended = ending(incident, _theirs(incident, command, context.by))
    if ended is None:
        return assign(incident, AssignRole(command.role, context.by), context)
    if isinstance(ended.event, RoleAssigned) and ended.event.user == context.by:
        return []
    raise Refused(_too_late(command.role))


def decline(incident: Incident, command: DeclineRole, context: Context) -> Sequence[Event]:
    """Decline the offer. A second click changes nothing."""
    ended = ending(incident, _theirs(incident, command, context.by))
    if ended is None:
        return [HandoffDeclined(command.role)]
    if isinstance(ended.event, HandoffDeclined):
        return []
    raise Refused(_too_late(command.role))


def is_asked(incident: Incident, command: AcceptRole | DeclineRole, by: str) -> bool:
    """Whether `by` is whom the offer went to."""
    return _offer_to(incident, command, by) is not None


def _theirs(incident: Incident, command: AcceptRole | DeclineRole, by: str) -> Recorded[Event]:
    if offer := _offer_to(incident, command, by):
        return offer
    raise Refused(NOT_ASKED)


def _offer_to(
    incident: Incident, command: AcceptRole | DeclineRole, by: str
) -> Recorded[Event] | None:
    for each in offers_of(incident, command.role):
        if each.seq == command.offer and asked(each) == by:
            return each
    return None


def _too_late(role: str) -> str:
    return (
        "That request has already been answered or withdrawn. To take the role anyway: "
        f"`/incident role {role}` in the incident's channel."
    )


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


# --- what is said --------------------------------------------------------------------------


def _facts(incident: Incident, message: OutboundMessage) -> Facts:
    """The outcome of the offer or, while it is open, the briefing for the new holder. The briefing
    of a private incident isn't shown to people outside.
    """
    offered = message.about
    if ended := ending(incident, offered):
        return (ended.seq, *incident.told_title)
    standing = (incident.severity_id, incident.stage, holder_of(incident, offered))
    if incident.private:
        return standing
    update, tasks = last_update(incident), incident.open_tasks
    said = (update.event, update.at, update.by) if update else ()
    brief = (*said, incident.declared_at, update_due(incident), incident.channel, len(tasks))
    brief = (*brief, *incident.told_title)
    return (*standing, *brief, [(each.text, each.owner) for each in tasks[:TASKS_TOLD]])


def _asks(incident: Incident, message: OutboundMessage) -> bool:
    return ending(incident, message.about) is None


def _answer(incident: Incident, message: OutboundMessage) -> Recorded[Event] | None:
    ended = ending(incident, message.about)
    return ended if ended and message.to == Person(ended.by) else None


HANDOFF = MessageKind("handoff", "handoff", _asks, _facts, _answer)


def _offered(incident: Incident, recorded: Recorded[HandoffOffered]) -> Iterator[OutboundMessage]:
    key = offer_key(recorded)
    yield OutboundMessage(key, HANDOFF, Person(recorded.event.user), recorded)
    if key in incident.failed:
        refused = f"handover:{recorded.seq}:refused"
        yield OutboundMessage(refused, HANDOVER, Person(recorded.by), recorded)
    yield from news_of_offer(incident, recorded)


def _line_offered(incident: Incident, recorded: Recorded[HandoffOffered]) -> Line:
    event = recorded.event
    return Line("role", f"Asked <@{event.user}> to be {incident.role_title(event.role)}")


def _line_declined(incident: Incident, recorded: Recorded[HandoffDeclined]) -> Line:
    return Line("role", f"Declined to be {incident.role_title(recorded.event.role)}")


def _line_withdrawn(incident: Incident, recorded: Recorded[HandoffWithdrawn]) -> Line:
    title = incident.role_title(recorded.event.role)
    return Line("role", f"Withdrew the handoff request for {title}")


# The outcome of an offer is read from the history: no event changes anything else.
SLICE: Slice[Incident] = Slice(
    "handoffs",
    events=(
        EventRule(HandoffOffered, "HandoffOffered", messages=_offered, line=_line_offered),
        EventRule(HandoffDeclined, "HandoffDeclined", messages=news_of_offer, line=_line_declined),
        EventRule(
            HandoffWithdrawn, "HandoffWithdrawn", messages=news_of_offer, line=_line_withdrawn
        ),
        EventRule(
            HandoffUnanswered,
            "HandoffUnanswered",
            messages=news_of_offer,
            due=lambda recorded: recorded.event.due,
        ),
    ),
    commands=(
        CommandRule(OfferRole, offer),
        CommandRule(WithdrawOffer, withdraw, always=True),
        CommandRule(AcceptRole, accept, always=True),
        CommandRule(DeclineRole, decline, always=True),
    ),
    messages=(HANDOFF, HANDOVER),
)
