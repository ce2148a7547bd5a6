"""The messages of paging, each with its key, and how long each is still relevant."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.paging import told
from bot.paging.chain import newest_page, still_asks
from bot.paging.decide import is_answered, wants_answer
from bot.paging.events import (
    KEEPS,
    Acknowledged,
    ChainEnded,
    Escalated,
    PageAnswered,
    Paged,
    PagingEvent,
)
from bot.paging.groups import is_group
from bot.paging.state import Paging, Record, Subject, end_key, page_key, runs
from bot.streams.address import INCIDENT_CHANNEL, Address, Person, target

PagingKind = Literal["ack", "escalation", "page", "paged", "unanswered"]


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message, by the name of its kind."""

    key: str
    kind: PagingKind
    to: Address


def outbound(
    paging: Paging, subject: Subject, record: Record, event: PagingEvent
) -> Iterator[Outbound]:
    """The messages about one event, in this order."""
    seq = record.seq
    match event:
        case Acknowledged() | PageAnswered():
            yield Outbound(f"ack:{seq}", "ack", INCIDENT_CHANNEL)
        case Escalated(_, _, targets):
            for text in targets:
                if is_group(text):
                    continue  # until it is known who is in it
                yield Outbound(page_key(record, text), "page", target(text))
            if told.speaks(paging, record) and told.is_settled(paging, subject, record.at):
                yield Outbound(f"escalation:{seq}", "escalation", INCIDENT_CHANNEL)
        case ChainEnded(_, targets):
            for text in targets:
                if not is_group(text):
                    yield Outbound(end_key(record, text), "unanswered", target(text))
            if told.is_end_settled(subject, record):
                yield Outbound(f"unanswered:{seq}", "unanswered", INCIDENT_CHANNEL)
        case Paged(user):
            yield Outbound(page_key(record, f"@{user}"), "page", Person(user))
            if told.is_page_settled(subject, record):
                yield Outbound(f"paged:{seq}", "paged", INCIDENT_CHANNEL)


def still_relevant(paging: Paging, subject: Subject, page: Record, to: Address) -> bool:
    """Whether a page that hasn't been sent yet should still be sent."""
    if isinstance(page.event, Paged):
        return wants_answer(paging, subject, page)
    if isinstance(page.event, ChainEnded):
        return runs(paging, subject)
    wanted = still_asks(paging, subject, page) if paging.rule >= KEEPS else runs(paging, subject)
    return wanted and newest_page(paging, str(to)) == page


def page_facts(paging: Paging, subject: Subject, page: Record, stands: str) -> tuple[object, ...]:
    """The facts in a page that may change later. `stands`: the stage of its subject."""
    if isinstance(page.event, Paged):
        answered = is_answered(paging, page)
        if page.seq in paging.withdrawn:
            return (True, answered, True)
        return (subject.is_open or stands, answered)
    asks = still_asks(paging, subject, page)
    ended = "" if asks else told.acknowledged_by(paging, page)
    return (ended or runs(paging, subject) or stands, asks)
