"""Paging: `bot.paging`, mounted by the incident.

A page by hand is sent at once to anybody, whatever the chain is doing. Only the person it was sent
to answers it. The first acknowledgement also counts for the incident.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.errors import Refused
from bot.incident.escalation import at_once, chain_of, is_escalating, subject
from bot.incident.events import (
    CLOCK,
    Acknowledged,
    ChainEnded,
    Escalated,
    Event,
    PageAnswered,
    Paged,
)
from bot.incident.incident import Incident
from bot.incident.members import let_in, may_see
from bot.incident.text_limits import fitting
from bot.paging import decide, evolve, groups, outbound, told
from bot.paging.commands import Acknowledge, EscalateNow, Page
from bot.paging.events import PagingEvent
from bot.paging.told import acknowledged_by
from bot.streams.actor import User, parse_actor
from bot.streams.address import INCIDENT_CHANNEL, Person
from bot.streams.effect import Urgency
from bot.streams.kind import Context
from bot.streams.message import Facts, MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice


def page_people(incident: Incident, command: Page, context: Context) -> Sequence[Event]:
    """Page people by hand. Raises `Refused` if the incident isn't open."""
    if not incident.is_open:
        raise Refused(
            f"{incident.id} is {incident.stage}, so no one can be paged for it. "
            "To reopen it: `/incident reopen [reason]`."
        )
    text = fitting(command.text, "The text")
    return [Paged(user, text, command.schedule) for user in command.people]


def acknowledge(incident: Incident, command: Acknowledge, context: Context) -> Sequence[Event]:
    """Acknowledge. Only the first counts, unless the person was paged themselves."""
    if not incident.is_open and incident.acknowledged_at is None:
        raise Refused(f"{incident.id} is {incident.stage}. There's nothing to acknowledge.")
    return answer(incident, context.by)


def answer(incident: Incident, by: str) -> list[Event]:
    """The events that follow when `by` acknowledges."""
    return [*decide.answer(incident.paging, subject(incident), by)]


def take_part(incident: Incident, by: str) -> list[Event]:
    """The events that follow when `by` posts an update."""
    return [*decide.take_part(incident.paging, subject(incident), by)]


def involve(incident: Incident, recorded: Recorded[Event]) -> Incident:
    """Count who takes command or posts an update among the people who are on it."""
    on_it = evolve.involve(incident.paging, recorded.by, recorded.seq)
    return replace(incident, paging=on_it)


def wants_answer(incident: Incident, page: Recorded[Event]) -> bool:
    """Whether this page by hand still needs an answer."""
    return decide.wants_answer(incident.paging, subject(incident), page)


def is_answered(incident: Incident, page: Recorded[Event]) -> bool:
    """Whether the person who was paged by hand has acknowledged since."""
    return decide.is_answered(incident.paging, page)


# --- what follows --------------------------------------------------------------------------


def _followed(incident: Incident, recorded: Recorded[PagingEvent]) -> Incident:
    chain = chain_of(incident)
    return replace(
        incident, paging=evolve.follow(incident.paging, recorded, recorded.event, chain)
    )


def _acknowledged(incident: Incident, recorded: Recorded[Acknowledged]) -> Incident:
    """Let the person in: of a private incident, who was told as the last resort isn't yet."""
    after = _followed(incident, recorded)
    is_person = isinstance(parse_actor(recorded.by), User)
    return let_in(after, recorded.by) if is_person and incident.private else after


def _paged(incident: Incident, recorded: Recorded[Paged]) -> Incident:
    return let_in(_followed(incident, recorded), recorded.event.user)


def _line(incident: Incident, recorded: Recorded[PagingEvent]) -> Line:
    recorded = groups.known(incident.paging, recorded)
    return told.line(subject(incident), recorded, recorded.event)


def _still_paged(incident: Incident, message: OutboundMessage) -> bool:
    return outbound.still_relevant(incident.paging, subject(incident), message.about, message.to)


def _facts(incident: Incident, message: OutboundMessage) -> Facts:
    page = message.about
    facts = outbound.page_facts(incident.paging, subject(incident), page, incident.stage)
    merged = () if isinstance(page.event, Paged) else (incident.merged,)
    return (incident.severity_id, *facts, *merged, incident.channel, *incident.told_title)


def _unanswered_facts(incident: Incident, message: OutboundMessage) -> Facts:
    """In its channel the message names neither severity nor title, nor whether it was merged."""
    asks = is_escalating(incident)
    ended = "" if asks else acknowledged_by(incident.paging, message.about) or incident.stage
    if message.to == INCIDENT_CHANNEL:
        return (asks, ended)
    outside = incident.private and not (
        isinstance(message.to, Person) and may_see(User(message.to.user), incident)
    )
    place = incident.merged or (None if outside else incident.channel)
    return (asks, ended, incident.severity_id, place, "" if incident.private else incident.title)


def _response(incident: Incident, message: OutboundMessage) -> Recorded[Event] | None:
    """The first event after a page that it asked for."""
    page = message.about
    later = (each for each in incident.history if each.seq > page.seq and each.by != CLOCK)
    return next((each for each in later if told.answers(page, each)), None)


PAGE = MessageKind(
    "page", "page", _still_paged, _facts, _response, urgency=Urgency.PAGE, goes_first=True
)
PAGED = MessageKind("paged", "paging notice")
ESCALATION = MessageKind("escalation", "paging notice")
UNANSWERED = MessageKind(
    "unanswered",
    "unanswered chain",
    _still_paged,
    _unanswered_facts,
    _response,
    urgency=Urgency.PAGE,
    goes_first=True,
)
ACK = MessageKind("ack", "acknowledgement")

MESSAGES = (PAGE, PAGED, ESCALATION, UNANSWERED, ACK)
BY_NAME = {kind.name: kind for kind in MESSAGES}


def _messages(incident: Incident, recorded: Recorded[PagingEvent]) -> Iterator[OutboundMessage]:
    recorded = groups.known(incident.paging, recorded)
    wanted = outbound.outbound(incident.paging, subject(incident), recorded, recorded.event)
    for each in wanted:
        yield OutboundMessage(each.key, BY_NAME[each.kind], each.to, recorded)


SLICE: Slice[Incident] = Slice(
    "paging",
    events=(
        EventRule(Acknowledged, "Acknowledged", _acknowledged, _messages, _line, is_progress=True),
        EventRule(
            Escalated,
            "Escalated",
            _followed,
            _messages,
            _line,
            due=lambda recorded: recorded.event.due,
            is_progress=True,
        ),
        EventRule(
            ChainEnded,
            "ChainEnded",
            _followed,
            _messages,
            _line,
            due=lambda recorded: recorded.event.due,
        ),
        EventRule(Paged, "Paged", _paged, _messages, _line, is_progress=True),
        EventRule(PageAnswered, "PageAnswered", _followed, _messages, _line, is_progress=True),
    ),
    commands=(
        CommandRule(Acknowledge, acknowledge, always=True),
        CommandRule(Page, page_people, always=True),
        CommandRule(EscalateNow, at_once, always=True),
    ),
    messages=MESSAGES,
)
