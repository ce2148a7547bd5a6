"""The incident as a kind of stream, with ids like `INC-7`."""

from bot.incident.access import authorize
from bot.incident.decide import RULES, decide
from bot.incident.events import (
    ChainEnded,
    ChannelBack,
    Declared,
    Escalated,
    Event,
    GroupRead,
    MergedFromUndone,
    MergedIntoUndone,
    OldChannelBack,
    PageWithdrawn,
    Pinned,
    PinRead,
    Posted,
    ResponderJoined,
    Snoozed,
    SnoozeEnded,
    StageRestored,
    SummaryChanged,
    TaskCorrected,
    TitleChanged,
    Unpinned,
    UpdatePosted,
)
from bot.incident.evolve import evolve, replay
from bot.incident.incident import Incident
from bot.incident.members import may_see
from bot.incident.pending import begun, pending_effects, pending_heavy
from bot.incident.row import SCHEMA, read_row, summary
from bot.incident.slices import EVENTS, SLICES
from bot.incident.timers import TIMERS
from bot.streams.event import Command
from bot.streams.kind import Kind
from bot.streams.level import FIRST

PREFIX = "INC"


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
    index=SLICES.index,
    replay=replay,
    begins=lambda event: isinstance(event, Declared),
    begun=begun,
    heavy=pending_heavy,
    authorize=authorize,
    may_see=may_see,
    levels={
        (UpdatePosted, "mentions"): FIRST,
        (Declared, "thread"): FIRST,
        (Declared, "mark"): 2,
        (ChannelBack, "rejoined"): FIRST,
        (Escalated, "then"): FIRST,
        ChainEnded: 2,
        GroupRead: 2,
        (Pinned, "how"): FIRST,
        (Pinned, "channel"): 2,
        (Unpinned, "how"): FIRST,
        (PinRead, "thread_ts"): FIRST,
        (Posted, "away"): FIRST,
        (PinRead, "app"): FIRST,
        ResponderJoined: 2,
        TitleChanged: 2,
        SummaryChanged: 2,
        StageRestored: 2,
        SnoozeEnded: 2,
        TaskCorrected: 2,
        (Snoozed, "reminders"): 2,
        PageWithdrawn: 2,
        OldChannelBack: 2,
        MergedFromUndone: 2,
        MergedIntoUndone: 2,
    },
)
