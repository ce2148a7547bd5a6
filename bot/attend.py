"""To attend to an incident: let what is due come due, carry out what is still to do, and
record each thing done. Whatever went wrong before, the cure is to attend again.

One attendance at a time for each incident: a lock that outlives every call's time-out and is
looked at before each call. Effects run side by side in *lanes*, one at a time in each: what
goes to one conversation goes in order, and nothing else waits for anything else.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from redis import RedisError

from bot import metrics
from bot.clock import Clock
from bot.incident import escalation, reminders
from bot.incident.decide import decide
from bot.incident.escalation import Tick
from bot.incident.events import CLOCK, Event, Failed
from bot.incident.incident import Incident, replay
from bot.incident.says import HERE, sayings, still_true
from bot.incident.todo import Effect, Invite, OpenChannel, Say, todo
from bot.slack.admins import Admins, passes
from bot.slack.client import CALL_TIMEOUT, SETTLED, SlackError, on_the_wire
from bot.slack.pace import NotYet, Turn, urgency, whose_turn
from bot.slack.perform import Hands
from bot.store import Conflict, Loaded, Note, Store

LOCK_FOR = timedelta(seconds=CALL_TIMEOUT + 3)
ROUNDS = 2000  # far more than any incident needs; one that needs more goes in circles
NEWS_AFTER = 0.5  # seconds that a slow call may keep us from looking at what people did
SURPRISES = 3  # tries that raise, until an effect is given up and what waits behind it goes on
PATIENCE = (1, 2, 4, 8, 15, 30, 60)  # seconds before the next try, by tries so far

log = structlog.get_logger()


class LockLost(Exception):
    """Somebody else attends to the incident by now. Leave it to them."""


class GoesInCircles(Exception):
    """What is to do doesn't get less by doing it. A bug; the incident is set aside."""


@dataclass(frozen=True, slots=True)
class Attendant:
    store: Store
    clock: Clock
    hands: Hands
    admins: Admins
    on_call: Callable[[datetime], Mapping[str, Sequence[str]]] = field(default=lambda _: {})

    async def attend(self, incident_id: str) -> None:
        """Bring Slack in line with the incident. What can't be done now gets a wake-up."""
        lock, token = f"lock:{incident_id}", uuid4().hex
        if not await asyncio.to_thread(self.store.take, lock, token, LOCK_FOR, incident_id):
            return  # whoever holds it looks again before leaving; the wake-up stands
        with structlog.contextvars.bound_contextvars(incident=incident_id):
            running: dict[str, asyncio.Task[None]] = {}
            try:
                with metrics.attending():
                    await self._until_nothing_is_left(incident_id, token, running)
            except LockLost:
                log.warning("lock lost")
            except Exception as error:
                await self.admins.hear_of(incident_id, error)
                raise
            finally:
                for task in running.values():
                    task.cancel()
                await asyncio.gather(*running.values(), return_exceptions=True)
                await asyncio.to_thread(self.store.release, lock, token)

    async def _until_nothing_is_left(
        self, incident_id: str, token: str, running: dict[str, asyncio.Task[None]]
    ) -> None:
        for _ in range(ROUNDS):
            loaded, now = await asyncio.to_thread(self._look, incident_id)
            if not loaded.history:  # nobody declared it: there is nothing to wake up for
                await asyncio.to_thread(self.store.finish, incident_id, 0, None, None)
                return
            incident = replay(incident_id, loaded.history)
            if await self._let_come_due(incident, now):
                continue
            wanted = todo(incident)
            wanted += _in_doubt(incident, wanted, loaded.notes)
            heads = _lanes(wanted)
            waits = {
                lane: loaded.notes.get(effect.key, Note()).not_before
                for lane, effect in heads.items()
                if lane not in running
            }
            for lane in [each for each, until in waits.items() if until <= loaded.at]:
                note = loaded.notes.get(heads[lane].key, Note())
                running[lane] = await self._start(heads[lane], incident, note, token, loaded.at)
            if running:
                await self._one_ended(running)
                continue
            if stale := _stale(incident, wanted, loaded.notes):
                await asyncio.to_thread(self.store.forget_notes, incident_id, stale)
            if await asyncio.to_thread(
                self.store.finish,
                incident_id,
                incident.version,
                next_due(incident),
                min(waits.values(), default=None),
                next_page(incident),
            ):
                return
        raise GoesInCircles(incident_id)

    def _look(self, incident_id: str) -> tuple[Loaded, datetime]:
        return self.store.load(incident_id), self.clock.now()

    async def _start(
        self, effect: Effect, incident: Incident, note: Note, token: str, now: int
    ) -> asyncio.Task[None]:
        """Set it going. The declarer's invitation is on its way before anything else starts."""
        sent = asyncio.Event()
        on_the_wire.set(sent)
        task = asyncio.create_task(self._one(effect, incident, note, token, now))
        if isinstance(effect, Invite) and effect.user == incident.declarer:
            leaving = asyncio.create_task(sent.wait())
            await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
        return task

    @staticmethod
    async def _one_ended(running: dict[str, asyncio.Task[None]]) -> None:
        """Or none has for a while: then there may be news, which a slow call must not hold up."""
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait(running.values(), timeout=NEWS_AFTER, return_when=first)
        ended = [lane for lane, task in running.items() if task.done()]
        for lane in ended:
            running.pop(lane).result()

    async def _let_come_due(self, incident: Incident, now: datetime) -> bool:
        """Write down what the time has come for; whether there was any."""
        events = decide(incident, Tick(self.on_call(now)), now, CLOCK)
        if not events:
            return False
        log.info("due", events=[type(each).__name__ for each in events])
        try:
            await asyncio.to_thread(
                lambda: self.store.append(
                    incident.id, events, at=now, by=CLOCK, after=incident.version
                )
            )
        except Conflict:
            log.debug("somebody acted meanwhile; looking again")
        else:
            metrics.came_due(events, now)
        return True

    async def _one(
        self, effect: Effect, incident: Incident, note: Note, token: str, now: int
    ) -> None:
        """Carry out one effect and record what came of it. `now` is real, ms."""
        whose_turn.set(Turn(f"{incident.id}/{effect.key}", urgency(effect, incident)))
        try:
            if note.began is not None and isinstance(effect, Say):
                settled = note.began + SETTLED * 1000
                if now < settled:
                    await self._put_off(effect, incident, replace(note, not_before=settled))
                    return
                at = await asyncio.to_thread(self.clock.now)
                if found := await self.hands.search(effect, note, incident, at):
                    await self._record(effect, incident, found)
                    return
                note = replace(note, began=None)  # it is not there, and will not come any more
                if not still_true(effect.saying, incident):
                    await self._put_off(effect, incident, note)
                    return
            channel = await self.hands.where(effect, incident)
            note = replace(note, channel=channel, not_before=0)
            at = await asyncio.to_thread(self._begin, effect, incident, note, token)
            event = await self.hands.perform(effect, incident, channel, at)
        except NotYet as full:
            log.info("waits its turn", effect=effect.key, seconds=full.retry_after)
            waiting = replace(note, not_before=await self._real_ms() + full.ms)
            await self._put_off(effect, incident, waiting)
        except SlackError as refusal:
            await self._refused(effect, incident, note, refusal)
        except (LockLost, RedisError):
            raise
        except Exception as surprise:
            log.exception("effect failed", effect=effect.key)
            for_good = note.tries >= SURPRISES and not passes(surprise)
            unclear = SlackError(type(surprise).__name__, in_doubt=True, permanent=for_good)
            await self._refused(effect, incident, note, unclear)
        else:
            await self._record(effect, incident, event)

    def _begin(self, effect: Effect, incident: Incident, note: Note, token: str) -> datetime:
        """Hold the lock on, and write down that the call begins; what time it is then."""
        lock, kept = f"lock:{incident.id}", note if isinstance(effect, Say) else None
        if not self.store.begin(lock, token, LOCK_FOR, incident.id, effect.key, kept):
            raise LockLost(incident.id)
        return self.clock.now()

    async def _refused(
        self, effect: Effect, incident: Incident, before: Note, refusal: SlackError
    ) -> None:
        """For good: recorded with its reason. For now: put off, and in doubt if it may have
        been carried out."""
        log.warning("slack refused", effect=effect.key, reason=refusal.reason)
        moved = before.tries == 0 and await self.hands.forget(effect, refusal)
        if refusal.permanent and not moved:
            if isinstance(effect, OpenChannel):
                await asyncio.to_thread(self.store.strand, incident.declarer, incident.id)
            lost = self.hands.lost(effect, refusal)
            failed = Failed(effect.key, refusal.reason, effect.face)
            await self._record(effect, incident, lost or failed)
            return
        tries = before.tries + 1
        patience = refusal.retry_after or PATIENCE[min(tries, len(PATIENCE)) - 1]
        wait = int(patience * 1000 * random.uniform(1.0, 1.2))
        now = await self._real_ms()
        note = replace(before, not_before=now + wait, tries=tries, why=refusal.reason)
        if refusal.in_doubt and isinstance(effect, Say) and before.channel:
            not_before = now + max(wait, SETTLED * 1000)
            note = replace(note, began=before.began or now, not_before=not_before)
        await self._put_off(effect, incident, note)

    async def _real_ms(self) -> int:
        return int((await asyncio.to_thread(self.store.now)).timestamp() * 1000)

    async def _put_off(self, effect: Effect, incident: Incident, note: Note) -> None:
        await asyncio.to_thread(self.store.note, incident.id, effect.key, note)

    async def _record(self, effect: Effect, incident: Incident, event: Event) -> None:
        await asyncio.to_thread(
            lambda: self.store.append(
                incident.id, [event], at=self.clock.now(), by=CLOCK, arm=False, done=[effect.key]
            )
        )


def next_due(incident: Incident) -> datetime | None:
    """When the incident's own time has something due next."""
    times = (reminders.next_due(incident), next_page(incident))
    return min(filter(None, times), default=None)


def next_page(incident: Incident) -> datetime | None:
    """When the next step of its escalation is due."""
    step = escalation.next_step(incident)
    return step[1] if step else None


def _in_doubt(
    incident: Incident, wanted: Sequence[Effect], notes: Mapping[str, Note]
) -> list[Effect]:
    """What was begun and isn't wanted any more: whether it was said is still to be found out."""
    begun = {key for key, note in notes.items() if note.began is not None}
    begun -= {each.key for each in wanted}
    here_is_gone = incident.channel is None or bool(incident.channel_lost)
    return [
        Say(saying)
        for saying in (sayings(incident) if begun else ())
        if saying.key in begun - incident.said.keys() - incident.failed.keys()
        if not still_true(saying, incident) and not (here_is_gone and saying.to == HERE)
    ]


def _stale(incident: Incident, wanted: Sequence[Effect], notes: Mapping[str, Note]) -> set[str]:
    """Notes on what is not wanted any more, and is not in doubt either."""
    unwanted = notes.keys() - {each.key for each in wanted}
    return {key for key in unwanted if notes[key].began is None or key in incident.said}


def _lanes(effects: list[Effect]) -> dict[str, Effect]:
    """The head of each lane: one for each conversation, one for each other thing to do."""
    heads: dict[str, Effect] = {}
    for effect in effects:
        lane = f"say:{effect.saying.to}" if isinstance(effect, Say) else effect.key
        heads.setdefault(lane, effect)
    return heads
