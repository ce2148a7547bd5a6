"""Messages that people pin to the timeline, and their later edits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from bot.incident.card import CARD_KEY
from bot.incident.effects import ReadMessage
from bot.incident.events import Event, PinDeleted, PinEdited, Pinned, PinRead, Unpinned
from bot.incident.incident import Incident, Pin
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Slice, Until


class How(StrEnum):
    """How a message is pinned. Each way is taken back by itself."""

    PUSHPIN = ""  # also the shortcut
    ROUND_PUSHPIN = "round_pushpin"
    SLACK = "pin"  # Slack's own pin: a message has one at most, and anybody may remove it


@dataclass(frozen=True, slots=True)
class PinMessage(Command):
    """`text`: None if it hasn't been read yet; `channel`: where it is; the rest: see `PinRead`."""

    ts: str
    author: str = ""
    text: str | None = None
    how: How = How.PUSHPIN
    thread_ts: str = ""
    app: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class UnpinMessage(Command):
    ts: str
    how: How = How.PUSHPIN


@dataclass(frozen=True, slots=True)
class FollowEdit(Command):
    """`at`: the ts of the edit, in seconds since 1970; empty if Slack doesn't report it."""

    ts: str
    author: str
    text: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class FollowDeletion(Command):
    ts: str


def pin(incident: Incident, command: PinMessage, context: Context) -> Sequence[Event]:
    """Pin a message for this person; it is removed when the last person who pinned it
    unpins it. The card, which Muster pins itself, isn't an entry.
    """
    card = incident.said.get(CARD_KEY)
    if command.how is How.SLACK and card and card.ts == command.ts:
        return []
    there = incident.pins.get(command.ts)
    if there and _holds(there, str(context.by), command.how):
        return []
    old = command.channel if command.channel in incident.old_channels else ""
    pinned = Pinned(command.ts, command.how.value, old)
    if command.text is None:
        return [pinned]
    read = PinRead(command.ts, command.author, command.text)
    return [pinned, replace(read, thread_ts=command.thread_ts, app=command.app)]


def unpin(incident: Incident, command: UnpinMessage, context: Context) -> Sequence[Event]:
    """Unpin it for this person."""
    there = incident.pins.get(command.ts)
    held = there and _holds(there, str(context.by), command.how)
    return [Unpinned(command.ts, command.how.value)] if held else []


def _holds(pin: Pin, by: str, how: str) -> tuple[tuple[str, str], ...]:
    """Those of the pin that this person's way of pinning, or unpinning, is about."""
    return tuple(
        each for each in pin.holds if each[1] == how and (how == How.SLACK or each[0] == by)
    )


def edited(incident: Incident, command: FollowEdit, context: Context) -> Sequence[Event]:
    """Record an edit, also before the message was read, because a read after that may return an
    older text. An edit that arrives late is ignored if a newer one is known.
    """
    there = incident.pins.get(command.ts)
    if there is None or there.deleted:
        return []
    known, told = float(there.edited_at or 0), float(command.at or 0)
    if (told and told < known) or (there.text == command.text and told <= known):
        return []
    return [PinEdited(command.ts, command.author, command.text, command.at)]


def deleted(incident: Incident, command: FollowDeletion, context: Context) -> Sequence[Event]:
    """Record that its author deleted the message."""
    there = incident.pins.get(command.ts)
    return [PinDeleted(command.ts)] if there and not there.deleted else []


PinEvent = Pinned | Unpinned | PinRead | PinEdited | PinDeleted


def _followed(incident: Incident, recorded: Recorded[PinEvent]) -> Incident:
    """News about a message that was unpinned meanwhile doesn't bring it back."""
    event, by = recorded.event, recorded.by
    pin = incident.pins.get(event.ts)
    match event:
        case Pinned():
            pin = pin or Pin(channel=event.channel or incident.channel or "")
            pin = replace(pin, holds=(*pin.holds, (by, event.how)))
        case _ if pin is None:
            return incident
        case Unpinned():
            ended = _holds(pin, by, event.how)
            pin = replace(pin, holds=tuple(each for each in pin.holds if each not in ended))
        case PinRead(_, author, text, edited_at, thread_ts, app) if pin.text is None:
            read = replace(pin, author=author, text=text, edited_at=edited_at)
            pin = replace(read, thread_ts=thread_ts, app=app)
        case PinRead():
            pass
        case PinEdited(_, author, text, edited_at):
            pin = replace(pin, author=author, text=text, edited=True, edited_at=edited_at)
        case PinDeleted():
            pin = replace(pin, deleted=True)
            incident = _drafted_anew(incident, recorded)
        case never:
            assert_never(never)
    others = {ts: other for ts, other in incident.pins.items() if ts != event.ts}
    return replace(incident, pins={**others, event.ts: pin} if pin.holds else others)


def _drafted_anew(incident: Incident, recorded: Recorded[PinEvent]) -> Incident:
    """A draft that may quote a message deleted since is replaced; one that was recorded at the
    same moment is the one that found it missing.
    """
    drafted = incident.drafted
    if drafted is None or drafted.at >= recorded.at:
        return incident
    return replace(incident, asked_draft=recorded.seq)


def _unread(incident: Incident) -> Iterator[ReadMessage]:
    if incident.has_channel:
        for ts, pin in incident.pins.items():
            if pin.is_unread:
                yield ReadMessage(ts, channel=pin.channel)


# A pinned message stands in the timeline at the time when it was posted: see `timeline.py`.
SLICE: Slice[Incident] = Slice(
    "pins",
    events=(
        EventRule(Pinned, "Pinned", _followed),
        EventRule(Unpinned, "Unpinned", _followed),
        EventRule(PinRead, "PinRead", _followed),
        EventRule(PinEdited, "PinEdited", _followed),
        EventRule(PinDeleted, "PinDeleted", _followed),
    ),
    commands=(
        CommandRule(PinMessage, pin, Until.NEVER),
        CommandRule(UnpinMessage, unpin, Until.NEVER, always=True),
        CommandRule(FollowEdit, edited, Until.NEVER, always=True),
        CommandRule(FollowDeletion, deleted, Until.NEVER, always=True),
    ),
    effects=_unread,
)
