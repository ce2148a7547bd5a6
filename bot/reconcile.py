"""Reconciles a stream: fire what is due, execute pending effects, and record each outcome. After
any failure the remedy is to reconcile again.

One process at a time reconciles a stream: it holds a lock that outlives every call's timeout. The
lock is checked before each message, and before any call once its last renewal is more than a
second ago. Effects run concurrently in *lanes*, one at a time in each: what goes to one
conversation goes in order, and nothing else waits for anything else. How one of them is executed
is in `execute.py`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial, reduce
from operator import attrgetter
from time import monotonic
from typing import Any
from uuid import uuid4

import structlog

from bot import metrics
from bot.clock import Clock, seconds_since_boot
from bot.execute import LOCK_FOR, Executor, Hold, LockLost
from bot.ports import Ports, on_the_wire
from bot.slack.admins import Admins
from bot.store import Conflict, PendingCall, Store
from bot.streams.actor import CLOCK, ByClock
from bot.streams.delivery import Told
from bot.streams.effect import Effect
from bot.streams.ids import StreamId
from bot.streams.kind import AnyKind, Context, OnCall, Priority
from bot.streams.record import Recorded, record
from bot.streams.tell import Outcome

MAX_ROUNDS = 2000  # far more than any stream needs; one that needs more goes in circles
MAX_HOPS = 8  # streams that tell one another in one go; what comes after waits for its wake-up
REFRESH_AFTER = 0.5  # seconds: so long may anything keep us from looking at what people did

Running = dict[str, asyncio.Task[Recorded[Any] | None]]  # by lane

log = structlog.get_logger()


class DoesNotConverge(Exception):
    """The pending effects don't get fewer by executing them. A bug; the stream is quarantined."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stream as it was seen. `notes`: those on calls that are not under way here. `at`: when
    it was seen, in real time, ms; `now`: incident time then; `looked`: by this machine's own
    clock, in seconds."""

    kind: AnyKind
    state: Any
    pending: Mapping[str, PendingCall]
    at: int
    now: datetime
    seen: float

    @property
    def version(self) -> int:
        return self.kind.version(self.state)

    def after(self, done: Sequence[Recorded[Any] | None]) -> "Snapshot | None":
        """As it is after what we did ourselves, without asking for it. None if there may be
        more to it: something was put off, somebody acted meanwhile, or may have by now."""
        if self.pending or None in done or monotonic() > self.seen + REFRESH_AFTER:
            return None
        snapshot = self
        for recorded in sorted(filter(None, done), key=attrgetter("seq")):
            if recorded.seq != snapshot.version + 1:
                return None
            now = max(snapshot.now, recorded.at)  # what follows from it at once is due by then
            snapshot = replace(snapshot, state=self.kind.evolve(snapshot.state, recorded), now=now)
        return snapshot


@dataclass(frozen=True, slots=True)
class Reconciler:
    store: Store
    clock: Clock
    ports: Ports
    admins: Admins
    on_call: Callable[[datetime], OnCall] = field(default=lambda _: {})

    async def reconcile(self, stream_id: StreamId, *, hops: int = 0) -> None:
        """Bring the outside in line with the stream, then the streams that it told something,
        side by side. What can't be done now gets a wake-up. `hops`: streams before it that told
        one another."""
        told = await self._reconcile_one(stream_id) - {stream_id}
        if told and hops < MAX_HOPS:
            # what one of them raises was reported and put off; its wake-up stands
            await asyncio.gather(
                *(self._reconcile_told(each, hops + 1) for each in told), return_exceptions=True
            )

    async def _reconcile_told(self, stream_id: StreamId, hops: int) -> None:
        """Unless it is quarantined: what a machine told it waits until a person brings it back."""
        if await asyncio.to_thread(self.store.quarantine.quarantined, stream_id) is None:
            await self.reconcile(stream_id, hops=hops)

    async def _reconcile_one(self, stream_id: StreamId) -> set[StreamId]:
        """Which streams were told something."""
        told: set[StreamId] = set()
        hold = Hold(f"lock:{stream_id}", uuid4().hex, seconds_since_boot())
        held = (hold.lock, hold.token)
        if not await asyncio.to_thread(self.store.schedule.take_lock, *held, LOCK_FOR, stream_id):
            return told  # the holder looks again before leaving; the wake-up stays
        with structlog.contextvars.bound_contextvars(stream=stream_id):
            running: Running = {}
            try:
                with metrics.attending():
                    await self._until_converged(stream_id, hold, running, told)
            except LockLost:
                log.warning("lock lost")
            except Exception as error:
                await self.admins.report(stream_id, error)
                raise
            finally:
                for task in running.values():
                    task.cancel()
                await asyncio.gather(*running.values(), return_exceptions=True)
                # finishing released it already; this is for a process that was stopped before
                await asyncio.to_thread(self.store.schedule.release_lock, *held)
        return told

    async def _until_converged(
        self, stream_id: StreamId, hold: Hold, running: Running, told: set[StreamId]
    ) -> None:
        """The streams that it tells something are added to `told`."""
        known: Snapshot | None = None
        finish = partial(self.store.schedule.finish, stream_id, lock=hold.lock, token=hold.token)
        for _ in range(MAX_ROUNDS):
            snapshot = known or await asyncio.to_thread(self._load, stream_id, running)
            if snapshot is None:  # it was never begun: there is nothing to wake up for
                await asyncio.to_thread(finish, 0, None, None)
                return
            kind, state, pending, known = snapshot.kind, snapshot.state, snapshot.pending, None
            if await self._fire_due(stream_id, snapshot):
                continue
            wanted = kind.effects(state)
            doubtful = _in_doubt(kind, state, wanted, pending)
            heads = _lanes([*wanted, *doubtful])
            waits = {
                lane: pending.get(effect.key, PendingCall()).not_before
                for lane, effect in heads.items()
                if lane not in running
            }
            for lane in [each for each, until in waits.items() if until <= snapshot.at]:
                effect = heads[lane]
                running[lane] = await self._start(
                    effect, stream_id, snapshot, hold, wanted=effect not in doubtful
                )
            if running:
                done = await self._next_finished(running)
                told |= _targets(done)
                known = snapshot.after(done)
                continue
            if stale := _stale(kind, state, [*wanted, *doubtful], pending):
                await asyncio.to_thread(self.store.schedule.drop_pending, stream_id, stale)
            if await asyncio.to_thread(
                finish,
                snapshot.version,
                kind.next_due(state),
                min(waits.values(), default=None),
                kind.next_due(state, Priority.PAGES),
                state=state,
                heavy=[each.key for each in wanted if each.heavy],
            ):
                return
        raise DoesNotConverge(stream_id)

    def _load(self, stream_id: StreamId, running: Running) -> Snapshot | None:
        """The stream as it is; None if it was never begun. `Unreadable`."""
        seen, loaded = monotonic(), self.store.streams.load(stream_id)
        if not loaded.history:
            return None
        state = self.store.streams.added_up(stream_id, loaded.history)
        ours = {task.get_name() for task in running.values()}
        pending = {key: call for key, call in loaded.pending.items() if key not in ours}
        kind = self.store.kinds.of(stream_id)
        return Snapshot(kind, state, pending, loaded.at, self.clock.now(), seen)

    async def _start(
        self, effect: Effect, stream_id: StreamId, snapshot: Snapshot, hold: Hold, *, wanted: bool
    ) -> asyncio.Task[Recorded[Any] | None]:
        """Set it going. One that starts first is on its way before anything else starts."""
        sent = asyncio.Event()
        on_the_wire.set(sent)
        pending = snapshot.pending.get(effect.key, PendingCall())
        executor = Executor(self.store, self.clock, self.ports)
        carrying = executor.execute(
            effect, stream_id, snapshot.state, pending, hold, snapshot.at, wanted=wanted
        )
        task = asyncio.create_task(carrying, name=effect.key)
        if effect.starts_first:
            leaving = asyncio.create_task(sent.wait())
            await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
        return task

    @staticmethod
    async def _next_finished(running: Running) -> list[Recorded[Any] | None]:
        """What came of it. Or none has for a while: then there may be news, which a slow call
        must not hold up."""
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait(running.values(), timeout=REFRESH_AFTER, return_when=first)
        ended = [lane for lane, task in running.items() if task.done()]
        return [running.pop(lane).result() for lane in ended]

    async def _fire_due(self, stream_id: StreamId, snapshot: Snapshot) -> bool:
        """Write down what the time has come for; whether there was any."""
        context = Context(snapshot.now, ByClock(), self.on_call(snapshot.now))
        events = snapshot.kind.fire_due(snapshot.state, context)
        if not events:
            return False
        log.info("due", events=[snapshot.kind.stored_name(each) for each in events])
        happened = record(events, snapshot.now, CLOCK, after=snapshot.version)
        try:
            await asyncio.to_thread(
                lambda: self.store.streams.append(
                    stream_id,
                    events,
                    at=snapshot.now,
                    by=CLOCK,
                    after=snapshot.version,
                    state=reduce(snapshot.kind.evolve, happened, snapshot.state),
                )
            )
        except Conflict:
            log.debug("stream changed meanwhile; reading it again")
        else:
            metrics.came_due(events, snapshot.now)
        return True


def _targets(done: Sequence[Recorded[Any] | None]) -> set[StreamId]:
    """The streams that were told what was news to them."""
    receipts = (each.event for each in done if each and isinstance(each.event, Told))
    return {each.target for each in receipts if each.outcome == Outcome.DONE}


def _stale(
    kind: AnyKind, state: Any, wanted: Sequence[Effect], pending: Mapping[str, PendingCall]
) -> set[str]:
    """Notes on what is not wanted any more, and is not in doubt either."""
    said = kind.deliveries(state).said
    unwanted = pending.keys() - {each.key for each in wanted}
    return {key for key in unwanted if pending[key].began is None or key in said}


def _in_doubt(
    kind: AnyKind, state: Any, wanted: Sequence[Effect], pending: Mapping[str, PendingCall]
) -> list[Effect]:
    """What was begun and isn't wanted any more: whether it was done is still to be found out."""
    begun = {key for key, call in pending.items() if call.began is not None}
    begun -= {each.key for each in wanted}
    return list(kind.begun(state, begun)) if begun else []


def _lanes(effects: Sequence[Effect]) -> dict[str, Effect]:
    """The head of each lane."""
    heads: dict[str, Effect] = {}
    for effect in effects:
        if not effect.heavy:
            heads.setdefault(effect.lane, effect)
    return heads
