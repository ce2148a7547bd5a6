"""The incident's escalation chain: `bot.paging`, mounted. Translates the incident into paging's
terms and holds the rules that only incidents have.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import Refused
from bot.incident.events import (
    CLOCK,
    Acknowledged,
    Declared,
    Escalated,
    Event,
    Recorded,
    SeverityChanged,
    Stage,
    StageChanged,
)
from bot.incident.incident import Incident
from bot.incident.reminders import answer_to, still_unmet
from bot.paging import chain, last_resort, told
from bot.paging.commands import EscalateNow, OnCall
from bot.paging.events import KEEPS
from bot.paging.policy import Chain
from bot.paging.state import Subject, page_key, runs
from bot.streams.kind import Context

__all__ = ["EscalateNow", "page_key"]

HAS_IMPACT = (Stage.INVESTIGATING, Stage.IDENTIFIED)


def subject(incident: Incident) -> Subject:
    """The incident as paging's `Subject`."""
    return Subject(
        chain_of(incident),
        incident.is_open,
        incident.stage in HAS_IMPACT,
        incident.private,
        incident.said,
        incident.failed,
        incident.policy.last_resort,
    )


def chain_of(incident: Incident) -> Chain | None:
    """The chain of the current severity; None if it pages no one."""
    named = incident.severity.escalation
    return incident.policy.chain(named) if named else None


def under_rule(incident: Incident, events: Sequence[Event]) -> list[Event]:
    """The same events, with the first eligible one marked: from it on, asking more people keeps
    all acknowledgements. Unchanged if the history is marked already.
    """
    marked: list[Event] = list(events)
    if incident.paging.rule >= KEEPS:
        return marked
    for place, event in enumerate(marked):
        if isinstance(event, Declared | SeverityChanged | StageChanged | Acknowledged | Escalated):
            marked[place] = replace(event, rule=KEEPS)
            break
    return marked


def is_escalating(incident: Incident) -> bool:
    """Whether paging runs: none of the people asked has acknowledged, and the impact
    isn't over.
    """
    return runs(incident.paging, subject(incident))


def still_asks(incident: Incident, page: Recorded) -> bool:
    """Whether this page of the chain still needs an answer."""
    return chain.still_asks(incident.paging, subject(incident), page)


def paged(incident: Incident, until: float = math.inf) -> list[str]:
    """Everybody who was paged (up to event `until`), in order, without repeats."""
    return told.paged(incident.paging, until)


def last_paged(incident: Incident) -> str | None:
    """The targets of the chain's latest page."""
    return told.last_paged(incident.paging)


def outcome(incident: Incident, at: datetime) -> tuple[list[str], list[str]]:
    """Who was reached by the steps that fired at that moment, and who wasn't and why."""
    return told.outcome(incident.paging, subject(incident), at)


def next_step(incident: Incident) -> tuple[int, datetime] | None:
    """The number of the next step and when it is due; None if there is none."""
    return chain.next_step(incident.paging, subject(incident))


def next_due(incident: Incident) -> datetime | None:
    """When the next step is due, or when the chain has ended without an answer."""
    if not incident.version:
        return None
    about = incident.paging, subject(incident)
    return chain.next_due(*about) or last_resort.next_due(*about)


def next_in_line(incident: Incident) -> tuple[str, ...]:
    """The targets, as written in the policy, of the next step that pages somebody new."""
    return chain.next_in_line(incident.paging, subject(incident))


def due(incident: Incident, on_call: OnCall, now: datetime) -> list[Event]:
    """The steps that are due, or the end of the chain, resolved to the people on call now."""
    about = incident.paging, subject(incident), on_call, now
    return [*chain.fire(*about)] or [*last_resort.fire(*about)]


def at_once(incident: Incident, command: EscalateNow, context: Context) -> Sequence[Event]:
    """Fire the next step that pages somebody new, before it is due. Two requests at once count as
    one.
    """
    if not command.if_asked:
        if not incident.is_open:
            raise Refused(
                f"{incident.id} is {incident.stage}, so no one is paged. If it's back: "
                "`/incident reopen [reason]`."
            )
        return [*chain.escalate(incident.paging, subject(incident), command.on_call, context.now)]
    asked = incident.reminded.get("progress")
    answer = answer_to(incident, asked) if asked else None
    if answer and answer.by != CLOCK and isinstance(answer.event, Escalated):
        raise Refused(
            f"<@{answer.by}> already escalated. To page someone else: `/incident page @name`."
        )
    if asked is None or not still_unmet(incident, asked):
        raise Refused(
            f"No one was paged: {incident.id} has changed since then and is {incident.stage}. "
            "To page someone anyway: `/incident page @name`."
        )
    return [*chain.escalate(incident.paging, subject(incident), command.on_call, context.now)]
