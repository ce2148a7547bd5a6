"""Executes one effect: settle an earlier call in doubt, renew the lock, make the call, record the
outcome. A permanent refusal is recorded, too; after a temporary one the effect is retried later.

How to handle a call in doubt is decided only here, by the effect's guarantee.
"""

import asyncio
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis import RedisError

from bot.clock import Clock, seconds_since_boot
from bot.ports import (
    CALL_TIMEOUT,
    SEND_WITHIN,
    SETTLED,
    CallFailed,
    NotSent,
    Ports,
    Searchable,
    Turn,
    send_by,
    whose_turn,
)
from bot.store import PendingCall, Store
from bot.store.outages import is_outage
from bot.streams.actor import CLOCK
from bot.streams.delivery import Failed
from bot.streams.effect import Effect, Guarantee
from bot.streams.ids import StreamId
from bot.streams.record import Recorded

LOCK_FOR = timedelta(seconds=CALL_TIMEOUT + 3)
SURE_FOR = 1.0  # seconds after a renewal in which the lock is sure to outlive a call
MAX_ERRORS = 3  # attempts that raise, before an effect is given up and its lane continues
RETRY_DELAYS = (1, 2, 4, 8, 15, 30, 60)  # seconds before the next attempt, by attempts so far

log = structlog.get_logger()


class LockLost(Exception):
    """Another process reconciles the stream now; leave it to that one."""


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
        """Execute one effect and record the outcome; returns the event, or None if postponed.

        `now`: real time, ms. `wanted`: False if the effect isn't needed any more, and only the
        outcome of a call in doubt is to be determined. Raises `LockLost` if another process
        reconciles the stream now.
        """
        whose_turn.set(Turn(f"{stream_id}/{effect.key}", effect.urgency))
        port = self.ports.of(effect)
        try:
            if pending.began is not None:
                settled = await self._settle(effect, stream_id, state, pending, now)
                if settled is not None:
                    return settled.recorded
                pending = replace(pending, began=None)  # it wasn't executed and never will be
                if not wanted:
                    await self._postpone(effect, stream_id, pending)
                    return None
            place = await port.place(effect, state)
            pending = replace(pending, channel=place, not_before=0)
            at, until = await asyncio.to_thread(self._begin, effect, stream_id, pending, hold)
            send_by.set(until)
            event = await port.perform(effect, state, place, at)
        except CallFailed as refusal:
            return await self._refused(effect, stream_id, state, pending, refusal)
        except NotSent:
            raise LockLost(stream_id) from None
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
        """The outcome of a call in doubt, by the effect's guarantee; None: repeat the call."""
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
    ) -> tuple[datetime, float | None]:
        """Renew the lock, and store that the call begins, if it is one that must not be repeated
        blindly. Returns the incident time, and until when such a call has to be sent (seconds
        since boot)."""
        kept = pending if effect.guarantee.needs_marker else None
        began = seconds_since_boot()
        if kept or not hold.is_sure():
            held = (hold.lock, hold.token)
            if not self.store.schedule.begin(*held, LOCK_FOR, stream_id, effect.key, kept):
                raise LockLost(stream_id)
            hold.since = began
        self.store.confirm(again=kept is not None)  # or a fail-over could forget it, and repeat it
        return self.clock.now(), began + SEND_WITHIN if kept else None

    async def _refused(
        self,
        effect: Effect,
        stream_id: StreamId,
        state: Any,
        before: PendingCall,
        refusal: CallFailed,
    ) -> Recorded[Any] | None:
        """Record a permanent refusal with its reason; postpone after a temporary one, keeping the
        call in doubt if it may have succeeded."""
        if refusal.reserved_ms is not None:
            log.info("rate limited", effect=effect.key, seconds=refusal.retry_after)
            later = await self._real_ms() + refusal.reserved_ms
            await self._postpone(effect, stream_id, replace(before, not_before=later))
            return None
        what = "outcome unknown" if refusal.in_doubt else "refused"
        log.warning(what, effect=effect.key, reason=refusal.reason)
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
    """A call in doubt was settled, or is postponed until it can be searched for. `recorded`: the
    outcome, None if postponed."""

    recorded: Recorded[Any] | None


IN_DOUBT = "in doubt"  # the reason recorded for a call that must not be repeated
