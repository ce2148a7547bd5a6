"""Undoing a merge: both incidents go on as if it had not been, with what people did since.

Both sides are decided on both states and written together (see `Incidents.undo_merge`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.incident.events import (
    Escalated,
    Event,
    MergedFrom,
    MergedFromUndone,
    MergedIntoUndone,
    SeverityChanged,
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskCorrected,
    TaskDone,
    TaskReopened,
)
from bot.incident.incident import BeforeAbsorbing, Incident
from bot.incident.members import let_out
from bot.incident.merging import MERGED
from bot.incident.undoing import REASON, WITHIN
from bot.paging import evolve as paging
from bot.paging.state import Paging
from bot.streams.actor import CLOCK
from bot.streams.event import Command
from bot.streams.kind import Context, IndexChanges
from bot.streams.message import in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until

TASK_EVENTS = (TaskAssigned, TaskCorrected, TaskDone, TaskCancelled, TaskReopened)


@dataclass(frozen=True, slots=True)
class UndoAbsorbing(Command):
    """`other` goes on by itself again, so give back what came from it."""

    other: Incident


@dataclass(frozen=True, slots=True)
class UndoMerge(Command):
    """Go on again, apart from `other`, into which this incident was merged."""

    other: Incident


def undo_absorbing(
    incident: Incident, command: UndoAbsorbing, context: Context
) -> Sequence[Event]:
    """Raises `Refused` if it is too late, if somebody else merged them, or if it went on since."""
    other = command.other
    merged = other.merged
    found = absorbed(incident, other)
    if found is None or merged is None or merged.incident != incident.id:
        raise Refused(f"{other.id} isn't merged into {incident.id}, so there's nothing to undo.")
    _check(found, context)
    if not incident.is_open:
        raise Refused(f"{incident.id} is {incident.stage} by now, so the merge can't be undone.")
    before = incident.absorbing[found.seq]
    raised = incident.severity_before
    lowers = before.raised_by and raised is not None and raised.seq == before.raised_by
    severity = [SeverityChanged(before.severity_id, REASON)] if lowers else []
    undone = MergedFromUndone(other.id, found.seq, lowered=bool(lowers))
    return [*severity, undone, *_copied_tasks(incident, found)]


def undo_merge(incident: Incident, command: UndoMerge, context: Context) -> Sequence[Event]:
    """Who acknowledged the other one meanwhile is on this one, too."""
    other, merged = command.other, incident.merged
    if merged is None or merged.incident != other.id or incident.before_merge is None:
        raise Refused(f"{incident.id} isn't merged into {other.id}, so there's nothing to undo.")
    found = next(each for each in reversed(incident.history) if each.event == merged)
    _check(found, context)
    there = absorbed(other, incident)
    since = [each for each in other.paging.acknowledgements if there and each.seq > there.seq]
    return [MergedIntoUndone(found.seq, tuple(dict.fromkeys(each.by for each in since)))]


def absorbed(incident: Incident, other: Incident) -> Recorded[Event] | None:
    """The merge of `other` into `incident` that is in force, if any."""
    for each in reversed(incident.history):
        if each.seq in incident.absorbing and _is_of(each.event, other):
            return each
    return None


def _is_of(event: Event, other: Incident) -> bool:
    return isinstance(event, MergedFrom) and event.incident == other.id


def _check(found: Recorded[Event], context: Context) -> None:
    """Raise `Refused` if somebody else merged them, or if it is too late."""
    if found.by != context.by:
        raise Refused(f"<@{found.by}> merged them, so only they can undo it.")
    if context.now - found.at > WITHIN:
        raise Refused(
            "They were merged more than ten minutes ago, so it can't be undone. What goes on by "
            "itself can be declared again: `/incident declare TITLE`."
        )


def _copied_tasks(incident: Incident, found: Recorded[Event]) -> Iterator[TaskCancelled]:
    """Cancel the tasks that came along, except those that somebody changed here."""
    later = [each for each in incident.history if each.seq > found.seq]
    changed = {each.event.number for each in later if isinstance(each.event, TASK_EVENTS)}
    for each in later:
        if not isinstance(each.event, TaskAdded) or (each.at, each.by) != (found.at, found.by):
            return
        if each.event.number not in changed:
            yield TaskCancelled(each.event.number, REASON)


# --- what follows --------------------------------------------------------------------------


def _given_back(incident: Incident, recorded: Recorded[MergedFromUndone]) -> Incident:
    event = recorded.event
    before = incident.absorbing[event.merged]
    absorbing = {seq: each for seq, each in incident.absorbing.items() if seq != event.merged}
    others = tuple(each for each in incident.merged_from if each.incident != event.incident)
    return replace(
        let_out(incident, before.let_in),
        absorbing=absorbing,
        merged_from=others,
        paging=_paging(incident, event, before),
    )


def _paging(incident: Incident, event: MergedFromUndone, before: BeforeAbsorbing) -> Paging:
    """The chain goes on as before, unless people acknowledged or asked more people since."""
    now = incident.paging
    given = tuple(each for each in now.acknowledgements if each.seq != event.merged)
    is_acknowledged = any(each.seq > event.merged for each in given)
    asked = any(
        page.seq > event.merged and page.by != CLOCK and isinstance(page.event, Escalated)
        for page in now.pages
    )
    run = now.run
    if event.lowered and not asked:
        run = before.run
    elif run and before.run and run.since == before.run.since and not before.run.ended:
        run = replace(run, ended=False)  # people of the other one had ended it
    if run and is_acknowledged and not asked:
        run = replace(run, ended=True)
    return replace(now, acknowledgements=given, run=run)


def _apart(incident: Incident, recorded: Recorded[MergedIntoUndone]) -> Incident:
    before = incident.before_merge
    assert before is not None  # decided with it
    apart = replace(
        incident,
        stage=before.stage,
        reached=before.reached,
        corrected=before.corrected,
        cadence_reset_at=before.cadence_reset_at,
        merged=None,
        before_merge=None,
        apart_at=recorded.at,
        paging=replace(incident.paging, run=before.run),
    )
    people = recorded.event.on_it
    return replace(apart, paging=paging.take_over(apart.paging, recorded, people, answers=True))


def _line_given_back(incident: Incident, recorded: Recorded[MergedFromUndone]) -> Line:
    text = f"Undone: {recorded.event.incident} isn't merged into this any more"
    return Line("merge", text, f"merged:{recorded.seq}")


def _line_apart(incident: Incident, recorded: Recorded[MergedIntoUndone]) -> Line:
    return Line("merge", "Undone: not merged any more", f"merged:{recorded.seq}")


SLICE: Slice[Incident] = Slice(
    "unmerging",
    events=(
        EventRule(
            MergedFromUndone,
            "MergedFromUndone",
            _given_back,
            in_channel(MERGED),
            _line_given_back,
        ),
        EventRule(
            MergedIntoUndone,
            "MergedIntoUndone",
            _apart,
            in_channel(MERGED),
            _line_apart,
            index=lambda _: IndexChanges(open=True),
        ),
    ),
    commands=(
        CommandRule(UndoAbsorbing, undo_absorbing, always=True),
        CommandRule(UndoMerge, undo_merge, Until.NEVER, always=True),
    ),
)
