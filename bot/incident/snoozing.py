"""Snoozing the update reminder, with a reason; afterwards the interval is as before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.incident.durations import format_duration
from bot.incident.events import Event, Snoozed, SnoozeEnded, Stage
from bot.incident.incident import Incident
from bot.incident.reminders import update_due, update_every
from bot.incident.text_limits import fitting, visible
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, because

LONGEST = timedelta(hours=4)  # the longest silence, as far as the update's form goes


@dataclass(frozen=True, slots=True)
class Snooze(Command):
    """For a `length`, or until a time."""

    length: timedelta | datetime
    reason: str


@dataclass(frozen=True, slots=True)
class EndSnooze(Command):
    """Take the snooze back."""


def snooze(incident: Incident, command: Snooze, context: Context) -> Sequence[Event]:
    """Raises `Refused` if no update is due, for too long a silence, and without a reason."""
    if update_due(incident) is None:
        raise Refused(_nothing_to_snooze(incident))
    length = from_now(command.length, context.now)
    if too_long := longer_than_may_be(incident, length):
        raise Refused(too_long)
    if not visible(command.reason):
        raise Refused(
            "Add a reason for the snooze, like `/incident snooze 20m the backup restores`."
        )
    return [Snoozed(length, fitting(command.reason, "The reason"))]


def end(incident: Incident, command: EndSnooze, context: Context) -> Sequence[Event]:
    """Nothing happens if no reminder is snoozed."""
    return [SnoozeEnded()] if incident.snoozed else []


def from_now(until: timedelta | datetime, now: datetime) -> timedelta:
    """How long from now. Raises `Refused` if the time has passed."""
    length = until - now if isinstance(until, datetime) else until
    if length <= timedelta():
        raise Refused("That time is in the past. Enter a future one.")
    return length


def longer_than_may_be(incident: Incident, silence: timedelta) -> str:
    """The error if the silence is longer than allowed; empty if it isn't."""
    most = max(LONGEST, update_every(incident) or LONGEST)
    if silence <= most:
        return ""
    return (
        f"{format_duration(silence)} is too long without an update. "
        f"You can snooze for {format_duration(most)} at most."
    )


def until(snoozed: Recorded[Event]) -> datetime:
    assert isinstance(snoozed.event, Snoozed)
    return snoozed.at + snoozed.event.length


def _nothing_to_snooze(incident: Incident) -> str:
    here = f"{incident.id} is {incident.stage}"
    if not incident.is_open:
        return f"{here}, so no updates are due and there's nothing to snooze."
    if incident.stage is Stage.MITIGATED and incident.severity.update_every:
        return f"{here}, so no update is due and there's nothing to snooze."
    return f"{incident.severity_id} has no regular updates, so there's nothing to snooze."


def _snoozed(incident: Incident, recorded: Recorded[Snoozed]) -> Incident:
    return replace(incident, snoozed=recorded)


def _ended(incident: Incident, recorded: Recorded[SnoozeEnded]) -> Incident:
    return replace(incident, snoozed=None)


def _ended_line(incident: Incident, recorded: Recorded[SnoozeEnded]) -> Line:
    return Line("snooze", "Ended the snooze of updates", f"snooze:{recorded.seq}")


def _line(incident: Incident, recorded: Recorded[Snoozed]) -> Line:
    event = recorded.event
    text = because(f"Snoozed updates for {format_duration(event.length)}", event.reason)
    return Line("snooze", text, f"snooze:{recorded.seq}", quoted=event.reason)


SNOOZE = MessageKind("snooze", "snooze")

SLICE: Slice[Incident] = Slice(
    "snoozing",
    events=(
        EventRule(Snoozed, "Snoozed", _snoozed, in_channel(SNOOZE), _line),
        EventRule(SnoozeEnded, "SnoozeEnded", _ended, in_channel(SNOOZE), _ended_line),
    ),
    commands=(CommandRule(Snooze, snooze), CommandRule(EndSnooze, end)),
    messages=(SNOOZE,),
)
