"""Ports: they execute effects. Slack is one, mail another.

A port makes one call per effect and returns the event to record. What to do about a call in doubt,
and when to retry, is decided in `bot.execute`, for all ports, by the guarantee of the effect.
"""

import asyncio
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from bot.streams.delivery import Failed
from bot.streams.effect import Effect, Urgency

CALL_TIMEOUT = 5.0  # seconds; a call that takes longer is in doubt
SETTLED = CALL_TIMEOUT + 2  # seconds after its start, a call in doubt can be searched for

# Set once the request of the current task has been sent.
on_the_wire: ContextVar[asyncio.Event | None] = ContextVar("on_the_wire", default=None)


class CallFailed(Exception):
    """A call that failed, or whose outcome isn't known.

    `permanent`: retrying won't help. `retry_after`: seconds to wait, as the service asked.
    `in_doubt`: it may have succeeded. `reserved_ms`: the call wasn't made because the rate limit
    is used up; a slot is reserved that many ms from now.
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
    """The effect that a call belongs to. `who`: the name of its rate limit reservation."""

    who: str
    urgency: Urgency


whose_turn: ContextVar[Turn | None] = ContextVar("whose_turn", default=None)


class Port(Protocol):
    """Executes effects of the types in `effects`, one call each, within `CALL_TIMEOUT`."""

    @property
    def effects(self) -> tuple[type, ...]: ...

    async def place(self, effect: Any, state: Any) -> str:
        """The place the call goes to, such as a channel. It is stored with the pending call, so
        that a call in doubt is searched for there. Raises `CallFailed`."""

    async def perform(self, effect: Any, state: Any, place: str, at: datetime) -> Any:
        """Make the call, with texts rendered as of `at`, and return the event to record. Raises
        `CallFailed`."""

    async def forget(self, effect: Any, failure: CallFailed) -> bool:
        """Drop a cached place that turned out to be gone. True if there may be another one: then
        the effect is retried."""

    async def refused(self, effect: Any, state: Any, failure: CallFailed) -> Any:
        """The event to record for a permanent refusal."""


@runtime_checkable
class Searchable(Protocol):
    """A port whose effects can be found by their key."""

    async def find(
        self, effect: Any, state: Any, place: str, began: datetime, at: datetime
    ) -> Any | None:
        """The event to record for a call that `began` then (real time; `at` is incident time), if
        it was executed; None if it wasn't. Raises `CallFailed`."""


def failed(effect: Effect, failure: CallFailed) -> Failed:
    """The default event for a permanent refusal."""
    return Failed(effect.key, failure.reason, effect.digest)


class Ports:
    """The ports of this process, by effect type."""

    def __init__(self, ports: Iterable[Port]) -> None:
        self.all = tuple(ports)
        self._by_type = {one: port for port in self.all for one in port.effects}

    def of(self, effect: Effect) -> Port:
        """The port that executes `effect`. Raises `LookupError` if no port does."""
        return self._by_type[type(effect)]
