"""Reporting a duplicate: somebody who was about to declare an open incident joins it instead, and
their description is added to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.incident.events import DuplicateReported, Event
from bot.incident.incident import Incident
from bot.incident.members import let_in
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until


@dataclass(frozen=True, slots=True)
class Join(Command):
    """Join instead of declaring. `text`: what they were about to declare."""

    text: str


def join(incident: Incident, command: Join, context: Context) -> Sequence[Event]:
    """Raises `Refused` if the incident is over by now."""
    if incident.is_over:
        raise Refused(
            f"{incident.id} is {incident.stage}, so you can't join it. "
            "If the problem is back, declare it again: `/incident declare TITLE`."
        )
    return [DuplicateReported(command.text)]


def _joined(incident: Incident, recorded: Recorded[DuplicateReported]) -> Incident:
    by = recorded.by
    return let_in(replace(incident, joined=(*incident.joined, by)), by)


def _line(incident: Incident, recorded: Recorded[DuplicateReported]) -> Line:
    text = recorded.event.text
    return Line("note", text, f"report:{recorded.seq}", quoted=text)


REPORT = MessageKind("report", "report")

SLICE: Slice[Incident] = Slice(
    "duplicates",
    events=(EventRule(DuplicateReported, "ReportedToo", _joined, in_channel(REPORT), _line),),
    commands=(CommandRule(Join, join, Until.MERGED),),
    messages=(REPORT,),
)
