"""Undoing what was just done by mistake: a compensating event, while nothing is built on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.errors import Refused
from bot.incident.escalation import chain_of
from bot.incident.events import (
    Declared,
    Event,
    MilestoneCorrected,
    Paged,
    PageWithdrawn,
    SeverityChanged,
    Snoozed,
    SnoozeEnded,
    StageChanged,
    StageRestored,
    SummaryChanged,
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskCorrected,
    TaskDone,
    TaskReopened,
    TitleChanged,
)
from bot.incident.incident import OPEN, Incident
from bot.incident.snoozing import snoozed_names
from bot.paging import evolve as paging
from bot.streams.event import Command
from bot.streams.kind import Context, IndexChanges
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until

WITHIN = timedelta(minutes=10)
REASON = "undone"


@dataclass(frozen=True, slots=True)
class Undo(Command):
    """Undo what event `number` did."""

    number: int


def undo(incident: Incident, command: Undo, context: Context) -> Sequence[Event]:
    """Raises `Refused` if it is too late, if something is built on it, or if somebody else did
    it."""
    found = next((each for each in incident.history if each.seq == command.number), None)
    way = _WAYS.get(type(found.event)) if found else None
    if found is None or way is None or found.by != context.by:
        raise Refused("There's nothing to undo here.")
    if context.now - found.at > WITHIN:
        raise Refused(
            "That was more than ten minutes ago, so it can't be undone with a button. "
            "`/incident help` lists what changes it."
        )
    return way(incident, found)


def _severity(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    if incident.is_over:
        raise Refused(f"{incident.id} is {incident.stage}, so its severity can't be undone.")
    _check_latest(incident, found, "The severity has", SeverityChanged)
    was = _before(incident, found, SeverityChanged, Declared)
    return [SeverityChanged(was.severity, REASON)]


def _title(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    _check_latest(incident, found, "The title has", TitleChanged)
    return [TitleChanged(_before(incident, found, TitleChanged, Declared).title)]


def _summary(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    _check_latest(incident, found, "The summary has", SummaryChanged)
    return [SummaryChanged(_before(incident, found, SummaryChanged, Declared).summary)]


def _stage(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    before = incident.stage_before
    _check_latest(incident, found, "The stage has", StageChanged, StageRestored)
    _check_latest(incident, found, "A milestone was corrected, so it has", MilestoneCorrected)
    if before is None or before.seq != found.seq:
        raise Refused("The stage has changed since, so it can't be undone.")
    return [StageRestored(before.stage, found.seq)]


def _task_added(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    _check_task(incident, found)
    return [TaskCancelled(found.event.number, REASON)]


def _task_ended(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    _check_task(incident, found)
    return [TaskReopened(found.event.number)]


def _task_corrected(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    _check_task(incident, found)
    number = found.event.number
    earlier = (each.event for each in reversed(incident.history) if each.seq < found.seq)
    kinds = (TaskCorrected, TaskAdded)
    was = next(each for each in earlier if isinstance(each, kinds) and each.number == number)
    return [TaskCorrected(number, was.text, was.due)]


def _page(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    """Withdraw all pages of that command."""
    pages = [
        (each.event.user, each.seq)
        for each in incident.history
        if isinstance(each.event, Paged) and (each.at, each.by) == (found.at, found.by)
    ]
    if all(seq in incident.paging.withdrawn for _, seq in pages):
        raise Refused("That's already undone.")
    for user, seq in pages:
        if incident.paging.answered.get(user, 0) > seq:
            raise Refused(f"<@{user}> has answered already, so it can't be undone.")
    return [PageWithdrawn(user, seq) for user, seq in pages]


def _snooze(incident: Incident, found: Recorded[Any]) -> Sequence[Event]:
    names = snoozed_names(incident, found.seq)
    if not names:
        raise Refused("That snooze has ended already, so it can't be undone.")
    return [SnoozeEnded(names)]


_WAYS: dict[type, Callable[[Incident, Recorded[Any]], Sequence[Event]]] = {
    SeverityChanged: _severity,
    TitleChanged: _title,
    SummaryChanged: _summary,
    StageChanged: _stage,
    TaskAdded: _task_added,
    TaskCorrected: _task_corrected,
    TaskDone: _task_ended,
    TaskCancelled: _task_ended,
    Paged: _page,
    Snoozed: _snooze,
}
UNDOABLE = tuple(_WAYS)


def _check_latest(incident: Incident, found: Recorded[Any], what: str, *kinds: type) -> None:
    """Raise `Refused` if an event of these kinds came later."""
    later = (each for each in incident.history if each.seq > found.seq)
    if any(isinstance(each.event, kinds) for each in later):
        raise Refused(f"{what} changed since, so it can't be undone.")


def _check_task(incident: Incident, found: Recorded[Any]) -> None:
    number = found.event.number
    kinds = (TaskAssigned, TaskCorrected, TaskDone, TaskCancelled, TaskReopened)
    for each in incident.history:
        if each.seq > found.seq and isinstance(each.event, kinds) and each.event.number == number:
            raise Refused(f"Task {number} has changed since, so it can't be undone.")


def _before(incident: Incident, found: Recorded[Any], *kinds: type) -> Any:
    """The event of these kinds before this one."""
    earlier = (each.event for each in reversed(incident.history) if each.seq < found.seq)
    return next(each for each in earlier if isinstance(each, kinds))


# --- what follows --------------------------------------------------------------------------


def _restored(incident: Incident, recorded: Recorded[StageRestored]) -> Incident:
    """The stage and its times as before. Paging starts again if no one had acknowledged."""
    before = incident.stage_before
    assert before is not None  # decided with it
    after = replace(
        incident,
        stage=before.stage,
        reached=before.reached,
        corrected=before.corrected,
        resolution=before.resolution,
        asked_draft=before.asked_draft,
        cadence_reset_at=recorded.at,
        stage_before=None,
    )
    if incident.is_open or not after.is_open:
        return after
    again = paging.reopen(after.paging, chain_of(after), recorded.at)
    return replace(after, paging=again)


def _withdrawn(incident: Incident, recorded: Recorded[PageWithdrawn]) -> Incident:
    return replace(incident, paging=paging.withdraw(incident.paging, recorded.event.page))


def _stage_line(incident: Incident, recorded: Recorded[StageRestored]) -> Line:
    text = f"Undone: {recorded.event.stage} again"
    return Line("stage", text, f"undone:{recorded.seq}")


def _page_line(incident: Incident, recorded: Recorded[PageWithdrawn]) -> Line:
    text = f"Withdrew the page to <@{recorded.event.user}>"
    return Line("page", text, f"undone:{recorded.seq}")


UNDONE = MessageKind("undone", "undone")

SLICE: Slice[Incident] = Slice(
    "undoing",
    events=(
        EventRule(
            StageRestored,
            "StageRestored",
            _restored,
            in_channel(UNDONE),
            _stage_line,
            index=lambda event: IndexChanges(open=event.stage in OPEN),
        ),
        EventRule(PageWithdrawn, "PageWithdrawn", _withdrawn, in_channel(UNDONE), _page_line),
    ),
    commands=(CommandRule(Undo, undo, Until.MERGED, always=True),),
    messages=(UNDONE,),
)
