"""Status updates. Their author counts as having acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.incident.events import Event, Stage, UpdatePosted
from bot.incident.incident import OPEN, Incident
from bot.incident.lifecycle import ChangeStage, change_stage
from bot.incident.paging import involve, take_part
from bot.incident.snoozing import from_now, longer_than_may_be
from bot.incident.text_limits import required
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice


@dataclass(frozen=True, slots=True)
class PostUpdate(Command):
    """`next_update`: how long until the next one, or when. `stage`: the stage from now on, if the
    update changes it. `mentions`: see `UpdatePosted`."""

    text: str
    next_update: timedelta | datetime | None = None
    stage: Stage | None = None
    mentions: tuple[tuple[str, str], ...] = ()


def post(incident: Incident, command: PostUpdate, context: Context) -> Sequence[Event]:
    """Post a text, and change the stage if asked to."""
    promised = from_now(command.next_update, context.now) if command.next_update else None
    if promised and (too_long := longer_than_may_be(incident, promised)):
        raise Refused(too_long)
    moved: Sequence[Event] = ()
    if command.stage:
        moved = change_stage(incident, ChangeStage(command.stage), context)
    text = required(command.text, "An update", "Write what you know and what's next")
    goes_on = (command.stage or incident.stage) in OPEN
    taken = take_part(incident, context.by) if goes_on else []
    return [*taken, *moved, UpdatePosted(text, promised, command.mentions)]


def last_update(incident: Incident) -> Recorded[Event] | None:
    posted = (each for each in reversed(incident.history) if isinstance(each.event, UpdatePosted))
    return next(posted, None)


def _posted(incident: Incident, recorded: Recorded[UpdatePosted]) -> Incident:
    next_update = recorded.event.next_update
    told = replace(incident, updated_at=recorded.at, next_update=next_update, snoozed=None)
    return involve(told, recorded)


def _line(incident: Incident, recorded: Recorded[UpdatePosted]) -> Line:
    text = recorded.event.text
    return Line("update", text, f"update:{recorded.seq}", quoted=text)


UPDATE = MessageKind("update", "status update", goes_first=True)

SLICE: Slice[Incident] = Slice(
    "updates",
    events=(EventRule(UpdatePosted, "UpdatePosted", _posted, in_channel(UPDATE), _line),),
    commands=(CommandRule(PostUpdate, post),),
    messages=(UPDATE,),
)
