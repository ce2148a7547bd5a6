"""Joining an incident: somebody asks to be invited to its channel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.incident.events import Event, ResponderJoined
from bot.incident.incident import Incident
from bot.incident.members import MEMBER, let_in
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Slice


@dataclass(frozen=True, slots=True)
class JoinChannel(Command):
    """Invite the person who asks, also if they had left the channel."""


def join(incident: Incident, command: JoinChannel, context: Context) -> Sequence[Event]:
    return [ResponderJoined()]


def _joined(incident: Incident, recorded: Recorded[ResponderJoined]) -> Incident:
    by = recorded.by
    people = tuple(dict.fromkeys((*incident.joined, by)))
    shown = {key: digest for key, digest in incident.shown.items() if key != f"{MEMBER}{by}"}
    again = replace(incident.deliveries, shown=shown)
    return let_in(replace(incident, joined=people, deliveries=again), by)


SLICE: Slice[Incident] = Slice(
    "joining",
    events=(EventRule(ResponderJoined, "Joined", _joined),),
    commands=(CommandRule(JoinChannel, join, always=True),),
)
