"""The port of toys, to a service that fails on request."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any

from bot.ports import CallFailed, failed
from bot.streams.delivery import Failed, Shown
from bot.streams.effect import Guarantee
from tests.toy.kinds import Engrave, Ring, Sing, Toy

PATIENCE = 0.05  # seconds to wait for an answer


class Fault(Enum):
    """The fault that affects the next call."""

    LOST = auto()  # it doesn't arrive, and there is no answer
    ANSWER_LOST = auto()  # it is executed, and the answer is lost
    REFUSED = auto()  # it is permanently refused
    NOT_NOW = auto()
    HANGS = auto()  # it is executed, and there is no answer in time


@dataclass
class World:
    """The service: what was done in it, by key, and how often. A repeated idempotency key has no
    effect. `broken`: keys for which the port raises an unexpected error."""

    done: list[str] = field(default_factory=list)
    sung: list[str] = field(default_factory=list)
    calls: int = 0
    faults: deque[Fault] = field(default_factory=deque)
    broken: set[str] = field(default_factory=set)

    async def call(self, key: str, *, idempotency_key: str = "") -> None:
        self.calls += 1
        if key in self.broken:
            raise ZeroDivisionError
        fault = self.faults.popleft() if self.faults else None
        match fault:
            case Fault.LOST:
                raise CallFailed("lost", in_doubt=True)
            case Fault.REFUSED:
                raise CallFailed("no", permanent=True)
            case Fault.NOT_NOW:
                raise CallFailed("later", retry_after=0.05)
        if not idempotency_key or key not in self.done:
            self.done.append(key)
        if fault is Fault.HANGS:
            try:
                async with asyncio.timeout(PATIENCE):
                    await asyncio.Event().wait()
            except TimeoutError:
                raise CallFailed("TimeoutError", in_doubt=True) from None
        if fault is Fault.ANSWER_LOST:
            raise CallFailed("answer lost", in_doubt=True)


@dataclass(frozen=True)
class ToyPort:
    world: World

    @property
    def effects(self) -> tuple[type, ...]:
        return (Ring, Sing)

    async def place(self, effect: Ring | Sing, state: Any) -> str:
        return "world"

    async def perform(self, effect: Ring | Sing, state: Any, place: str, at: datetime) -> Shown:
        if isinstance(effect, Sing):
            self.world.sung.append(effect.song)
        elif effect.guarantee is not Guarantee.CLAIMED or effect.key not in self.world.done:
            key = effect.key if effect.guarantee is Guarantee.KEYED else ""
            await self.world.call(effect.key, idempotency_key=key)
        return Shown(effect.key, effect.digest)

    async def find(
        self, effect: Ring, state: Toy, place: str, began: datetime, at: datetime
    ) -> Shown | None:
        return Shown(effect.key, effect.digest) if effect.key in self.world.done else None

    async def forget(self, effect: Ring, failure: CallFailed) -> bool:
        return False

    async def refused(self, effect: Ring, state: Toy, failure: CallFailed) -> Failed:
        return failed(effect, failure)


@dataclass(frozen=True)
class Engraver:
    """Does the heavy work of toys and dolls in that world."""

    world: World

    async def __call__(self, effect: Engrave, state: Any) -> list[Shown]:
        await self.world.call(effect.key)
        return [Shown(effect.key, effect.digest)]
