"""Snoozing reminders, with a reason; afterwards their interval is as before. It can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from bot.errors import Refused
from bot.incident.durations import format_duration
from bot.incident.events import Event, Snoozed, SnoozeEnded, Stage
from bot.incident.incident import Incident
from bot.incident.reminders import REMINDERS, is_snoozed, pressing, snooze_ends, update_every
from bot.incident.text_limits import fitting, visible
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import Facts, MessageKind, OutboundMessage, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, because

LONGEST = timedelta(hours=4)  # the longest silence, as far as the update's form goes
UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Snooze(Command):
    """For a `length`, or until a time. `reminders`: which ones; empty: those for updates, or where
    no updates are due, all."""

    length: timedelta | datetime
    reason: str
    reminders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EndSnooze(Command):
    """Take every snooze back."""


def snooze(incident: Incident, command: Snooze, context: Context) -> Sequence[Event]:
    """Raises `Refused` if none of them is due, for too long a silence, and without a reason."""
    names = which(incident, command.reminders)
    length = from_now(command.length, context.now)
    if too_long := longer_than_may_be(incident, length, names):
        raise Refused(too_long)
    if not visible(command.reason):
        raise Refused(
            "Add a reason for the snooze, like `/incident snooze 20m the backup restores`."
        )
    kept = () if names == (UPDATE,) else names
    return [Snoozed(length, fitting(command.reason, "The reason"), kept)]


def which(incident: Incident, wanted: Sequence[str]) -> tuple[str, ...]:
    """The reminders to snooze. Raises `Refused` if none of those wanted is due, now or later."""
    due = pressing(incident)
    found = [name for name in REMINDERS if name in due and name in (wanted or (UPDATE,))]
    if not wanted and not found:
        found = due
    if not found:
        raise Refused(_nothing_to_snooze(incident, wanted))
    return tuple(found)


def end(incident: Incident, command: EndSnooze, context: Context) -> Sequence[Event]:
    """Nothing happens if no reminder is snoozed."""
    return [SnoozeEnded()] if snoozed_names(incident) else []


def snoozed_names(incident: Incident, number: int | None = None) -> tuple[str, ...]:
    """The reminders that are snoozed, or those that the snooze of this number holds off. One that
    came after its snooze isn't any more."""
    every = {**incident.snoozes, UPDATE: incident.snoozed}
    return tuple(
        name
        for name in REMINDERS
        if (snoozed := every.get(name))
        and number in (None, snoozed.seq)
        and is_snoozed(incident, name)
    )


def from_now(until: timedelta | datetime, now: datetime) -> timedelta:
    """How long from now. Raises `Refused` if the time has passed."""
    length = until - now if isinstance(until, datetime) else until
    if length <= timedelta():
        raise Refused("That time is in the past. Enter a future one.")
    return length


def longer_than_may_be(
    incident: Incident, silence: timedelta, names: Sequence[str] = (UPDATE,)
) -> str:
    """The error if the silence is longer than allowed; empty if it isn't."""
    most = max(LONGEST, update_every(incident) or LONGEST) if UPDATE in names else LONGEST
    if silence <= most:
        return ""
    without = " without an update" if UPDATE in names else ""
    minutes = timedelta(minutes=ceil(silence / timedelta(minutes=1)))  # without odd seconds
    return (
        f"{format_duration(minutes)} is too long{without}. "
        f"It can be {format_duration(most)} at most."
    )


def until(snoozed: Recorded[Event]) -> datetime:
    return snooze_ends(snoozed)


def _nothing_to_snooze(incident: Incident, wanted: Sequence[str]) -> str:
    here = f"{incident.id} is {incident.stage}"
    if not incident.is_open:
        return f"{here}, so no updates are due and there's nothing to snooze."
    if wanted and UPDATE not in wanted:
        return f"That reminder of {incident.id} isn't due any more, so there's nothing to snooze."
    if incident.stage is Stage.MITIGATED and incident.severity.update_every:
        return f"{here}, so no update is due and there's nothing to snooze."
    return f"{incident.severity_id} has no regular updates, so there's nothing to snooze."


def _snoozed(incident: Incident, recorded: Recorded[Snoozed]) -> Incident:
    names = names_of(recorded.event)
    others = {name: recorded for name in names if name != UPDATE}
    return replace(
        incident,
        snoozed=recorded if UPDATE in names else incident.snoozed,
        snoozes={**incident.snoozes, **others},
    )


def names_of(event: Snoozed) -> tuple[str, ...]:
    """Which reminders it holds off."""
    return event.reminders or (UPDATE,)


def _ended(incident: Incident, recorded: Recorded[SnoozeEnded]) -> Incident:
    names = recorded.event.reminders or tuple(REMINDERS)
    return replace(
        incident,
        snoozed=None if UPDATE in names else incident.snoozed,
        snoozes={name: each for name, each in incident.snoozes.items() if name not in names},
    )


def _ended_line(incident: Incident, recorded: Recorded[SnoozeEnded]) -> Line:
    return Line("snooze", "Ended the snooze", f"snooze:{recorded.seq}")


ABOUT = {
    "ack": "the acknowledgement",
    "commander": "the commander",
    "progress": "progress",
    "role": "open roles",
}
"""What reminders are about, other than updates."""


def what(event: Snoozed) -> str:
    """The reminders that it holds off, in words.

    >>> what(Snoozed(timedelta(), "")), what(Snoozed(timedelta(), "", ("update", "role", "ack")))
    ('updates', 'updates and reminders about open roles and the acknowledgement')
    """
    names = names_of(event)
    others = " and ".join(ABOUT[name] for name in names if name in ABOUT)
    parts = ["updates"] if UPDATE in names else []
    return " and ".join([*parts, *([f"reminders about {others}"] if others else [])])


def _line(incident: Incident, recorded: Recorded[Snoozed]) -> Line:
    event = recorded.event
    text = because(f"Snoozed {what(event)} for {format_duration(event.length)}", event.reason)
    return Line("snooze", text, f"snooze:{recorded.seq}", quoted=event.reason)


def holds(incident: Incident, recorded: Recorded[Event]) -> bool:
    """Whether this snooze still holds something off."""
    return incident.is_open and bool(snoozed_names(incident, recorded.seq))


def _facts(incident: Incident, message: OutboundMessage) -> Facts | None:
    """Once it is over, its button goes."""
    over = incident.policy.together and not holds(incident, message.about)
    return ("over",) if over and isinstance(message.about.event, Snoozed) else None


SNOOZE = MessageKind("snooze", "snooze", facts=_facts)

SLICE: Slice[Incident] = Slice(
    "snoozing",
    events=(
        EventRule(Snoozed, "Snoozed", _snoozed, in_channel(SNOOZE), _line),
        EventRule(SnoozeEnded, "SnoozeEnded", _ended, in_channel(SNOOZE), _ended_line),
    ),
    commands=(CommandRule(Snooze, snooze, always=True), CommandRule(EndSnooze, end, always=True)),
    messages=(SNOOZE,),
)
