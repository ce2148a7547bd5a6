"""The events of paging. Stored: a new field needs a default, because stored events are read with
today's code.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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

    `targets` are people (`@U…`), user groups (`@S…`) and channels (`#name`); `missed`: whom it
    didn't reach, and why. `rule`: see `bot.paging.evolve.adopt`. `then`: who is paged next if no
    one acknowledges: a `Then`; empty in old events.
    """

    step: int
    due: datetime
    targets: tuple[str, ...]
    missed: tuple[str, ...] = ()
    rule: int = FORGETS
    then: str = ""


class Then(StrEnum):
    """Who is paged next if no one acknowledges, as far as it was known when a step fired."""

    OTHERS = "others"
    AGAIN = "again"  # only people who were paged before
    NO_ONE = "no one"


@dataclass(frozen=True, slots=True)
class ChainEnded(Decided):
    """Every step has fired, the last wait is over, and no one acknowledged. `targets`: who is told
    of it, like those of a step; `missed`: who isn't, and why.
    """

    due: datetime
    targets: tuple[str, ...]
    missed: tuple[str, ...] = ()


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


PagingEvent = Acknowledged | Escalated | ChainEnded | Paged | PageAnswered
