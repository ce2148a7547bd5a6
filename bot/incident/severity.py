"""Changing the severity. A worse one pages more people, a milder one pages no one new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.incident.escalation import chain_of
from bot.incident.events import Event, SeverityChanged
from bot.incident.incident import Incident, SeverityBefore
from bot.incident.text_limits import fitting
from bot.paging import evolve as paging
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, because


@dataclass(frozen=True, slots=True)
class ChangeSeverity(Command):
    severity: str
    reason: str = ""


def change_severity(
    incident: Incident, command: ChangeSeverity, context: Context
) -> Sequence[Event]:
    """Nothing happens if it has that severity already."""
    if incident.severity_id == command.severity:
        return []
    return [SeverityChanged(command.severity, fitting(command.reason, "The reason"))]


def severity_set_by(events: Sequence[Recorded[Event]]) -> str:
    """The severity that these events set; empty if they set none."""
    found = [each.event for each in events if isinstance(each.event, SeverityChanged)]
    return found[-1].severity if found else ""


def _changed(incident: Incident, recorded: Recorded[SeverityChanged]) -> Incident:
    event, at = recorded.event, recorded.at
    after = replace(
        incident,
        severity_id=event.severity,
        severity_at=at,
        severity_before=SeverityBefore(recorded.seq, incident.severity_id, incident.paging.run),
        cadence_reset_at=at,
        next_update=None,
        snoozed=None,
        snoozes={},
    )
    adopted = paging.adopt(incident.paging, event.rule)
    if incident.is_open:
        rank = after.policy.rank
        ranks = (rank(incident.severity_id), rank(after.severity_id))
        adopted = paging.change_severity(adopted, recorded, chain_of(after), ranks)
    return replace(after, paging=adopted)


SEVERITY = MessageKind("severity", "severity")


def _line(incident: Incident, recorded: Recorded[SeverityChanged]) -> Line:
    event = recorded.event
    text = because(f"Severity is now {event.severity}", event.reason)
    return Line("severity", text, f"severity:{recorded.seq}", quoted=event.reason)


SLICE: Slice[Incident] = Slice(
    "severity",
    events=(
        EventRule(
            SeverityChanged,
            "SeverityChanged",
            _changed,
            in_channel(SEVERITY),
            _line,
            is_progress=True,
        ),
    ),
    commands=(CommandRule(ChangeSeverity, change_severity, always=True),),
    messages=(SEVERITY,),
)
