"""A command from one stream to another: an entry of the outbox, pending from the event that causes
it until its receipt, whatever happens in between.

The target decides it once: the cause is stored together with the events it wrote (none, if the
command changed nothing), and a cause that is already stored writes nothing. A refusal is a
receipt, too. Commands to one target arrive in the order in which they were caused.
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
    """The outcome of a command."""

    DONE = "done"  # the target wrote events
    NO_NEWS = "no news"  # it changed nothing
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class New:
    """A new stream, which gets the next number of its kind."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Tell(EffectDefaults):
    """Send `command` to the stream `to`, because of the event `seq` of the stream `source`.

    `name`: distinguishes several commands of one event. `by`: the actor; a command from a person
    releases a quarantined stream, one from the clock doesn't. `at`: when it was caused; the target
    decides it as of that time or later.

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
        """The key under which the target stores it."""
        return f"{self.source}:{self.seq}:{self.name}"


def undelivered(tells: Iterable[Tell], deliveries: Deliveries) -> list[Tell]:
    """Those without a receipt, in order. A failed one isn't sent again."""
    settled = deliveries.told.keys() | deliveries.failed.keys()
    return [tell for tell in tells if tell.key not in settled]
