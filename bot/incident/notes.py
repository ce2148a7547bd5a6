"""Notes: a line in the timeline that no one is told about."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incident.events import Event, Noted
from bot.incident.incident import Incident
from bot.incident.text_limits import required
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice


@dataclass(frozen=True, slots=True)
class AddNote(Command):
    text: str


def note(incident: Incident, command: AddNote, context: Context) -> Sequence[Event]:
    """Raises `Refused` if there are no visible words."""
    return [Noted(required(command.text, "A note", "Write what to remember"))]


def _line(incident: Incident, recorded: Recorded[Noted]) -> Line:
    return Line("note", recorded.event.text, quoted=recorded.event.text)


SLICE: Slice[Incident] = Slice(
    "notes",
    events=(EventRule(Noted, "Noted", line=_line),),
    commands=(CommandRule(AddNote, note),),
)
