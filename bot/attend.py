"""To attend to an incident: let what is due come due, carry out what is still to do, and
record each thing done. Whatever went wrong before, the cure is to attend again.

One attendance at a time for each incident: a lock that outlives every call's time-out and is
looked at before each message, and before any call once it was held on a second ago. Effects run
side by side in *lanes*, one at a time in each: what goes to one conversation goes in order, and
nothing else waits for anything else. How one of them is carried out is in `carry.py`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from operator import attrgetter
from time import monotonic
from uuid import uuid4

import structlog

from bot import metrics
from bot.carry import LOCK_FOR, Carrier, Hold, LockLost
from bot.clock import Clock, seconds_since_boot
from bot.incident import escalation, fatigue, handoffs, leaving, reminders, tasks
from bot.incident.decide import decide
from bot.incident.escalation import Tick
from bot.incident.events import CLOCK, Recorded
from bot.incident.evolve import evolve, replay
from bot.incident.incident import Incident
from bot.incident.says import HERE, sayings, still_true
from bot.incident.todo import Effect, Invite, Say, todo
from bot.slack.admins import Admins
from bot.slack.client import on_the_wire
from bot.slack.perform import Hands
from bot.store import Conflict, Note, Store

ROUNDS = 2000  # far more than any incident needs; one that needs more goes in circles
NEWS_AFTER = 0.5  # seconds: so long may anything keep us from looking at what people did

Running = dict[str, asyncio.Task[Recorded | None]]  # by lane

log = structlog.get_logger()


class GoesInCircles(Exception):
    """What is to do doesn't get less by doing it. A bug; the incident is set aside."""


@dataclass(frozen=True, slots=True)
class View:
    """An incident as it was seen. `notes`: those on calls that are not under way here. `at`: when
    it was seen, in real time, ms; `now`: incident time then; `looked`: by this machine's own
    clock, in seconds."""

    incident: Incident
    notes: Mapping[str, Note]
    at: int
    now: datetime
    looked: float

    def after(self, done: Sequence[Recorded | None]) -> "View | None":
        """As it is after what we did ourselves, without asking for it. None if there may be
        more to it: something was put off, somebody acted meanwhile, or may have by now."""
        if self.notes or None in done or monotonic() > self.looked + NEWS_AFTER:
            return None
        view = self
        for recorded in sorted(filter(None, done), key=attrgetter("seq")):
            if recorded.seq != view.incident.version + 1:
                return None
            now = max(view.now, recorded.at)  # what follows from it at once is due by then
            view = replace(view, incident=evolve(view.incident, recorded), now=now)
        return view


@dataclass(frozen=True, slots=True)
class Attendant:
    store: Store
    clock: Clock
    hands: Hands
    admins: Admins
    on_call: Callable[[datetime], Mapping[str, Sequence[str]]] = field(default=lambda _: {})

    async def attend(self, incident_id: str) -> None:
        """Bring Slack in line with the incident. What can't be done now gets a wake-up."""
        hold = Hold(f"lock:{incident_id}", uuid4().hex, seconds_since_boot())
        held = (hold.lock, hold.token)
        if not await asyncio.to_thread(self.store.take, *held, LOCK_FOR, incident_id):
            return  # whoever holds it looks again before leaving; the wake-up stands
        with structlog.contextvars.bound_contextvars(incident=incident_id):
            running: Running = {}
            try:
                with metrics.attending():
                    await self._until_nothing_is_left(incident_id, hold, running)
            except LockLost:
                log.warning("lock lost")
            except Exception as error:
                await self.admins.hear_of(incident_id, error)
                raise
            finally:
                for task in running.values():
                    task.cancel()
                await asyncio.gather(*running.values(), return_exceptions=True)
                # finishing let go of it already; this is for whoever was stopped before
                await asyncio.to_thread(self.store.release, *held)

    async def _until_nothing_is_left(self, incident_id: str, hold: Hold, running: Running) -> None:
        known: View | None = None
        finish = partial(self.store.finish, lock=hold.lock, token=hold.token)
        for _ in range(ROUNDS):
            if (view := known) is None:
                view = await asyncio.to_thread(self._look, incident_id, running)
            incident, notes, known = view.incident, view.notes, None
            if not incident.version:  # nobody declared it: there is nothing to wake up for
                await asyncio.to_thread(finish, incident_id, 0, None, None)
                return
            if await self._let_come_due(incident, view.now):
                continue
            wanted = todo(incident)
            wanted += _in_doubt(incident, wanted, notes)
            heads = _lanes(wanted)
            waits = {
                lane: notes.get(effect.key, Note()).not_before
                for lane, effect in heads.items()
                if lane not in running
            }
            for lane in [each for each, until in waits.items() if until <= view.at]:
                running[lane] = await self._start(heads[lane], view, hold)
            if running:
                known = view.after(await self._one_ended(running))
                continue
            if stale := _stale(incident, wanted, notes):
                await asyncio.to_thread(self.store.forget_notes, incident_id, stale)
            if await asyncio.to_thread(
                finish,
                incident_id,
                incident.version,
                next_due(incident),
                min(waits.values(), default=None),
                next_page(incident),
            ):
                return
        raise GoesInCircles(incident_id)

    def _look(self, incident_id: str, running: Running) -> View:
        looked, loaded = monotonic(), self.store.load(incident_id)
        incident = replay(incident_id, loaded.history)
        ours = {task.get_name() for task in running.values()}
        notes = {key: note for key, note in loaded.notes.items() if key not in ours}
        return View(incident, notes, loaded.at, self.clock.now(), looked)

    async def _start(
        self, effect: Effect, view: View, hold: Hold
    ) -> asyncio.Task[Recorded | None]:
        """Set it going. The declarer's invitation is on its way before anything else starts."""
        sent = asyncio.Event()
        on_the_wire.set(sent)
        incident, note = view.incident, view.notes.get(effect.key, Note())
        carrier = Carrier(self.store, self.clock, self.hands)
        carrying = carrier.carry(effect, incident, note, hold, view.at)
        task = asyncio.create_task(carrying, name=effect.key)
        if isinstance(effect, Invite) and effect.user == incident.declarer:
            leaving = asyncio.create_task(sent.wait())
            await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
        return task

    @staticmethod
    async def _one_ended(running: Running) -> list[Recorded | None]:
        """What came of it. Or none has for a while: then there may be news, which a slow call
        must not hold up."""
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait(running.values(), timeout=NEWS_AFTER, return_when=first)
        ended = [lane for lane, task in running.items() if task.done()]
        return [running.pop(lane).result() for lane in ended]

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


def next_due(incident: Incident) -> datetime | None:
    """When the incident's own time has something due next."""
    own = (reminders, tasks, handoffs, fatigue, leaving)
    times = (next_page(incident), *(each.next_due(incident) for each in own))
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
