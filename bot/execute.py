"""Executes one effect: check whether it may be done already, renew the lock, make the call, record
the outcome. A permanent refusal is recorded, too; after a temporary one it is retried later.

What to do about a call in doubt is decided only here, by the effect's guarantee.
"""

import asyncio
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis import RedisError

from bot.clock import Clock, seconds_since_boot
from bot.ports import CALL_TIMEOUT, SETTLED, CallFailed, Ports, Searchable, Turn, whose_turn
from bot.store import PendingCall, Store
from bot.store.outages import is_outage
from bot.streams.actor import CLOCK
from bot.streams.delivery import Failed
from bot.streams.effect import Effect, Guarantee
from bot.streams.ids import StreamId
from bot.streams.record import Recorded

LOCK_FOR = timedelta(seconds=CALL_TIMEOUT + 3)
SURE_FOR = 1.0  # seconds after it was held on, the lock outlives a call without being asked for
MAX_ERRORS = 3  # tries that raise, until an effect is given up and what waits behind it goes on
RETRY_DELAYS = (1, 2, 4, 8, 15, 30, 60)  # seconds before the next try, by tries so far

log = structlog.get_logger()


class LockLost(Exception):
    """Another process reconciles the stream by now. Leave it to that one."""


@dataclass(slots=True)
class Hold:
    """Our lock on a stream. `since`: when it was taken or renewed, in seconds since boot."""

    lock: str
    token: str
    since: float

    def is_sure(self) -> bool:
        return seconds_since_boot() < self.since + SURE_FOR


@dataclass(frozen=True, slots=True)
class Executor:
    store: Store
    clock: Clock
    ports: Ports

    async def execute(
        self,
        effect: Effect,
        stream_id: StreamId,
        state: Any,
        pending: PendingCall,
        hold: Hold,
        now: int,
        *,
        wanted: bool = True,
    ) -> Recorded[Any] | None:
        """Carry out one effect and record what came of it: that, or None if it was put off.

        `now` is real, ms. `wanted`: whether it still is; if not, only whether it was done is
        found out. Raises `LockLost` if somebody else attends to the stream by now.
        """
        whose_turn.set(Turn(f"{stream_id}/{effect.key}", effect.urgency))
        port = self.ports.of(effect)
        try:
            if pending.began is not None:
                settled = await self._settle(effect, stream_id, state, pending, now)
                if settled is not None:
                    return settled.recorded
                pending = replace(
                    pending, began=None
                )  # it is not there, and will not come any more
                if not wanted:
                    await self._postpone(effect, stream_id, pending)
                    return None
            place = await port.place(effect, state)
            pending = replace(pending, channel=place, not_before=0)
            at = await asyncio.to_thread(self._begin, effect, stream_id, pending, hold)
            event = await port.perform(effect, state, place, at)
        except CallFailed as refusal:
            return await self._refused(effect, stream_id, state, pending, refusal)
        except (LockLost, RedisError):
            raise
        except Exception as surprise:
            log.exception("effect failed", effect=effect.key)
            for_good = pending.tries >= MAX_ERRORS and not is_outage(surprise)
            unclear = CallFailed(type(surprise).__name__, in_doubt=True, permanent=for_good)
            return await self._refused(effect, stream_id, state, pending, unclear)
        return await self._record(effect, stream_id, event)

    async def _settle(
        self, effect: Effect, stream_id: StreamId, state: Any, pending: PendingCall, now: int
    ) -> "Settled | None":
        """What is known of a call in doubt, or decided about it; None: make it again."""
        assert pending.began is not None
        match effect.guarantee:
            case Guarantee.SEARCHABLE:
                settled = pending.began + int(SETTLED * 1000)
                if now < settled:
                    await self._postpone(effect, stream_id, replace(pending, not_before=settled))
                    return Settled(None)
                port = self.ports.of(effect)
                assert isinstance(port, Searchable), type(port)
                at = await asyncio.to_thread(self.clock.now)
                began = datetime.fromtimestamp(pending.began / 1000, UTC)
                found = await port.find(effect, state, pending.channel, began, at)
                return Settled(await self._record(effect, stream_id, found)) if found else None
            case Guarantee.AT_MOST_ONCE:
                unknown = Failed(effect.key, IN_DOUBT, effect.digest)
                return Settled(await self._record(effect, stream_id, unknown))
            case _:
                return None

    def _begin(
        self, effect: Effect, stream_id: StreamId, pending: PendingCall, hold: Hold
    ) -> datetime:
        """Hold the lock on, and write down that the call begins, if it is one that may not be
        made twice; what time it is then."""
        kept = pending if effect.guarantee.needs_marker else None
        if kept or not hold.is_sure():
            began, held = seconds_since_boot(), (hold.lock, hold.token)
            if not self.store.schedule.begin(*held, LOCK_FOR, stream_id, effect.key, kept):
                raise LockLost(stream_id)
            hold.since = began
        return self.clock.now()

    async def _refused(
        self,
        effect: Effect,
        stream_id: StreamId,
        state: Any,
        before: PendingCall,
        refusal: CallFailed,
    ) -> Recorded[Any] | None:
        """For good: recorded with its reason. For now: put off, and in doubt if it may have
        been carried out."""
        if refusal.reserved_ms is not None:
            log.info("rate limited", effect=effect.key, seconds=refusal.retry_after)
            later = await self._real_ms() + refusal.reserved_ms
            await self._postpone(effect, stream_id, replace(before, not_before=later))
            return None
        log.warning("refused", effect=effect.key, reason=refusal.reason)
        port = self.ports.of(effect)
        moved = before.tries == 0 and await port.forget(effect, refusal)
        if refusal.permanent and not moved:
            event = await port.refused(effect, state, refusal)
            return await self._record(effect, stream_id, event)
        tries = before.tries + 1
        patience = refusal.retry_after or RETRY_DELAYS[min(tries, len(RETRY_DELAYS)) - 1]
        wait = int(patience * 1000 * random.uniform(1.0, 1.2))
        now = await self._real_ms()
        pending = replace(before, not_before=now + wait, tries=tries, why=refusal.reason)
        if refusal.in_doubt and effect.guarantee.needs_marker and before.channel:
            not_before = now + max(wait, int(SETTLED * 1000))
            pending = replace(pending, began=before.began or now, not_before=not_before)
        await self._postpone(effect, stream_id, pending)
        return None

    async def _real_ms(self) -> int:
        return int((await asyncio.to_thread(self.store.now)).timestamp() * 1000)

    async def _postpone(self, effect: Effect, stream_id: StreamId, pending: PendingCall) -> None:
        await asyncio.to_thread(self.store.schedule.put_pending, stream_id, effect.key, pending)

    async def _record(self, effect: Effect, stream_id: StreamId, event: Any) -> Recorded[Any]:
        return await asyncio.to_thread(self._append, effect, stream_id, event)

    def _append(self, effect: Effect, stream_id: StreamId, event: Any) -> Recorded[Any]:
        at = self.clock.now()
        span = self.store.streams.append(
            stream_id, [event], at=at, by=CLOCK, arm=False, done=[effect.key]
        )
        return Recorded(event, at, CLOCK, span.end)


@dataclass(frozen=True, slots=True)
class Settled:
    """A call in doubt isn't any more, or waits to be looked for. `recorded`: what came of it."""

    recorded: Recorded[Any] | None


IN_DOUBT = "in doubt"  # why a call that may not be made twice counts as failed
