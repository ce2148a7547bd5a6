"""Reconciles a stream: fire due timers, execute pending effects, and record each outcome. After
any failure the remedy is to reconcile again.

One process at a time reconciles a stream: it holds a lock that outlives every call's timeout. The
lock is checked before each message, and before any call once its last renewal is more than a
second ago. Effects run concurrently in *lanes*, one at a time in each: messages to one
conversation keep their order, and nothing else waits. `execute.py` executes a single effect.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial, reduce
from operator import attrgetter
from time import monotonic
from typing import Any
from uuid import uuid4

import structlog
from redis import RedisError
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import TimeoutError as StoreTimeoutError

from bot import metrics
from bot.clock import Clock, seconds_since_boot
from bot.execute import LOCK_FOR, Executor, Hold, LockLost
from bot.ports import Ports, on_the_wire
from bot.slack.admins import Admins
from bot.store import Conflict, PendingCall, Store
from bot.store.confirmation import Unconfirmed, noted_work
from bot.streams.actor import CLOCK, ByClock
from bot.streams.delivery import Told
from bot.streams.effect import Effect
from bot.streams.ids import StreamId
from bot.streams.kind import AnyKind, Context, OnCall, Priority, State
from bot.streams.record import Recorded, record
from bot.streams.tell import Outcome

MAX_ROUNDS = 2000  # far more than any stream needs; more means an endless loop
MAX_HOPS = 8  # streams in one chain of commands; the next one waits for its wake-up
REFRESH_AFTER = 0.5  # seconds after which the stream is read again for what people did meanwhile

LET_GO_EVERY = 0.5  # seconds
# Errors after which the work goes on at once, on the server that is the master then.
STORE_MOVED = (Unconfirmed, StoreConnectionError, StoreTimeoutError)

Running = dict[str, asyncio.Task[Recorded[Any] | None]]  # by lane

log = structlog.get_logger()


class DoesNotConverge(Exception):
    """Executing the pending effects doesn't reduce them. A bug; the stream is quarantined."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stream as it was read. `pending`: the pending calls, except those running here. `at`: when
    it was read, in real time, ms; `now`: incident time then; `seen`: monotonic time then, in
    seconds."""

    kind: AnyKind
    state: State
    pending: Mapping[str, PendingCall]
    at: int
    now: datetime
    seen: float

    @property
    def version(self) -> int:
        return self.state.version

    def after(self, done: Sequence[Recorded[Any] | None]) -> "Snapshot | None":
        """The snapshot after our own effects, without reading the stream again. None if it has to
        be read: an effect was postponed, somebody acted, or the snapshot is too old."""
        if self.pending or None in done or monotonic() > self.seen + REFRESH_AFTER:
            return None
        snapshot = self
        for recorded in sorted(filter(None, done), key=attrgetter("seq")):
            if recorded.seq != snapshot.version + 1:
                return None
            now = max(snapshot.now, recorded.at)  # what follows immediately is due by then
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
        """Reconcile the stream, then, concurrently, the streams it sent commands to. What can't be
        done now gets a wake-up. `hops`: the streams before it in a chain of commands."""
        told = await self._reconcile_one(stream_id) - {stream_id}
        if told and hops < MAX_HOPS:
            # an exception in one of them has been reported, and its wake-up stays
            await asyncio.gather(
                *(self._reconcile_told(target, hops + 1) for target in told),
                return_exceptions=True,
            )

    async def _reconcile_told(self, stream_id: StreamId, hops: int) -> None:
        """Reconcile a target, unless it is quarantined: then its command waits until a person
        releases it."""
        if await asyncio.to_thread(self.store.quarantine.quarantined, stream_id) is None:
            await self.reconcile(stream_id, hops=hops)

    async def _reconcile_one(self, stream_id: StreamId) -> set[StreamId]:
        """Reconcile one stream; returns the streams it sent commands to."""
        told: set[StreamId] = set()
        hold = Hold(f"lock:{stream_id}", uuid4().hex, seconds_since_boot())
        held = (hold.lock, hold.token)
        if not await self._take_lock(hold, stream_id):
            return told  # the holder checks again before it releases the lock; the wake-up stays
        with structlog.contextvars.bound_contextvars(stream=stream_id):
            running: Running = {}
            release = partial(self.store.schedule.release_lock, *held)
            try:
                with metrics.attending(), noted_work():
                    await self._until_converged(stream_id, hold, running, told)
            except LockLost:
                log.warning("lock lost")
            except Exception as error:
                if isinstance(error, STORE_MOVED):
                    release = partial(self.store.schedule.let_go, *held, stream_id)
                await self.admins.report(stream_id, error)
                raise
            finally:
                for task in running.values():
                    task.cancel()
                await asyncio.gather(*running.values(), return_exceptions=True)
                # already released by `finish`, unless this process was stopped before that
                try:
                    await asyncio.to_thread(release)
                except RedisError:
                    _in_background(self._let_go(hold, stream_id))
                    raise
        return told

    async def _take_lock(self, hold: Hold, stream_id: StreamId) -> bool:
        """Whether we have the lock now. If that isn't known, it is released later."""
        take = partial(self.store.schedule.take_lock, hold.lock, hold.token, LOCK_FOR, stream_id)
        try:
            return await asyncio.to_thread(take)
        except RedisError:
            _in_background(self._let_go(hold, stream_id))
            raise

    async def _let_go(self, hold: Hold, stream_id: StreamId) -> None:
        """Release the lock as soon as the store is back: after a fail-over, the next one to
        reconcile would wait for its end."""
        until = hold.since + LOCK_FOR.total_seconds()
        while seconds_since_boot() < until:
            await asyncio.sleep(LET_GO_EVERY)
            with suppress(RedisError):
                let_go = self.store.schedule.let_go
                await asyncio.to_thread(let_go, hold.lock, hold.token, stream_id)
                return

    async def _until_converged(
        self, stream_id: StreamId, hold: Hold, running: Running, told: set[StreamId]
    ) -> None:
        """Work until nothing is left to do for now. Adds the streams it sends commands to to
        `told`."""
        known: Snapshot | None = None
        finish = partial(self.store.schedule.finish, stream_id, lock=hold.lock, token=hold.token)
        for _ in range(MAX_ROUNDS):
            snapshot = known or await asyncio.to_thread(self._load, stream_id, running)
            if snapshot is None:  # the stream doesn't exist: drop its wake-ups
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
            for lane in [free for free, until in waits.items() if until <= snapshot.at]:
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
        """Read the stream; None if it doesn't exist. Raises `Unreadable`."""
        seen, loaded = monotonic(), self.store.streams.current(stream_id)
        if loaded.state is None:
            return None
        ours = {task.get_name() for task in running.values()}
        pending = {key: call for key, call in loaded.pending.items() if key not in ours}
        kind = self.store.kinds.of(stream_id)
        return Snapshot(kind, loaded.state, pending, loaded.at, self.clock.now(), seen)

    async def _start(
        self, effect: Effect, stream_id: StreamId, snapshot: Snapshot, hold: Hold, *, wanted: bool
    ) -> asyncio.Task[Recorded[Any] | None]:
        """Start executing an effect. Waits until one with `starts_first` has been sent."""
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
        """The outcomes of the effects that finish next; empty after `REFRESH_AFTER`, so that a
        slow call doesn't delay what people did meanwhile."""
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait(running.values(), timeout=REFRESH_AFTER, return_when=first)
        ended = [lane for lane, task in running.items() if task.done()]
        return [running.pop(lane).result() for lane in ended]

    async def _fire_due(self, stream_id: StreamId, snapshot: Snapshot) -> bool:
        """Record the events of due timers; returns whether there were any."""
        first = snapshot.kind.next_due(snapshot.state)
        if first is None or first > snapshot.now:
            return False
        context = Context(snapshot.now, ByClock(), self.on_call(snapshot.now))
        due = snapshot.kind.fire_due(snapshot.state, context)
        events = await asyncio.to_thread(self.store.level.allowed, snapshot.kind, due)
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


_background: set[asyncio.Task[None]] = set()


def _in_background(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)


def _targets(done: Sequence[Recorded[Any] | None]) -> set[StreamId]:
    """The streams that were changed by a command."""
    receipts = (one.event for one in done if one and isinstance(one.event, Told))
    return {receipt.target for receipt in receipts if receipt.outcome == Outcome.DONE}


def _stale(
    kind: AnyKind, state: State, wanted: Sequence[Effect], pending: Mapping[str, PendingCall]
) -> set[str]:
    """The keys of pending calls that are neither wanted nor in doubt any more."""
    said = state.deliveries.said
    unwanted = pending.keys() - {effect.key for effect in wanted}
    return {key for key in unwanted if pending[key].began is None or key in said}


def _in_doubt(
    kind: AnyKind, state: State, wanted: Sequence[Effect], pending: Mapping[str, PendingCall]
) -> list[Effect]:
    """Effects that began and aren't wanted any more; their outcome is still to be determined."""
    begun = {key for key, call in pending.items() if call.began is not None}
    begun -= {effect.key for effect in wanted}
    return list(kind.begun(state, begun)) if begun else []


def _lanes(effects: Sequence[Effect]) -> dict[str, Effect]:
    """The first effect of each lane."""
    heads: dict[str, Effect] = {}
    for effect in effects:
        if not effect.heavy:
            heads.setdefault(effect.lane, effect)
    return heads
