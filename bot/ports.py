"""Ports: they execute effects. Slack is one, mail another.

A port makes one call per effect and returns the event to record. What to do about a call in doubt,
and when to retry, is decided in `bot.execute`, for all ports, by the guarantee of the effect.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from bot.streams.delivery import Failed
from bot.streams.effect import Effect, EffectDefaults, Urgency

CALL_TIMEOUT = 5.0  # seconds; a call that takes longer is in doubt
SETTLED = CALL_TIMEOUT + 2  # seconds after its start, a call in doubt can be searched for

SEND_WITHIN = SETTLED - CALL_TIMEOUT  # seconds after its start, in which a call has to be sent

# Until when the call of the current task has to be sent, in seconds since boot; None: any time.
# Later, another process may have found that it wasn't made, and make it.
send_by: ContextVar[float | None] = ContextVar("send_by", default=None)

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


class NotSent(Exception):
    """The call wasn't sent in time (see `send_by`), because something before it was slow, like a
    store that was away. Whoever reconciles the stream next finds that it is in doubt."""


def check_in_time(now: float) -> None:
    """Call this right before sending. `now`: seconds since boot. Raises `NotSent`."""
    until = send_by.get()
    if until is not None and now > until:
        raise NotSent


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


class NoPort:
    """Refuses every effect for now: a process of another release may have a port for it."""

    effects: tuple[type, ...] = ()

    async def place(self, effect: Effect, state: object) -> str:
        raise CallFailed(f"no port executes {type(effect).__name__}")

    async def perform(self, effect: Effect, state: object, place: str, at: datetime) -> Any:
        raise CallFailed(f"no port executes {type(effect).__name__}")

    async def forget(self, effect: Effect, failure: CallFailed) -> bool:
        return False

    async def refused(self, effect: Effect, state: object, failure: CallFailed) -> Failed:
        return failed(effect, failure)


class Ports:
    """The ports of this process, by effect type."""

    def __init__(self, ports: Iterable[Port]) -> None:
        self.all = tuple(ports)
        self._by_type = {one: port for port in self.all for one in port.effects}

    def of(self, effect: Effect) -> Port:
        """The port that executes `effect`. If none does, one that refuses it for now, so that it
        holds up nothing else."""
        return self._by_type.get(type(effect), NO_PORT)

    def check_complete(self, effects: Iterable[type]) -> None:
        """Each of these types of effect has a port. Raises `TypeError` that names what hasn't."""
        if missing := [one.__name__ for one in effects if one not in self._by_type]:
            raise TypeError(f"no port in bot/wiring/runtime.py executes {', '.join(missing)}")


NO_PORT = NoPort()


def light_effects(package: str = "bot") -> list[type]:
    """The types of effect that `package` defines and ports execute: all that aren't heavy."""
    return [
        one
        for one in _subclasses(EffectDefaults)
        if one.__module__.partition(".")[0] == package and one.heavy is EffectDefaults.heavy
    ]


def _subclasses(base: type[EffectDefaults]) -> Iterator[type[EffectDefaults]]:
    for one in base.__subclasses__():
        # a dataclass with slots replaces its class, which is still listed as a subclass
        if vars(sys.modules[one.__module__]).get(one.__name__) is one:
            yield one
            yield from _subclasses(one)
