"""To carry out one effect: look first if it may be done already, hold the lock on, call Slack,
record what came of it. What Slack refuses for good is recorded, too; for now, it is put off."""

import asyncio
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from redis import RedisError

from bot.clock import Clock, seconds_since_boot
from bot.incident.events import CLOCK, Event, Failed, Recorded
from bot.incident.incident import Incident
from bot.incident.says import still_true
from bot.incident.todo import Effect, OpenChannel, Say
from bot.slack.admins import passes
from bot.slack.client import CALL_TIMEOUT, SETTLED, SlackError
from bot.slack.pace import NotYet, Turn, urgency, whose_turn
from bot.slack.perform import Hands
from bot.store import Note, Store

LOCK_FOR = timedelta(seconds=CALL_TIMEOUT + 3)
SURE_FOR = 1.0  # seconds after it was held on, the lock outlives a call without being asked for
SURPRISES = 3  # tries that raise, until an effect is given up and what waits behind it goes on
PATIENCE = (1, 2, 4, 8, 15, 30, 60)  # seconds before the next try, by tries so far

log = structlog.get_logger()


class LockLost(Exception):
    """Somebody else attends to the incident by now. Leave it to them."""


@dataclass(slots=True)
class Hold:
    """Our lock on an incident. `since`: when it was taken or held on, in seconds since boot."""

    lock: str
    token: str
    since: float

    def is_sure(self) -> bool:
        return seconds_since_boot() < self.since + SURE_FOR


@dataclass(frozen=True, slots=True)
class Carrier:
    store: Store
    clock: Clock
    hands: Hands

    async def carry(
        self, effect: Effect, incident: Incident, note: Note, hold: Hold, now: int
    ) -> Recorded | None:
        """Carry out one effect and record what came of it: that, or None if it was put off.
        `now` is real, ms. Raises `LockLost` if somebody else attends to the incident by now."""
        whose_turn.set(Turn(f"{incident.id}/{effect.key}", urgency(effect, incident)))
        try:
            if note.began is not None and isinstance(effect, Say):
                settled = note.began + SETTLED * 1000
                if now < settled:
                    await self._put_off(effect, incident, replace(note, not_before=settled))
                    return None
                at = await asyncio.to_thread(self.clock.now)
                if found := await self.hands.search(effect, note, incident, at):
                    return await self._record(effect, incident, found)
                note = replace(note, began=None)  # it is not there, and will not come any more
                if not still_true(effect.saying, incident):
                    await self._put_off(effect, incident, note)
                    return None
            channel = await self.hands.where(effect, incident)
            note = replace(note, channel=channel, not_before=0)
            at = await asyncio.to_thread(self._begin, effect, incident, note, hold)
            event = await self.hands.perform(effect, incident, channel, at)
        except NotYet as full:
            log.info("waits its turn", effect=effect.key, seconds=full.retry_after)
            waiting = replace(note, not_before=await self._real_ms() + full.ms)
            await self._put_off(effect, incident, waiting)
            return None
        except SlackError as refusal:
            return await self._refused(effect, incident, note, refusal)
        except (LockLost, RedisError):
            raise
        except Exception as surprise:
            log.exception("effect failed", effect=effect.key)
            for_good = note.tries >= SURPRISES and not passes(surprise)
            unclear = SlackError(type(surprise).__name__, in_doubt=True, permanent=for_good)
            return await self._refused(effect, incident, note, unclear)
        return await self._record(effect, incident, event)

    def _begin(self, effect: Effect, incident: Incident, note: Note, hold: Hold) -> datetime:
        """Hold the lock on, and write down that the call begins, if it is one that may not be
        made twice; what time it is then."""
        kept = note if isinstance(effect, Say) else None
        if kept or not hold.is_sure():
            began, held = seconds_since_boot(), (hold.lock, hold.token)
            if not self.store.begin(*held, LOCK_FOR, incident.id, effect.key, kept):
                raise LockLost(incident.id)
            hold.since = began
        return self.clock.now()

    async def _refused(
        self, effect: Effect, incident: Incident, before: Note, refusal: SlackError
    ) -> Recorded | None:
        """For good: recorded with its reason. For now: put off, and in doubt if it may have
        been carried out."""
        log.warning("slack refused", effect=effect.key, reason=refusal.reason)
        moved = before.tries == 0 and await self.hands.forget(effect, refusal)
        if refusal.permanent and not moved:
            if isinstance(effect, OpenChannel):
                await asyncio.to_thread(self.store.strand, incident.declarer, incident.id)
            lost = self.hands.lost(effect, refusal)
            failed = Failed(effect.key, refusal.reason, effect.face)
            return await self._record(effect, incident, lost or failed)
        tries = before.tries + 1
        patience = refusal.retry_after or PATIENCE[min(tries, len(PATIENCE)) - 1]
        wait = int(patience * 1000 * random.uniform(1.0, 1.2))
        now = await self._real_ms()
        note = replace(before, not_before=now + wait, tries=tries, why=refusal.reason)
        if refusal.in_doubt and isinstance(effect, Say) and before.channel:
            not_before = now + max(wait, SETTLED * 1000)
            note = replace(note, began=before.began or now, not_before=not_before)
        await self._put_off(effect, incident, note)
        return None

    async def _real_ms(self) -> int:
        return int((await asyncio.to_thread(self.store.now)).timestamp() * 1000)

    async def _put_off(self, effect: Effect, incident: Incident, note: Note) -> None:
        await asyncio.to_thread(self.store.note, incident.id, effect.key, note)

    async def _record(self, effect: Effect, incident: Incident, event: Event) -> Recorded:
        return await asyncio.to_thread(self._written, effect, incident, event)

    def _written(self, effect: Effect, incident: Incident, event: Event) -> Recorded:
        at = self.clock.now()
        span = self.store.append(
            incident.id, [event], at=at, by=CLOCK, arm=False, done=[effect.key]
        )
        return Recorded(event, at, CLOCK, span.end)
