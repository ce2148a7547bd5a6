"""Messages that people pin to the timeline, and their later edits."""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.incident.events import Event, PinDeleted, PinEdited, Pinned, PinRead, Unpinned
from bot.incident.incident import Incident, Pin


@dataclass(frozen=True, slots=True)
class PinMessage:
    """`text`: None if it hasn't been read yet."""

    ts: str
    author: str = ""
    text: str | None = None


@dataclass(frozen=True, slots=True)
class UnpinMessage:
    ts: str


@dataclass(frozen=True, slots=True)
class FollowEdit:
    """`at`: the ts of the edit, in seconds since 1970; empty if Slack doesn't report it."""

    ts: str
    author: str
    text: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class FollowDeletion:
    ts: str


def pin(incident: Incident, command: PinMessage, by: str) -> list[Event]:
    """Pin a message for this person; it is removed when the last person who pinned it
    unpins it.
    """
    there = incident.pins.get(command.ts)
    if there and by in there.by:
        return []
    pinned = Pinned(command.ts)
    if command.text is None:
        return [pinned]
    return [pinned, PinRead(command.ts, command.author, command.text)]


def unpin(incident: Incident, command: UnpinMessage, by: str) -> list[Event]:
    there = incident.pins.get(command.ts)
    return [Unpinned(command.ts)] if there and by in there.by else []


def edited(incident: Incident, command: FollowEdit) -> list[Event]:
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


def deleted(incident: Incident, command: FollowDeletion) -> list[Event]:
    there = incident.pins.get(command.ts)
    return [PinDeleted(command.ts)] if there and not there.deleted else []


def follow(
    incident: Incident, event: Pinned | Unpinned | PinRead | PinEdited | PinDeleted, by: str
) -> Incident:
    """The state after a pin event. News about a message that was unpinned meanwhile doesn't bring
    it back.
    """
    pin = incident.pins.get(event.ts)
    match event:
        case Pinned():
            pin = pin or Pin()
            pin = replace(pin, by=(*pin.by, by))
        case _ if pin is None:
            return incident
        case Unpinned():
            pin = replace(pin, by=tuple(each for each in pin.by if each != by))
        case PinRead(_, author, text, edited_at) if pin.text is None:
            pin = replace(pin, author=author, text=text, edited_at=edited_at)
        case PinRead():
            pass
        case PinEdited(_, author, text, edited_at):
            pin = replace(pin, author=author, text=text, edited=True, edited_at=edited_at)
        case PinDeleted():
            pin = replace(pin, deleted=True)
        case never:
            assert_never(never)
    others = {ts: each for ts, each in incident.pins.items() if ts != event.ts}
    return replace(incident, pins={**others, event.ts: pin} if pin.by else others)
