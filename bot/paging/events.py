"""What can happen while people are paged. Stored: a new field needs a default, because
yesterday's events are read with today's code."""

from dataclasses import dataclass
from datetime import datetime

FORGETS = 1  # histories of old: asking more people took the acknowledgement back
KEEPS = 2  # an acknowledgement is never taken back


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody is on it, and no more people are asked. `rule`: see `bot.paging.evolve.adopt`."""

    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class Escalated:
    """Step number `step` of the chain fired (counted on through repeats); before its time, if
    somebody wanted it so.

    `targets` are people (`@U…`) and channels (`#name`); `missed` says whom it did not
    reach, and why. `rule`: see `bot.paging.evolve.adopt`.
    """

    step: int
    due: datetime
    targets: tuple[str, ...]
    missed: tuple[str, ...] = ()
    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class Paged:
    """Somebody paged `user` by hand; as whoever is on call in `schedule`, if in one."""

    user: str
    text: str = ""
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class PageAnswered:
    """Who was paged by hand is on it, too: somebody had acknowledged before."""


PagingEvent = Acknowledged | Escalated | Paged | PageAnswered
