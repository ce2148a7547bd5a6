"""To carry out one effect: look first if it may be done already, hold the lock on, make the call,
record what came of it. What is refused for good is recorded, too; for now, it is put off.

What to do about a call in doubt is decided here and nowhere else, by the effect's guarantee.
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
from bot.store import Note, Store
from bot.store.outages import is_outage
from bot.streams.actor import CLOCK
from bot.streams.delivery import Failed
from bot.streams.effect import Effect, Guarantee
from bot.streams.ids import StreamId
from bot.streams.record import Recorded

LOCK_FOR = timedelta(seconds=CALL_TIMEOUT + 3)
SURE_FOR = 1.0  # seconds after it was held on, the lock outlives a call without being asked for
SURPRISES = 3  # tries that raise, until an effect is given up and what waits behind it goes on
PATIENCE = (1, 2, 4, 8, 15, 30, 60)  # seconds before the next try, by tries so far

log = structlog.get_logger()


class LockLost(Exception):
    """Somebody else attends to the stream by now. Leave it to them."""


@dataclass(slots=True)
class Hold:
    """Our lock on a stream. `since`: when it was taken or held on, in seconds since boot."""

    lock: str
    token: str
    since: float

    def is_sure(self) -> bool:
        return seconds_since_boot() < self.since + SURE_FOR


@dataclass(frozen=True, slots=True)
class Carrier:
    store: Store
    clock: Clock
    ports: Ports

    async def carry(
        self,
        effect: Effect,
        stream_id: StreamId,
        state: Any,
        note: Note,
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
            if note.began is not None:
                settled = await self._settle(effect, stream_id, state, note, now)
                if settled is not None:
                    return settled.recorded
                note = replace(note, began=None)  # it is not there, and will not come any more
                if not wanted:
                    await self._put_off(effect, stream_id, note)
                    return None
            place = await port.place(effect, state)
            note = replace(note, channel=place, not_before=0)
            at = await asyncio.to_thread(self._begin, effect, stream_id, note, hold)
            event = await port.perform(effect, state, place, at)
        except CallFailed as refusal:
            return await self._refused(effect, stream_id, state, note, refusal)
        except (LockLost, RedisError):
            raise
        except Exception as surprise:
            log.exception("effect failed", effect=effect.key)
            for_good = note.tries >= SURPRISES and not is_outage(surprise)
            unclear = CallFailed(type(surprise).__name__, in_doubt=True, permanent=for_good)
            return await self._refused(effect, stream_id, state, note, unclear)
        return await self._record(effect, stream_id, event)

    async def _settle(
        self, effect: Effect, stream_id: StreamId, state: Any, note: Note, now: int
    ) -> "Settled | None":
        """What is known of a call in doubt, or decided about it; None: make it again."""
        assert note.began is not None
        match effect.guarantee:
            case Guarantee.SEARCHABLE:
                settled = note.began + int(SETTLED * 1000)
                if now < settled:
                    await self._put_off(effect, stream_id, replace(note, not_before=settled))
                    return Settled(None)
                port = self.ports.of(effect)
                assert isinstance(port, Searchable), type(port)
                at = await asyncio.to_thread(self.clock.now)
                began = datetime.fromtimestamp(note.began / 1000, UTC)
                found = await port.find(effect, state, note.channel, began, at)
                return Settled(await self._record(effect, stream_id, found)) if found else None
            case Guarantee.AT_MOST_ONCE:
                unknown = Failed(effect.key, IN_DOUBT, effect.face)
                return Settled(await self._record(effect, stream_id, unknown))
            case _:
                return None

    def _begin(self, effect: Effect, stream_id: StreamId, note: Note, hold: Hold) -> datetime:
        """Hold the lock on, and write down that the call begins, if it is one that may not be
        made twice; what time it is then."""
        kept = note if effect.guarantee.needs_marker else None
        if kept or not hold.is_sure():
            began, held = seconds_since_boot(), (hold.lock, hold.token)
            if not self.store.begin(*held, LOCK_FOR, stream_id, effect.key, kept):
                raise LockLost(stream_id)
            hold.since = began
        return self.clock.now()

    async def _refused(
        self, effect: Effect, stream_id: StreamId, state: Any, before: Note, refusal: CallFailed
    ) -> Recorded[Any] | None:
        """For good: recorded with its reason. For now: put off, and in doubt if it may have
        been carried out."""
        if refusal.reserved_ms is not None:
            log.info("waits its turn", effect=effect.key, seconds=refusal.retry_after)
            later = await self._real_ms() + refusal.reserved_ms
            await self._put_off(effect, stream_id, replace(before, not_before=later))
            return None
        log.warning("refused", effect=effect.key, reason=refusal.reason)
        port = self.ports.of(effect)
        moved = before.tries == 0 and await port.forget(effect, refusal)
        if refusal.permanent and not moved:
            event = await port.refused(effect, state, refusal)
            return await self._record(effect, stream_id, event)
        tries = before.tries + 1
        patience = refusal.retry_after or PATIENCE[min(tries, len(PATIENCE)) - 1]
        wait = int(patience * 1000 * random.uniform(1.0, 1.2))
        now = await self._real_ms()
        note = replace(before, not_before=now + wait, tries=tries, why=refusal.reason)
        if refusal.in_doubt and effect.guarantee.needs_marker and before.channel:
            not_before = now + max(wait, int(SETTLED * 1000))
            note = replace(note, began=before.began or now, not_before=not_before)
        await self._put_off(effect, stream_id, note)
        return None

    async def _real_ms(self) -> int:
        return int((await asyncio.to_thread(self.store.now)).timestamp() * 1000)

    async def _put_off(self, effect: Effect, stream_id: StreamId, note: Note) -> None:
        await asyncio.to_thread(self.store.note, stream_id, effect.key, note)

    async def _record(self, effect: Effect, stream_id: StreamId, event: Any) -> Recorded[Any]:
        return await asyncio.to_thread(self._written, effect, stream_id, event)

    def _written(self, effect: Effect, stream_id: StreamId, event: Any) -> Recorded[Any]:
        at = self.clock.now()
        span = self.store.append(stream_id, [event], at=at, by=CLOCK, arm=False, done=[effect.key])
        return Recorded(event, at, CLOCK, span.end)


@dataclass(frozen=True, slots=True)
class Settled:
    """A call in doubt isn't any more, or waits to be looked for. `recorded`: what came of it."""

    recorded: Recorded[Any] | None


IN_DOUBT = "in doubt"  # why a call that may not be made twice counts as failed
