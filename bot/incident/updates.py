"""What people report during an incident: status updates, notes, acknowledgements."""

from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Refused
from bot.incident.events import (
    Event,
    Noted,
    PostmortemRequested,
    Recorded,
    Stage,
    UpdatePosted,
)
from bot.incident.incident import OPEN, Incident
from bot.incident.lifecycle import ChangeStage, change_stage
from bot.incident.paging import answer, take_part
from bot.incident.snoozing import longer_than_may_be
from bot.incident.text_limits import fitting, visible


@dataclass(frozen=True, slots=True)
class PostUpdate:
    """`stage`: the stage from now on, if the update changes it."""

    text: str
    next_update: timedelta | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class AddNote:
    text: str


@dataclass(frozen=True, slots=True)
class RequestPostmortem:
    pass


HOW = {
    "An update": "say what is known now and what is done next",
    "A note": "say what should be remembered",
}


def post(incident: Incident, command: PostUpdate, by: str) -> list[Event]:
    """Post a stage, a text, or both. The author counts as having acknowledged."""
    if command.next_update and (too_long := longer_than_may_be(incident, command.next_update)):
        raise Refused(too_long)
    moved = change_stage(incident, ChangeStage(command.stage)) if command.stage else []
    posted = UpdatePosted(_required_text(command.text, "An update"), command.next_update)
    goes_on = (command.stage or incident.stage) in OPEN
    return [*(take_part(incident, by) if goes_on else []), *moved, posted]


def last_update(incident: Incident) -> Recorded | None:
    posted = (each for each in reversed(incident.history) if isinstance(each.event, UpdatePosted))
    return next(posted, None)


def note(command: AddNote) -> list[Event]:
    return [Noted(_required_text(command.text, "A note"))]


def acknowledge(incident: Incident, by: str) -> list[Event]:
    """Acknowledge. Only the first counts, unless the person was paged themselves."""
    if not incident.is_open and incident.acknowledged_at is None:
        raise Refused(f"{incident.id} is {incident.stage}: there is nothing to acknowledge.")
    return answer(incident, by)


def request_postmortem() -> list[Event]:
    return [PostmortemRequested()]


def _required_text(text: str, what: str) -> str:
    if not visible(text):
        raise Refused(f"{what} needs words: {HOW[what]}.")
    return fitting(text, what)
