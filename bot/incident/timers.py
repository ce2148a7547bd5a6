"""The timers of an incident, in one list. A module with a timer that isn't listed here fails at
import.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.incident import deactivation, escalation, fatigue, handoffs, reminders, tasks
from bot.incident.events import Event
from bot.incident.incident import Incident
from bot.paging.commands import OnCall
from bot.streams.actor import ByClock
from bot.streams.event import Command
from bot.streams.kind import Context, Priority, Timer, check_timers
from bot.streams.slice import CommandRule, Slice, Until

TIMERS: tuple[Timer[Incident, Event], ...] = (
    Timer("reminders", reminders.next_due, lambda i, c: reminders.due(i, c.now)),
    Timer(
        "escalation",
        escalation.next_due,
        lambda i, c: escalation.due(i, c.roster, c.now),
        Priority.PAGES,
    ),
    Timer("handoffs", handoffs.next_due, lambda i, c: handoffs.due(i, c.now)),
    Timer("fatigue", fatigue.next_due, lambda i, c: fatigue.due(i, c.now)),
    Timer("leaving", deactivation.next_due, lambda i, _: deactivation.due(i)),
    Timer("tasks", tasks.next_due, lambda i, c: tasks.due(i, c.now)),
)


@dataclass(frozen=True, slots=True)
class Tick(Command):
    """The clock ticked: let everything that is due come due.

    `on_call`: for each schedule, the users who are on call now.
    """

    on_call: OnCall = field(default_factory=dict)


def tick(incident: Incident, command: Tick, context: Context) -> Sequence[Event]:
    """All due timers fire on the same state, in the order of the list."""
    context = Context(context.now, ByClock(), command.on_call)
    return [event for timer in TIMERS for event in timer.fire(incident, context)]


SLICE: Slice[Incident] = Slice("timers", commands=(CommandRule(Tick, tick, Until.NEVER),))


def next_due(incident: Incident) -> datetime | None:
    """When the next timer of the incident is due."""
    return min(filter(None, (timer.next_due(incident) for timer in TIMERS)), default=None)


check_timers(
    [module for name, module in sys.modules.items() if name.startswith("bot.incident.")],
    [timer.next_due for timer in TIMERS] + [next_due],
)
