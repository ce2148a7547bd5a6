"""The store of one workspace, in parts. Synchronous: a call takes a fraction of a millisecond."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from redis import Redis

from bot.store.base import Connection
from bot.store.confirmation import current_work, noted_work
from bot.store.documents import Documents
from bot.store.heavy import HeavyWork
from bot.store.level import Level
from bot.store.person_limits import PersonLimits
from bot.store.quarantine import Quarantine
from bot.store.queue_stats import Stats
from bot.store.rate_limits import RateLimits
from bot.store.records import Streams
from bot.store.rows import Rows
from bot.store.schedule import Schedule
from bot.store.transfer import Transfer
from bot.streams.kind import Kinds


class Store:
    """Raises `redis.RedisError` when the store is down.

    `streams`: reads and appends events. `rows`: the read model for lists. `schedule`: locks and
    wake-ups. `heavy`: leases for heavy effects. `quarantine`: what failed at every attempt.
    `documents`: names, conversation ids, drafts. `rate_limits`: Slack's rate limits, shared.
    `person_limits`: what one person may ask for in a short time.
    `stats`: queue lengths and metrics. `transfer`: raw access, for export, import and rebuild.
    `level`: which releases may run here, and which do.
    """

    def __init__(
        self, redis: "Redis", team: str, kinds: Kinds, connection: Connection | None = None
    ) -> None:
        self.connection = connection or Connection(redis, team, kinds)
        self.redis = redis
        self.team = team
        self.kinds = kinds
        self.prefix = self.connection.prefix
        self.streams = Streams(self.connection)
        self.rows = Rows(self.connection, self.streams)
        self.schedule = Schedule(self.connection)
        self.heavy = HeavyWork(self.connection)
        self.quarantine = Quarantine(self.connection)
        self.documents = Documents(self.connection)
        self.rate_limits = RateLimits(self.connection)
        self.person_limits = PersonLimits(self.connection)
        self.stats = Stats(self.connection)
        self.transfer = Transfer(self.connection, self.streams)
        self.level = Level(self.connection)

    @contextmanager
    def acknowledging(self, *, always: bool = False) -> Iterator[None]:
        """At the end of the block, someone is told what it wrote to streams: wait until that
        survives a fail-over. `always`: it wrote elsewhere. Raises `Unconfirmed`: then tell them to
        assume that it wasn't done."""
        with noted_work() as work:
            yield
            if always or work.promised:
                self.connection.confirm(work)

    def confirm(self, *, again: bool = True) -> None:
        """In the middle of noted work: wait until what it read and wrote survives a fail-over.
        `again`: even if it was confirmed before. Raises `Unconfirmed`."""
        work = current_work()
        if work is not None and (again or not work.confirmed):
            self.connection.confirm(work)

    def now(self) -> datetime:
        """The store's time, shared by all processes."""
        return self.connection.now()
