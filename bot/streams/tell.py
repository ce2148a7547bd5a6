"""One stream commands another: an entry of an outbox, wanted from the event that causes it until
its receipt, whatever happens later.

It is decided once by the target: its cause is kept with what it writes, or with nothing if it was
no news, and the target refuses a cause that it has. A refusal is a receipt, too. What is told to
one target arrives in the order in which it was caused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.streams.actor import Actor
from bot.streams.delivery import Deliveries
from bot.streams.effect import EffectDefaults, Urgency
from bot.streams.ids import StreamId


class Outcome(StrEnum):
    """What came of a command."""

    DONE = "done"  # the target wrote events
    NO_NEWS = "no news"  # it is so already
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class New:
    """A stream that doesn't exist yet: it gets the next number of its kind."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Tell(EffectDefaults):
    """Give `command` to the stream `to`, for the event `seq` of the stream `source`.

    `name` tells several commands of one event apart. `by` is who asked for it: what a person
    tells brings back a quarantined stream, what the clock tells doesn't. `at`: when it was caused;
    the target decides it at that time or later.

    >>> from bot.streams.actor import ByClock
    >>> tell = Tell("DOC-4", "write", "resolved", ByClock(), datetime.min, "INC-1", 7)
    >>> tell.key, tell.cause
    ('tell:7:resolved', 'INC-1:7:resolved')
    """

    to: StreamId | New
    command: Any
    name: str
    by: Actor
    at: datetime
    source: StreamId
    seq: int

    @property
    def key(self) -> str:
        return f"tell:{self.seq}:{self.name}"

    @property
    def digest(self) -> str:
        return ""

    @property
    def lane(self) -> str:
        return self.key if isinstance(self.to, New) else f"tell {self.to}"

    @property
    def urgency(self) -> Urgency:
        return Urgency.UPDATE

    @property
    def cause(self) -> str:
        """What the target keeps of it."""
        return f"{self.source}:{self.seq}:{self.name}"


def undelivered(tells: Iterable[Tell], deliveries: Deliveries) -> list[Tell]:
    """Those without a receipt, in their order. One that was given up counts as failed."""
    settled = deliveries.told.keys() | deliveries.failed.keys()
    return [each for each in tells if each.key not in settled]
