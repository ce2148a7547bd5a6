"""The stages from declared to closed, and the table of allowed transitions.

Every transition that a person can make is a row here; the documentation and the tests are
generated from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.incident.escalation import chain_of
from bot.incident.events import Event, Stage, StageChanged, TaskDone
from bot.incident.incident import OPEN, Incident, StageBefore
from bot.incident.text_limits import fitting
from bot.paging import evolve as paging
from bot.paging.events import FORGETS
from bot.streams.event import Command
from bot.streams.kind import Context, IndexChanges
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until, because

CHECKS = {
    "stable": "Stable for 30 minutes or more",
    "metrics": "Metrics are back at baseline",
    "reports": "No new reports from users",
}

MAY_FOLLOW: dict[Stage, frozenset[Stage]] = {
    Stage.INVESTIGATING: frozenset(
        {Stage.IDENTIFIED, Stage.MITIGATED, Stage.RESOLVED, Stage.CANCELLED}
    ),
    Stage.IDENTIFIED: frozenset(
        {Stage.INVESTIGATING, Stage.MITIGATED, Stage.RESOLVED, Stage.CANCELLED}
    ),
    Stage.MITIGATED: frozenset(
        {Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.RESOLVED, Stage.CANCELLED}
    ),
    Stage.RESOLVED: frozenset({Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
    Stage.CANCELLED: frozenset(),
    Stage.MERGED: frozenset(),
}

MAY_REOPEN = frozenset({Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True)
class ChangeStage(Command):
    """For closing, `confirmed`: which of `CHECKS` the person confirms; `done`: the tasks that they
    report as done.
    """

    stage: Stage
    text: str = ""
    confirmed: tuple[str, ...] = ()
    done: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reopen(Command):
    reason: str = ""


def change_stage(incident: Incident, command: ChangeStage, context: Context) -> Sequence[Event]:
    """Move to another stage. Raises `Refused` for a transition that isn't in the table."""
    here, there = incident.stage, command.stage
    if here is there:
        return []
    if there not in MAY_FOLLOW[here]:
        raise Refused(_why_not(incident, there))
    unconfirmed: tuple[str, ...] = ()
    if there is Stage.CLOSED:
        unconfirmed = tuple(each for each in CHECKS if each not in command.confirmed)
    done = [TaskDone(each.number) for each in incident.open_tasks if each.number in command.done]
    return [*done, StageChanged(there, fitting(command.text, "The text"), unconfirmed)]


def reopen(incident: Incident, command: Reopen, context: Context) -> Sequence[Event]:
    if incident.stage not in MAY_REOPEN:
        raise Refused(f"{incident.id} is already open ({incident.stage}).")
    return [StageChanged(Stage.INVESTIGATING, fitting(command.reason, "The reason"))]


def _why_not(incident: Incident, there: Stage) -> str:
    if there is Stage.CLOSED and incident.is_open:
        return (
            f"{incident.id} is {incident.stage}, and only a resolved incident can be closed. "
            "Resolve it first: `/incident resolve`. False alarm? `/incident cancel`."
        )
    if there is Stage.CLOSED:
        return f"{incident.id} is already {incident.stage}, so there's nothing to close."
    how = "To reopen it: `/incident reopen [reason]`."
    if there in OPEN:
        return f"{incident.id} is {incident.stage}. {how}"
    return f"{incident.id} is {incident.stage}, so it can't be {there}. {how}"


# --- what follows --------------------------------------------------------------------------


def move(
    incident: Incident,
    stage: Stage,
    recorded: Recorded[Event],
    text: str = "",
    rule: int = FORGETS,
) -> Incident:
    """The state at the new stage. Paging stops once the impact is over for good and starts again,
    if no one has acknowledged, when the incident is reopened.
    """
    moved = replace(
        incident,
        stage=stage,
        reached={**incident.reached, stage: recorded.at},
        corrected={name: at for name, at in incident.corrected.items() if name != stage},
    )
    if stage is Stage.RESOLVED:
        moved = replace(moved, resolution=text, asked_draft=recorded.seq)
    if Stage.MITIGATED in (incident.stage, stage):
        moved = replace(moved, cadence_reset_at=recorded.at)
    moved = replace(moved, paging=paging.adopt(moved.paging, rule))
    if stage not in OPEN:
        return replace(moved, paging=paging.end(moved.paging))
    if incident.is_open:
        return moved
    reopened = replace(moved, opened_at=recorded.at, next_update=None, snoozed=None, snoozes={})
    again = paging.reopen(reopened.paging, chain_of(reopened), recorded.at)
    return replace(reopened, paging=again)


def _moved(incident: Incident, recorded: Recorded[StageChanged]) -> Incident:
    event = recorded.event
    before = StageBefore(
        recorded.seq,
        incident.stage,
        incident.reached,
        incident.corrected,
        incident.resolution,
        incident.asked_draft,
    )
    moved = move(incident, event.stage, recorded, event.text, event.rule)
    return replace(moved, stage_before=before)


def _line(incident: Incident, recorded: Recorded[StageChanged]) -> Line:
    event = recorded.event
    text = because(event.stage.capitalize(), event.text)
    return Line("stage", text, f"stage:{recorded.seq}", quoted=event.text)


STAGE = MessageKind("stage", "stage")

SLICE: Slice[Incident] = Slice(
    "stages",
    events=(
        EventRule(
            StageChanged,
            "StageChanged",
            _moved,
            in_channel(STAGE),
            _line,
            is_progress=True,
            index=lambda event: IndexChanges(open=event.stage in OPEN),
        ),
    ),
    commands=(
        CommandRule(ChangeStage, change_stage, Until.MERGED, always=True),
        CommandRule(Reopen, reopen, Until.MERGED),
    ),
    messages=(STAGE,),
)
