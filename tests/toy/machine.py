"""A store, ports and a reconciler that know toys and dolls besides incidents."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from redis import Redis

from bot.kinds import KINDS
from bot.ports import Port, Ports
from bot.reconcile import Reconciler
from bot.slack.admins import Admins
from bot.slack.client import Slack
from bot.slack.rate_limits import RateLimited
from bot.store import Creation, Span, Store
from bot.streams.actor import CLOCK, parse_actor
from bot.streams.ids import StreamId
from bot.streams.kind import Context
from bot.tells import StreamsPort
from bot.wiring.connection import open_store
from tests.toy.kinds import TOY, Engrave, Wind, with_toys
from tests.toy.port import Engraver, ToyPort, World
from workers.heavy import Handler, HeavyWorker

TEAM = "T1"
ANA = "U0ANA"
NOBODY = "http://127.0.0.1:9/api/"  # nothing listens there


@dataclass
class ManualClock:
    """A clock that moves only on request."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


@dataclass
class Machine:
    redis: Redis
    slack: str = NOBODY
    world: World = field(default_factory=World)
    ports: Callable[[Slack], Sequence[Port]] | None = None  # gets the process's Slack client

    def __post_init__(self) -> None:
        self.store: Store = open_store(self.redis, TEAM, with_toys(KINDS))
        self.clock = ManualClock(self.store.now())

    def winds(self, command: Wind, toy: StreamId | None = None, by: str = CLOCK) -> StreamId:
        """Wind a toy, or a new one, without executing effects."""
        now, streams = self.clock.now(), self.store.streams
        state = streams.state(toy) if toy else TOY.new("")
        events = TOY.decide(state, command, Context(now, parse_actor(by)))
        if toy is None:
            created = streams.create(Creation("TOY", events[0], now, by, uuid4().hex))
            assert isinstance(created, Span)
            return created.stream_id
        streams.append(toy, events, at=now, by=by, after=state.version)
        return toy

    def reconciles(self, *ids: StreamId) -> None:
        """Reconcile like a process, in its own event loop. Raises its exceptions."""
        asyncio.run(self._reconciles(ids))

    async def _reconciles(self, ids: Iterable[StreamId]) -> None:
        async with self.reconciler() as reconciler:
            for stream_id in ids:
                await reconciler.reconcile(stream_id)

    @asynccontextmanager
    async def reconciler(self) -> AsyncIterator[Reconciler]:
        slack = Slack("xoxb-1", self.slack)
        try:
            admins = Admins(RateLimited(slack, self.store), self.store)
            yield Reconciler(self.store, self.clock, Ports(self.own_ports(slack)), admins)
        finally:
            await slack.close()

    def works(self, *ids: StreamId, engraver: Handler | None = None) -> None:
        """As a worker does heavy work, in an event loop of its own."""
        asyncio.run(self._works(ids, engraver))

    async def _works(self, ids: Iterable[StreamId], engraver: Handler | None) -> None:
        async with self.heavy_worker(engraver) as worker:
            for stream_id in ids:
                await worker.work(stream_id)

    @asynccontextmanager
    async def heavy_worker(
        self, engraver: Handler | None = None, **how: Any
    ) -> AsyncIterator[HeavyWorker]:
        """`how`: its `lease_for`, its `longest`."""
        handlers: dict[type, Handler] = {Engrave: engraver or Engraver(self.world)}
        async with self.reconciler() as reconciler:
            yield HeavyWorker(self.store, self.clock, reconciler, handlers, **how)

    def own_ports(self, slack: Slack) -> Sequence[Port]:
        if self.ports:
            return self.ports(slack)
        return (ToyPort(self.world), StreamsPort(self.store))

    def later(self, stream_id: StreamId, seconds: float = 10) -> None:
        """Simulate that this much time has passed: postponed effects may be tried, calls in doubt
        have ended, locks of dead processes have expired, and rate limits are free. Real time
        doesn't pass."""
        self.redis.delete(f"{self.store.prefix}lock:{stream_id}")
        self.redis.delete("-", *self.redis.scan_iter("*:turns:*"))
        notes = f"{self.store.prefix}notes:{stream_id}"
        kept: dict[bytes, bytes] = self.redis.hgetall(notes)  # type: ignore[assignment]
        for key, written in kept.items():
            note = json.loads(written)
            note["not_before"] = 0
            if note["began"] is not None:
                note["began"] -= int(seconds * 1000)
            self.redis.hset(notes, key.decode(), json.dumps(note))

    def settles(self, stream_id: StreamId, tries: int = 6) -> None:
        """Reconcile it as often as needed, each time a while later."""
        for _ in range(tries):
            self.later(stream_id)
            self.reconciles(stream_id)
            if not self.store.streams.load(stream_id).pending:
                return
        raise AssertionError(f"{stream_id} doesn't come to rest")

    def events(self, stream_id: StreamId) -> list[Any]:
        return [each.event for each in self.store.streams.read(stream_id)]

    def state(self, stream_id: StreamId) -> Any:
        return self.store.streams.state(stream_id)

    def wakes_at(self, wake_ups: str, stream_id: StreamId) -> float | None:
        """When its wake-up is, in ms."""
        return self.redis.zscore(f"{self.store.prefix}{wake_ups}", stream_id)
