"""The incident as a kind of stream, with ids like `INC-7`."""

from collections.abc import Sequence

from bot.incident.access import authorize
from bot.incident.decide import RULES, decide
from bot.incident.events import (
    ChannelOpened,
    Declared,
    Event,
    MergedInto,
    Stage,
    StageChanged,
    Subscribed,
    SubscriptionRequested,
)
from bot.incident.evolve import evolve, replay
from bot.incident.incident import OVER, Incident
from bot.incident.members import may_see
from bot.incident.pending import begun, pending_effects
from bot.incident.row import SCHEMA, read_row, summary
from bot.incident.slices import EVENTS
from bot.incident.timers import TIMERS
from bot.streams.event import Command
from bot.streams.kind import IndexChanges, Kind

PREFIX = "INC"


def _index(events: Sequence[Event]) -> IndexChanges:
    is_open: bool | None = None
    channel = name = ""
    subscribers: list[str] = []
    for event in events:
        match event:
            case ChannelOpened(opened, opened_as):
                channel, name = opened, opened_as
            case Declared():
                is_open = True
            case MergedInto():
                is_open = False
            case Subscribed(user) | SubscriptionRequested(user):
                subscribers.append(user)
            case StageChanged(stage):
                is_open = stage not in OVER and stage is not Stage.RESOLVED
    return IndexChanges(is_open, channel, name, tuple(subscribers))


INCIDENT: Kind[Incident, Command, Event] = Kind(
    prefix=PREFIX,
    title="incident",
    events=EVENTS,
    commands=tuple(RULES.commands),
    new=Incident,
    evolve=evolve,
    decide=decide,
    effects=pending_effects,
    timers=TIMERS,
    summary=summary,
    summary_schema=SCHEMA,
    read_row=read_row,
    index=_index,
    replay=replay,
    begins=lambda event: isinstance(event, Declared),
    begun=begun,
    authorize=authorize,
    may_see=may_see,
)
