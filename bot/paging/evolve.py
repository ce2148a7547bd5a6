"""How each event changes the state of paging."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.paging.events import (
    KEEPS,
    Acknowledged,
    ChainEnded,
    Escalated,
    PageAnswered,
    Paged,
    PagingEvent,
)
from bot.paging.policy import Chain
from bot.paging.state import Acknowledgement, Paging, Record, Run
from bot.streams.actor import CLOCK


def adopt(paging: Paging, rule: int) -> Paging:
    """Apply the rule that an event was written under. The newer rule stays.

    Under rule 1, asking more people took acknowledgements back. A history from that time continues
    under it, so that an upgrade neither stops nor restarts pages, until the first event that
    carries rule 2. From then on, everybody who ever acknowledged is on it.
    """
    if rule < KEEPS or paging.rule >= KEEPS:
        return paging
    return replace(paging, rule=rule, taken_back=0)


def follow(paging: Paging, record: Record, event: PagingEvent, chain: Chain | None) -> Paging:
    """The state after one more event of paging itself. `chain`: the subject's."""
    match event:
        case Acknowledged(rule):
            return _acknowledged(adopt(paging, rule), record)
        case Escalated():
            return _escalated(adopt(paging, event.rule), record, chain)
        case ChainEnded():
            run = replace(paging.run, reported=True) if paging.run else None
            return replace(paging, run=run, ends=(*paging.ends, record))
        case Paged():
            return replace(paging, pages=(*paging.pages, record))
        case PageAnswered():
            answered = {**paging.answered, record.by: record.seq}
            return involve(replace(paging, answered=answered), record.by, record.seq)


def begin(paging: Paging, chain: Chain | None, at: datetime) -> Paging:
    """Start paging at the first step of the chain; without a chain, no one is paged."""
    return replace(paging, run=_run(chain, at))


def end(paging: Paging) -> Paging:
    """Stop paging because the subject is over. Acknowledgements stay."""
    return replace(paging, run=None)


def reopen(paging: Paging, chain: Chain | None, at: datetime) -> Paging:
    """Reopen the subject: earlier acknowledgements count again; if there are none, paging starts
    again.
    """
    return paging if paging.acknowledged_by else begin(paging, chain, at)


def withdraw(paging: Paging, page: int) -> Paging:
    """The page by hand of this event was a mistake: it needs no answer any more."""
    return replace(paging, withdrawn=paging.withdrawn | {page})


def involve(paging: Paging, user: str, seq: int) -> Paging:
    """The user showed by event `seq` that they are on it."""
    return replace(paging, involved={**paging.involved, user: seq})


def change_severity(
    paging: Paging, record: Record, chain: Chain | None, ranks: tuple[int, int]
) -> Paging:
    """The state after the severity of an open subject changed from one rank to another (0 is the
    most severe), and its chain became `chain`.
    """
    before, after = ranks
    if after < before:
        return _raised(paging, record, chain, before)
    return _lowered(paging, record.at, chain, after)


def take_over(paging: Paging, record: Record, people: Sequence[str], *, answers: bool) -> Paging:
    """Add `people` from another subject that was merged into this one. `answers`: it was at least
    as severe, so no one else needs to be paged.
    """
    if not people:
        return paging
    paging = adopt(paging, KEEPS)
    new = [user for user in people if user not in paging.on_it]
    given = tuple(Acknowledgement(user, record.at, record.seq) for user in new)
    paging = replace(paging, acknowledgements=(*paging.acknowledgements, *given))
    return _ended(paging) if given and answers else paging


def _acknowledged(paging: Paging, record: Record) -> Paging:
    given = Acknowledgement(record.by, record.at, record.seq)
    return _ended(
        replace(
            paging,
            acknowledgements=(*paging.acknowledgements, given),
            answered={**paging.answered, record.by: record.seq},
        )
    )


def _ended(paging: Paging) -> Paging:
    return replace(paging, run=replace(paging.run, ended=True)) if paging.run else paging


def _escalated(paging: Paging, record: Record, chain: Chain | None) -> Paging:
    """Escalating after an acknowledgement asks more people: paging runs again."""
    run = paging.run or _run(chain, record.at)
    assert run is not None  # only a chain has steps to fire
    if record.by != CLOCK and paging.acknowledged_by and (run.ended or not paging.run):
        run = replace(run, since=record.at, asked=len(run.fired), ended=False, taken_at=None)
        if paging.rule < KEEPS:
            paging = replace(paging, taken_back=record.seq)
    run = replace(run, fired=(*run.fired, record))
    return replace(paging, run=run, pages=(*paging.pages, record))


def _raised(paging: Paging, record: Record, chain: Chain | None, before: int) -> Paging:
    """A worse severity pages more people, from the first step of its chain."""
    taken_at = before if paging.acknowledged_by else None
    if paging.run and not paging.run.ended:
        taken_at = paging.run.taken_at  # no one has acknowledged the previous one yet
    if paging.rule < KEEPS:
        paging = replace(paging, taken_back=record.seq)
    return replace(paging, run=_run(chain, record.at, taken_at=taken_at))


def _lowered(paging: Paging, at: datetime, chain: Chain | None, after: int) -> Paging:
    """A milder severity pages no one new; at the rank that was acknowledged, paging stops."""
    run = paging.run
    if run is None or chain is None or run.chain != chain.id:
        run = _run(chain, at, taken_at=run.taken_at if run else None)
        ended = paging.run.ended if paging.run else bool(paging.acknowledged_by)
        run = replace(run, ended=ended) if run else None
    if run and paging.rule >= KEEPS and run.taken_at is not None and after >= run.taken_at:
        run = replace(run, ended=True)
    return replace(paging, run=run)


def _run(chain: Chain | None, at: datetime, taken_at: int | None = None) -> Run | None:
    return Run(chain.id, at, taken_at=taken_at) if chain else None
