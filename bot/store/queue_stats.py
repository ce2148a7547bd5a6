"""Queue lengths, and the metrics that processes share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from redis import ResponseError

from bot.store.base import Part, text
from bot.store.scripts import HEAVY

SETS = ("pages", "due", "again", HEAVY)
QUEUES = ("timers", "bulk")
SHARED_FOR = timedelta(seconds=30)  # a process that hasn't reported for this long is gone


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """`waiting`: the number of entries; `overdue`: how many of them are overdue; `seconds`: how
    long the oldest one has been."""

    waiting: int
    overdue: int
    seconds: float


@dataclass(frozen=True, slots=True)
class QueueStats:
    open: int
    quarantined: int
    schedules: Mapping[str, QueueDepth] = field(default_factory=dict)
    queues: Mapping[str, QueueDepth] = field(default_factory=dict)


class Stats(Part):
    """Statistics for monitoring, computed from counts and first elements; reads no streams."""

    def queue_stats(self, incident_now: datetime) -> QueueStats:
        real = self.now()
        times = {"pages": incident_now, "due": incident_now, "again": real, HEAVY: real}
        with self.redis.pipeline(transaction=False) as pipe:
            pipe.scard(f"{self.prefix}open")
            pipe.hlen(f"{self.prefix}aside")
            for name in SETS:
                pipe.zcard(f"{self.prefix}{name}")
                pipe.zcount(f"{self.prefix}{name}", "-inf", times[name].timestamp() * 1000)
                pipe.zrange(f"{self.prefix}{name}", 0, 0, withscores=True)
            open_, quarantined, *rest = pipe.execute()
        schedules, batched = {}, zip(rest[::3], rest[1::3], rest[2::3], strict=True)
        for name, (waiting, overdue, first) in zip(SETS, batched, strict=True):
            late = times[name].timestamp() - first[0][1] / 1000 if first else 0.0
            schedules[name] = QueueDepth(waiting, overdue, max(0.0, late))
        return QueueStats(
            open_, quarantined, schedules, {name: self._queue(name, real) for name in QUEUES}
        )

    def share(self, process: str, numbers: str) -> None:
        """Store this process's metrics, for the process that Prometheus scrapes."""
        now = self.now()
        with self.redis.pipeline() as pipe:
            pipe.set(f"{self.prefix}metrics:{process}", numbers, ex=SHARED_FOR)
            pipe.zadd(f"{self.prefix}processes", {process: now.timestamp()})
            pipe.zremrangebyscore(
                f"{self.prefix}processes", "-inf", (now - SHARED_FOR).timestamp()
            )
            pipe.execute()

    def shared(self) -> dict[str, str]:
        """The metrics of the running processes, by process."""
        listed = cast(list[bytes], self.redis.zrange(f"{self.prefix}processes", 0, -1))
        processes = sorted(each.decode() for each in listed)
        keys = [f"{self.prefix}metrics:{each}" for each in processes]
        found = cast(list[bytes | None], self.redis.mget(keys) if keys else [])
        return {
            process: kept.decode()
            for process, kept in zip(processes, found, strict=True)
            if kept is not None
        }

    def _queue(self, name: str, now: datetime) -> QueueDepth:
        """The depth of an RQ queue: a list of job ids, and a hash per job
        (https://python-rq.org/docs/jobs/)."""
        key = f"rq:queue:muster-{self._connection.team}-{name}"
        waiting, first = self.redis.llen(key), cast(bytes | None, self.redis.lindex(key, 0))
        try:
            since = text(self.redis.hget(b"rq:job:" + first, "enqueued_at")) if first else None
            at = datetime.fromisoformat(since) if since else now
        except (ResponseError, ValueError):  # the entry may be anything
            at = now
        return QueueDepth(waiting, waiting, max(0.0, (now - at).total_seconds()))
