"""The clock: hands what is due to RQ. Any number of them may run; claims are atomic."""

from datetime import datetime, timedelta
from urllib.error import URLError

import structlog
from redis import RedisError
from rq import Queue

from bot.clock import Clock
from bot.settings import Settings
from bot.store import Store
from bot.supervise import stop_on_signal
from bot.wiring.store import connect, incident_clock, known_team
from workers.queues import named

LEASE = timedelta(seconds=10)  # what was claimed and not finished by then is claimed again
TOGETHER = 20  # incidents that one job attends to, side by side
LONGEST_NAP = 1.0  # seconds
REHEARSAL_NAP = 0.1  # seconds: somebody may move the clock at any moment
COARSE = 0.12  # seconds: how late the store may end a blocking read

log = structlog.get_logger()


def run(settings: Settings) -> None:
    """Tick until SIGTERM or SIGINT."""
    stopping = stop_on_signal()
    redis = connect(settings, patient=True)
    team = known_team(settings, redis, stopping)
    if team is None:
        return
    store = Store(redis, team)
    clock = incident_clock(settings, store)
    timers, bulk = (named(settings, each, team) for each in ("timers", "bulk"))
    most = REHEARSAL_NAP if settings.muster_clock_url else LONGEST_NAP
    log.info("clock ready")
    while not stopping.is_set():
        try:
            nap = min(most, tick(store, clock, timers, bulk))
            if nap > COARSE:
                store.wait_for_nudge(nap - COARSE)
            else:
                stopping.wait(nap)
        except (RedisError, URLError) as away:
            log.warning("can't tick", error=str(away))
            stopping.wait(0.5)


def tick(store: Store, clock: Clock, timers: Queue, bulk: Queue) -> float:
    """Hand over what is due now; returns the seconds until something is due next."""
    now: datetime = clock.now()
    attend, drafts, next_due = store.claim(now, LEASE)
    for start in range(0, len(attend), TOGETHER):
        _enqueue(timers, "workers.jobs.attend", *attend[start : start + TOGETHER])
    for incident_id in drafts:
        _enqueue(bulk, "workers.jobs.draft", incident_id)
    if next_due is None:
        return LONGEST_NAP
    return max(0.001, clock.real_seconds(next_due - now))


def _enqueue(queue: Queue, job: str, *incident_ids: str) -> None:
    """A job that nobody takes in time lapses: by then it has been claimed again."""
    queue.enqueue(job, *incident_ids, ttl=30, result_ttl=60, failure_ttl=3600)
