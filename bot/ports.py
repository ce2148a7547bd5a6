"""Ports: what carries out effects outside. Slack is one, mail another.

A port makes one call for one effect and says what to remember of it. What to do about a call in
doubt, when to try again, what to record of a refusal: that is decided once, in `bot.execute`, by
the guarantee of the effect.
"""

import asyncio
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from bot.streams.delivery import Failed
from bot.streams.effect import Effect, Urgency

CALL_TIMEOUT = 5.0  # seconds: no port's call takes longer; after that it counts as in doubt
SETTLED = CALL_TIMEOUT + 2  # seconds after which a call in doubt can be looked for

# Set once the request of the current task is on its way.
on_the_wire: ContextVar[asyncio.Event | None] = ContextVar("on_the_wire", default=None)


class CallFailed(Exception):
    """A call that was not carried out, or that nobody knows about.

    `permanent`: asking again will not help. `retry_after`: seconds that were asked for.
    `in_doubt`: it may have been carried out all the same. `reserved_ms`: it was not made, as there
    is no room for it; a turn is reserved so many ms later.
    """

    reserved_ms: int | None = None

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        in_doubt: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.in_doubt = in_doubt


@dataclass(frozen=True, slots=True)
class Turn:
    """For what a call is made: `who` keeps its reservation under this name."""

    who: str
    urgency: Urgency


whose_turn: ContextVar[Turn | None] = ContextVar("whose_turn", default=None)


class Port(Protocol):
    """Carries out effects of the types in `effects`, one call each, within `CALL_TIMEOUT`."""

    @property
    def effects(self) -> tuple[type, ...]: ...

    async def place(self, effect: Any, state: Any) -> str:
        """Where the call goes: it is kept with the marker, so that a call in doubt is looked for
        in that place. Raises `CallFailed`."""

    async def perform(self, effect: Any, state: Any, place: str, at: datetime) -> Any:
        """Make the call, with words as of `at`; the event to remember. Raises `CallFailed`."""

    async def forget(self, effect: Any, failure: CallFailed) -> bool:
        """Whether the place isn't there any more and another one may be: then the effect is
        tried again."""

    async def refused(self, effect: Any, state: Any, failure: CallFailed) -> Any:
        """The event to remember of a refusal for good."""


@runtime_checkable
class Searchable(Protocol):
    """A port whose effects can be found by their key."""

    async def find(
        self, effect: Any, state: Any, place: str, began: datetime, at: datetime
    ) -> Any | None:
        """The event to remember of a call that began then (real time; `at` is incident time), if
        it was carried out; None if it wasn't. Raises `CallFailed`."""


def failed(effect: Effect, failure: CallFailed) -> Failed:
    """What is remembered of a refusal for good, unless the port knows more."""
    return Failed(effect.key, failure.reason, effect.digest)


class Ports:
    """Every port of this process, by the type of effect."""

    def __init__(self, ports: Iterable[Port]) -> None:
        self.all = tuple(ports)
        self._by_type = {one: port for port in self.all for one in port.effects}

    def of(self, effect: Effect) -> Port:
        """The port that carries out `effect`. Raises `LookupError`: then a kind wants something
        that nothing here can do."""
        return self._by_type[type(effect)]
