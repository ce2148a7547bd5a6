"""Does heavy effects: long work that a stream wants and only workers do, such as a draft.

Each is done under a lease of its own, never under the stream's lock: people and timers go on with
the stream meanwhile. The lease is renewed while the work lasts. If its worker dies it runs out and
the effect is done again, so what a handler does must be harmless to repeat. What came of it is
recorded as events, and the stream is reconciled.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from redis import RedisError

from bot.clock import Clock
from bot.ports import CallFailed, Turn, failed, whose_turn
from bot.reconcile import DoesNotConverge, Reconciler
from bot.store import Store
from bot.streams.actor import CLOCK
from bot.streams.effect import Effect
from bot.streams.ids import StreamId

LEASE_FOR = timedelta(seconds=6)  # what a killed worker did is begun again this much later
LONGEST = 280.0  # seconds: less than a job has (see `queues.py`), so that it ends in order

# Does an effect that a state wants; the events to record. Raises `CallFailed`.
Handler = Callable[[Any, Any], Coroutine[Any, Any, Sequence[Any]]]

Lease = tuple[StreamId, str, str]  # whose, for which effect, our token

log = structlog.get_logger()


class TookTooLong(Exception):
    """A heavy effect took longer than a job may."""


class LeaseLost(Exception):
    """Another worker does the effect by now. Leave it to that one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The work left to do for a stream, as it was seen in `state`."""

    version: int
    state: Any
    effects: Sequence[Effect]


@dataclass(frozen=True, slots=True)
class HeavyWorker:
    """`handlers`: by the type of effect. `lease_for`: between two renewals a third of it passes.
    `longest`: seconds that all of a stream's heavy work may take."""

    store: Store
    clock: Clock
    reconciler: Reconciler
    handlers: Mapping[type, Handler]
    lease_for: timedelta = LEASE_FOR
    longest: float = LONGEST

    async def work(self, stream_id: StreamId) -> None:
        """Do the heavy effects that the stream wants and no one else does, side by side. What
        can't be done now keeps its wake-up.
        """
        with structlog.contextvars.bound_contextvars(stream=stream_id):
            try:
                await self._until_done(stream_id)
            except Exception as error:  # noqa: BLE001 — any error is reported, and retried later
                await self.reconciler.admins.report(stream_id, error)

    async def _until_done(self, stream_id: StreamId) -> None:
        until = asyncio.get_running_loop().time() + self.longest
        tried, done = set[tuple[str, str]](), set[tuple[str, str]]()
        while True:
            wanted = await asyncio.to_thread(self._wanted, stream_id)
            if not wanted.effects:
                finish = self.store.heavy.finish
                if await asyncio.to_thread(finish, stream_id, wanted.version):
                    return
                continue
            for effect in wanted.effects:
                if _named(effect) in done:
                    done.remove(_named(effect))
                    circle = DoesNotConverge(f"{stream_id}/{effect.key}")
                    await self.reconciler.admins.report(stream_id, circle, heavy=effect.key)
            left = [each for each in wanted.effects if _named(each) not in tried]
            if not left:
                return  # another worker does them, or they are put off: their wake-up stands
            tried |= set(map(_named, left))
            works = [self._do(each, stream_id, wanted.state, until) for each in left]
            ended = await asyncio.gather(*works, return_exceptions=True)
            for effect, outcome in zip(left, ended, strict=True):
                if isinstance(outcome, BaseException):
                    raise outcome
                if outcome:
                    done.add(_named(effect))

    def _wanted(self, stream_id: StreamId) -> Wanted:
        """Without those that are quarantined, once the admins know. Raises `Unreadable`."""
        state = self.store.streams.state(stream_id)
        kind = self.store.kinds.of(stream_id)
        effects = kind.heavy_effects(state)
        aside = self.store.quarantine.heavy_of(stream_id)
        for key in aside.keys() - {each.key for each in effects}:
            self.store.quarantine.forget_heavy(stream_id, key)
        given_up = {key for key, quarantined in aside.items() if quarantined.told is not None}
        left = [each for each in effects if each.key not in given_up]
        return Wanted(state.version, state, left)

    async def _do(self, effect: Effect, stream_id: StreamId, state: Any, until: float) -> bool:
        """Whether it was done or refused for good, and that is recorded."""
        whose_turn.set(Turn(f"{stream_id}/{effect.key}", effect.urgency))
        lease, done = (stream_id, effect.key, uuid4().hex), False
        if not await asyncio.to_thread(self.store.heavy.take, *lease, self.lease_for):
            return False
        try:
            done = await self._leased(effect, lease, state, until)
        except LeaseLost:
            log.warning("lease lost", effect=effect.key)
        except Exception as error:  # noqa: BLE001 — any error is reported, and retried later
            await self.reconciler.admins.report(stream_id, error, heavy=effect.key)
        finally:
            await asyncio.to_thread(self.store.heavy.release, *lease)
        if done:
            with suppress(Exception):  # it was reported, and its wake-up stands
                await self.reconciler.reconcile(stream_id)
        return done

    async def _leased(self, effect: Effect, lease: Lease, state: Any, until: float) -> bool:
        """Do it and record what came of it. Raises `LeaseLost`, `TookTooLong`."""
        stream_id, key, _ = lease
        try:
            events = await self._while_held(effect, lease, state, until)
        except CallFailed as refusal:
            log.warning("refused", effect=key, reason=refusal.reason)
            if not refusal.permanent:
                later = partial(self.store.quarantine.record_failure, stream_id, heavy=key)
                await asyncio.to_thread(later)
                return False
            events = [failed(effect, refusal)]
        if not await asyncio.to_thread(self.store.heavy.renew, *lease, self.lease_for):
            raise LeaseLost(key)
        await asyncio.to_thread(self._record, stream_id, events)
        await asyncio.to_thread(self.store.quarantine.forget_heavy, stream_id, key)
        return True

    def _record(self, stream_id: StreamId, events: Sequence[Any]) -> None:
        self.store.streams.append(stream_id, events, at=self.clock.now(), by=CLOCK)
        kind = self.store.kinds.of(stream_id)
        log.info("heavy work done", events=[kind.stored_name(each) for each in events])

    async def _while_held(
        self, effect: Effect, lease: Lease, state: Any, until: float
    ) -> Sequence[Any]:
        """Returns or raises what the handler does; it is stopped if the lease is lost."""
        handler = self.handlers[type(effect)]
        doing = asyncio.create_task(handler(effect, state))
        holding = asyncio.create_task(self._hold(lease))
        left = until - asyncio.get_running_loop().time()
        try:
            await asyncio.wait({doing, holding}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                return doing.result()
            if holding.done():
                holding.result()
                raise LeaseLost(effect.key)
            raise TookTooLong(effect.key)
        finally:
            for task in (doing, holding):
                task.cancel()
            await asyncio.gather(doing, holding, return_exceptions=True)

    async def _hold(self, lease: Lease) -> None:
        """Renew the lease; returns when it was lost."""
        held = True
        while held:
            await asyncio.sleep(self.lease_for.total_seconds() / 3)
            try:
                held = await asyncio.to_thread(self.store.heavy.renew, *lease, self.lease_for)
            except RedisError as away:
                log.warning("lease not renewed", effect=lease[1], error=type(away).__name__)


def _named(effect: Effect) -> tuple[str, str]:
    return effect.key, effect.digest
