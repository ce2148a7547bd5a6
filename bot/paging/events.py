"""The events of paging. Stored: a new field needs a default, because stored events are read with
today's code.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.streams.event import Decided

FORGETS = 1  # old histories: asking more people took the acknowledgement back
KEEPS = 2  # an acknowledgement is never taken back


@dataclass(frozen=True, slots=True)
class Acknowledged(Decided):
    """Somebody is on it, and paging stops. `rule`: see `bot.paging.evolve.adopt`."""

    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class Escalated(Decided):
    """Step number `step` of the chain fired (counted on through repeats); early, if somebody
    requested it.

    `targets` are people (`@U…`) and channels (`#name`); `missed`: whom it didn't reach, and why.
    `rule`: see `bot.paging.evolve.adopt`.
    """

    step: int
    due: datetime
    targets: tuple[str, ...]
    missed: tuple[str, ...] = ()
    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class Paged(Decided):
    """Somebody paged `user` by hand; `schedule`: the schedule they are on call in, if any."""

    user: str
    text: str = ""
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class PageAnswered(Decided):
    """The person who was paged by hand acknowledged, after somebody else had."""


@dataclass(frozen=True, slots=True)
class PageWithdrawn(Decided):
    """Who had paged `user` by hand, by event `page`, did it by mistake."""

    user: str
    page: int


PagingEvent = Acknowledged | Escalated | Paged | PageAnswered
