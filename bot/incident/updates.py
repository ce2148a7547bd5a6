"""What people say about an incident: status updates, notes, acknowledgements."""

from dataclasses import dataclass
from datetime import timedelta

from bot.incident.events import Acknowledged, Event, Noted, PostmortemAsked, UpdatePosted
from bot.incident.incident import Incident, Refused
from bot.incident.reminders import waits_for_acknowledgement


@dataclass(frozen=True, slots=True)
class PostUpdate:
    text: str
    next_update: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Note:
    text: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    pass


@dataclass(frozen=True, slots=True)
class AskPostmortem:
    pass


def post(command: PostUpdate) -> list[Event]:
    return [UpdatePosted(_words(command.text, "An update"), command.next_update)]


def note(command: Note) -> list[Event]:
    return [Noted(_words(command.text, "A note"))]


def acknowledge(incident: Incident) -> list[Event]:
    """The first one counts; the second finds it done."""
    return [Acknowledged()] if waits_for_acknowledgement(incident) else []


def ask_postmortem() -> list[Event]:
    return [PostmortemAsked()]


TEXT_MAX = 3000  # characters: what a modal's input holds, and a section can show


def _words(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"{what} needs words: say what is known now and what is done next.")
    if len(text) > TEXT_MAX:
        raise Refused(
            f"{what} has room for {TEXT_MAX:,} characters and yours has {len(text):,}. "
            "Shorten it, or post it in the channel and pin it."
        )
    return text.strip()
