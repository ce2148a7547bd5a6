"""To attend to a stream: let what is due come due, carry out what is still to do, and record each
thing done. Whatever went wrong before, the cure is to attend again.

One attendance at a time for each stream: a lock that outlives every call's time-out and is
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
from typing import Any
from uuid import uuid4

import structlog

from bot import metrics
from bot.carry import LOCK_FOR, Carrier, Hold, LockLost
from bot.clock import Clock, seconds_since_boot
from bot.ports import Ports, on_the_wire
from bot.slack.admins import Admins
from bot.store import Conflict, Note, Store
from bot.streams.actor import CLOCK, ByClock
from bot.streams.effect import Effect
from bot.streams.ids import StreamId
from bot.streams.kind import AnyKind, Context, Priority, Roster
from bot.streams.record import Recorded

ROUNDS = 2000  # far more than any stream needs; one that needs more goes in circles
NEWS_AFTER = 0.5  # seconds: so long may anything keep us from looking at what people did

Running = dict[str, asyncio.Task[Recorded[Any] | None]]  # by lane

log = structlog.get_logger()


class GoesInCircles(Exception):
    """What is to do doesn't get less by doing it. A bug; the stream is set aside."""


@dataclass(frozen=True, slots=True)
class View:
    """A stream as it was seen. `notes`: those on calls that are not under way here. `at`: when
    it was seen, in real time, ms; `now`: incident time then; `looked`: by this machine's own
    clock, in seconds."""

    kind: AnyKind
    state: Any
    notes: Mapping[str, Note]
    at: int
    now: datetime
    looked: float

    @property
    def version(self) -> int:
        return self.kind.version(self.state)

    def after(self, done: Sequence[Recorded[Any] | None]) -> "View | None":
        """As it is after what we did ourselves, without asking for it. None if there may be
        more to it: something was put off, somebody acted meanwhile, or may have by now."""
        if self.notes or None in done or monotonic() > self.looked + NEWS_AFTER:
            return None
        view = self
        for recorded in sorted(filter(None, done), key=attrgetter("seq")):
            if recorded.seq != view.version + 1:
                return None
            now = max(view.now, recorded.at)  # what follows from it at once is due by then
            view = replace(view, state=self.kind.evolve(view.state, recorded), now=now)
        return view


@dataclass(frozen=True, slots=True)
class Attendant:
    store: Store
    clock: Clock
    ports: Ports
    admins: Admins
    on_call: Callable[[datetime], Roster] = field(default=lambda _: {})

    async def attend(self, stream_id: StreamId) -> None:
        """Bring the outside in line with the stream. What can't be done now gets a wake-up."""
        hold = Hold(f"lock:{stream_id}", uuid4().hex, seconds_since_boot())
        held = (hold.lock, hold.token)
        if not await asyncio.to_thread(self.store.take, *held, LOCK_FOR, stream_id):
            return  # whoever holds it looks again before leaving; the wake-up stands
        with structlog.contextvars.bound_contextvars(stream=stream_id):
            running: Running = {}
            try:
                with metrics.attending():
                    await self._until_nothing_is_left(stream_id, hold, running)
            except LockLost:
                log.warning("lock lost")
            except Exception as error:
                await self.admins.hear_of(stream_id, error)
                raise
            finally:
                for task in running.values():
                    task.cancel()
                await asyncio.gather(*running.values(), return_exceptions=True)
                # finishing let go of it already; this is for whoever was stopped before
                await asyncio.to_thread(self.store.release, *held)

    async def _until_nothing_is_left(
        self, stream_id: StreamId, hold: Hold, running: Running
    ) -> None:
        known: View | None = None
        finish = partial(self.store.finish, stream_id, lock=hold.lock, token=hold.token)
        for _ in range(ROUNDS):
            if (view := known) is None:
                view = await asyncio.to_thread(self._look, stream_id, running)
            kind, state, notes, known = view.kind, view.state, view.notes, None
            if not view.version:  # nobody began it: there is nothing to wake up for
                await asyncio.to_thread(finish, 0, None, None)
                return
            if await self._let_come_due(stream_id, view):
                continue
            wanted = kind.effects(state)
            doubtful = _in_doubt(kind, state, wanted, notes)
            heads = _lanes([*wanted, *doubtful])
            waits = {
                lane: notes.get(effect.key, Note()).not_before
                for lane, effect in heads.items()
                if lane not in running
            }
            for lane in [each for each, until in waits.items() if until <= view.at]:
                effect = heads[lane]
                running[lane] = await self._start(
                    effect, stream_id, view, hold, wanted=effect not in doubtful
                )
            if running:
                known = view.after(await self._one_ended(running))
                continue
            if stale := _stale(kind, state, [*wanted, *doubtful], notes):
                await asyncio.to_thread(self.store.forget_notes, stream_id, stale)
            if await asyncio.to_thread(
                finish,
                view.version,
                kind.next_due(state),
                min(waits.values(), default=None),
                kind.next_due(state, Priority.PAGES),
            ):
                return
        raise GoesInCircles(stream_id)

    def _look(self, stream_id: StreamId, running: Running) -> View:
        looked, loaded = monotonic(), self.store.load(stream_id)
        state = self.store.added_up(stream_id, loaded.history)
        ours = {task.get_name() for task in running.values()}
        notes = {key: note for key, note in loaded.notes.items() if key not in ours}
        kind = self.store.kinds.of(stream_id)
        return View(kind, state, notes, loaded.at, self.clock.now(), looked)

    async def _start(
        self, effect: Effect, stream_id: StreamId, view: View, hold: Hold, *, wanted: bool
    ) -> asyncio.Task[Recorded[Any] | None]:
        """Set it going. One that starts first is on its way before anything else starts."""
        sent = asyncio.Event()
        on_the_wire.set(sent)
        note = view.notes.get(effect.key, Note())
        carrier = Carrier(self.store, self.clock, self.ports)
        carrying = carrier.carry(effect, stream_id, view.state, note, hold, view.at, wanted=wanted)
        task = asyncio.create_task(carrying, name=effect.key)
        if effect.starts_first:
            leaving = asyncio.create_task(sent.wait())
            await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
        return task

    @staticmethod
    async def _one_ended(running: Running) -> list[Recorded[Any] | None]:
        """What came of it. Or none has for a while: then there may be news, which a slow call
        must not hold up."""
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait(running.values(), timeout=NEWS_AFTER, return_when=first)
        ended = [lane for lane, task in running.items() if task.done()]
        return [running.pop(lane).result() for lane in ended]

    async def _let_come_due(self, stream_id: StreamId, view: View) -> bool:
        """Write down what the time has come for; whether there was any."""
        context = Context(view.now, ByClock(), self.on_call(view.now))
        events = view.kind.fire_due(view.state, context)
        if not events:
            return False
        log.info("due", events=[type(each).__name__ for each in events])
        try:
            await asyncio.to_thread(
                lambda: self.store.append(
                    stream_id, events, at=view.now, by=CLOCK, after=view.version
                )
            )
        except Conflict:
            log.debug("somebody acted meanwhile; looking again")
        else:
            metrics.came_due(events, view.now)
        return True


def _stale(
    kind: AnyKind, state: Any, wanted: Sequence[Effect], notes: Mapping[str, Note]
) -> set[str]:
    """Notes on what is not wanted any more, and is not in doubt either."""
    said = kind.deliveries(state).said
    unwanted = notes.keys() - {each.key for each in wanted}
    return {key for key in unwanted if notes[key].began is None or key in said}


def _in_doubt(
    kind: AnyKind, state: Any, wanted: Sequence[Effect], notes: Mapping[str, Note]
) -> list[Effect]:
    """What was begun and isn't wanted any more: whether it was done is still to be found out."""
    begun = {key for key, note in notes.items() if note.began is not None}
    begun -= {each.key for each in wanted}
    return list(kind.begun(state, begun)) if begun else []


def _lanes(effects: Sequence[Effect]) -> dict[str, Effect]:
    """The head of each lane."""
    heads: dict[str, Effect] = {}
    for effect in effects:
        if not effect.heavy:
            heads.setdefault(effect.lane, effect)
    return heads
