"""The clock: enqueues what is due. Any number of clocks may run; claims are atomic."""

from datetime import datetime, timedelta
from threading import Event

import structlog
from redis import RedisError
from rq import Queue

from bot.clock import Clock, seconds_since_boot
from bot.metrics_export import keep_sharing
from bot.pulse import beat
from bot.settings import Settings
from bot.store import Store
from bot.supervise import stop_on_signal
from bot.wiring.connection import (
    admit,
    connect,
    incident_clock,
    known_team,
    open_store,
    outages,
)
from workers.queues import HEAVY_JOB, named

LEASE = timedelta(seconds=10)  # work that isn't finished by then is claimed again
TOGETHER = 20  # incidents that one job reconciles concurrently
WAITING = 10  # jobs in the queue above which only pages are enqueued
LONGEST_NAP = 1.0  # seconds
REHEARSAL_NAP = 0.1  # seconds, because the clock may be moved at any moment
BUSY_NAP = 0.02  # seconds, while the workers are busy
RISE_EVERY = 60.0  # seconds between attempts to raise the store's level
COARSE = 0.12  # seconds by which the store may end a blocking read late

log = structlog.get_logger()


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    stopping = stop_on_signal()
    redis = connect(settings, patient=True)
    team = known_team(settings, redis, stopping)
    if team is None:
        return
    store = open_store(redis, team)
    _admitted(store, stopping)
    clock = incident_clock(settings, store)
    timers, bulk = (named(settings, each, team) for each in ("timers", "bulk"))
    most = REHEARSAL_NAP if settings.muster_clock_url else LONGEST_NAP
    keep_sharing(open_store(connect(settings), team), "clock")
    log.info("clock ready")
    rise_at, seen = seconds_since_boot(), outages(redis)
    while not stopping.is_set():
        beat()
        try:
            if seconds_since_boot() >= rise_at:
                rise(store)
                rise_at = seconds_since_boot() + RISE_EVERY
            if (now := outages(redis)) != seen:
                store.schedule.reclaim(LEASE)  # what was enqueued may be lost
                seen = now
            nap = min(most, tick(store, clock, timers, bulk))
            if nap > COARSE:
                store.schedule.wait_for_nudge(nap - COARSE)
            else:
                stopping.wait(nap)
        except RedisError as away:
            log.warning("store unavailable", error=str(away))
            stopping.wait(0.5)


def _admitted(store: Store, stopping: Event) -> None:
    """Admit this process to the store, waiting for it. Raises `CommandError` if it belongs to a
    newer Muster."""
    while not stopping.is_set():
        try:
            admit(store)
            return
        except RedisError as away:
            log.warning("store unavailable", error=type(away).__name__)
            stopping.wait(0.5)


def rise(store: Store) -> None:
    """Finish an upgrade automatically, an hour after the last older process has ended."""
    if store.level.current() < store.level.ours and (found := store.level.rise()).risen:
        log.info("level raised: older releases are refused from now on", level=found.level)


def tick(store: Store, clock: Clock, timers: Queue, bulk: Queue) -> float:
    """Enqueue what is due now; returns the seconds until something is due next.

    Pages come first. While the workers are busy, the rest waits in the store, where it keeps its
    order and no lease expires.
    """
    now: datetime = clock.now()
    room = max(0, WAITING - timers.count)
    claimed = store.schedule.claim(now, LEASE, room * TOGETHER)
    for incident_ids in reversed(_jobs(claimed.pages)):
        _enqueue(timers, "workers.jobs.attend", *incident_ids, at_front=True)
    for incident_ids in _jobs(claimed.others):
        _enqueue(timers, "workers.jobs.attend", *incident_ids)
    for stream_id in claimed.heavy:
        _enqueue(bulk, HEAVY_JOB, stream_id)
    if claimed.next_due is None:
        return LONGEST_NAP
    return max(0.001 if room else BUSY_NAP, clock.real_seconds(claimed.next_due - now))


def _jobs(ids: list[str]) -> list[list[str]]:
    return [ids[start : start + TOGETHER] for start in range(0, len(ids), TOGETHER)]


def _enqueue(queue: Queue, job: str, *incident_ids: str, at_front: bool = False) -> None:
    """Enqueue a job that expires if it isn't taken in time, because it is claimed again by
    then."""
    queue.enqueue(job, *incident_ids, at_front=at_front, ttl=30, result_ttl=60, failure_ttl=3600)
