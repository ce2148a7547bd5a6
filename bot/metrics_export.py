"""The metrics of all processes, from whichever bot is scraped, and the queue lengths in the store
(see `docs/decisions/0005-one-page-of-numbers.md`).
"""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import version

import structlog
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from redis import RedisError

from bot import metrics
from bot.clock import Clock
from bot.store import Store, TooOld
from bot.store.queue_stats import QueueDepth, QueueStats

EVERY = 5.0  # seconds between two reports

# Read from the store when scraped: the same from every bot, so without a process label.
STORE = {
    "muster_store_up": "1 if the store answers this bot, else 0",
    "muster_incidents_open": "Incidents that are not resolved",
    "muster_incidents_set_aside": "Quarantined incidents and heavy work",
    "muster_wakeups": "Scheduled wake-ups, by set",
    "muster_wakeups_overdue": "Overdue wake-ups, by set",
    "muster_wakeups_lag_seconds": "How long the oldest overdue wake-up has been due",
    "muster_queue_jobs": "Waiting jobs, by queue",
    "muster_queue_oldest_job_seconds": "How long the oldest waiting job has waited",
}

log = structlog.get_logger()


def name(kind: str) -> str:
    """This process's unique name."""
    return f"{kind}@{socket.gethostname()}:{os.getpid()}"


def keep_sharing(store: Store, kind: str) -> None:
    """Share this process's metrics and level, from a thread with its own connection, even while it
    works or sleeps. Failures are harmless: it tries again five seconds later. If the store's level
    has risen above this process's (it was suspended or disconnected), it gets SIGTERM."""
    muster = version("muster")
    metrics.PROCESS.labels(kind, muster).set(1)
    process = name(kind)

    def share() -> None:
        pause, started_at = threading.Event(), None
        while True:
            try:
                started_at = started_at or store.now()
                store.level.register(process, muster, started_at)
                store.stats.share(process, metrics.snapshot())
            except TooOld as old:
                log.error("stopping: too old for the store", why=str(old))
                os.kill(os.getpid(), signal.SIGTERM)
                return
            except RedisError as away:
                log.debug("metrics not shared", error=type(away).__name__)
            pause.wait(EVERY)

    threading.Thread(target=share, name="numbers", daemon=True).start()


def metrics_page(kind: str, store: Store | None, clock: Clock | None) -> bytes:
    """The metrics page; without the store, only this process's own."""
    shared: dict[str, str] = {}
    waiting = None
    if store and clock:
        try:
            waiting = store.stats.queue_stats(clock.now())
            shared = store.stats.shared()
        except (RedisError, OSError) as away:
            log.debug("metrics without the store", error=type(away).__name__)
    shared[name(kind)] = metrics.snapshot()
    registry = CollectorRegistry()
    registry.register(_Page([*_merged(shared), *_store(waiting)]))
    return generate_latest(registry)


class _Page(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = list(found)

    def collect(self) -> Iterable[Metric]:
        return self._found


def _merged(shared: Mapping[str, str]) -> Iterable[Metric]:
    """One metric family per name, with the samples of all processes."""
    found: dict[str, Metric] = {}
    for process, numbers in sorted(shared.items()):
        try:
            families = list(text_string_to_metric_families(numbers))
        except ValueError:
            log.warning("metrics unreadable", process=process)
            continue
        for family in families:
            whole = found.setdefault(
                family.name, Metric(family.name, family.documentation, family.type)
            )
            for sample in family.samples:
                labels = {**sample.labels, "process": process}
                whole.add_sample(sample.name, labels, sample.value)
    return found.values()


def _store(found: QueueStats | None) -> Iterator[Metric]:
    yield _gauge("muster_store_up", float(found is not None))
    if found is None:
        return
    yield _gauge("muster_incidents_open", found.open)
    yield _gauge("muster_incidents_set_aside", found.quarantined)
    schedules, queues = found.schedules, found.queues
    yield _gauges("muster_wakeups", "set", schedules, lambda each: each.waiting)
    yield _gauges("muster_wakeups_overdue", "set", schedules, lambda each: each.overdue)
    yield _gauges("muster_wakeups_lag_seconds", "set", schedules, lambda each: each.seconds)
    yield _gauges("muster_queue_jobs", "queue", queues, lambda each: each.waiting)
    yield _gauges("muster_queue_oldest_job_seconds", "queue", queues, lambda each: each.seconds)


def _gauge(name: str, value: float) -> Metric:
    return GaugeMetricFamily(name, STORE[name], value=value)


def _gauges(
    name: str, label: str, stats: Mapping[str, QueueDepth], read: Callable[[QueueDepth], float]
) -> Metric:
    found = GaugeMetricFamily(name, STORE[name], labels=(label,))
    for each, depth in stats.items():
        found.add_metric((each,), read(depth))
    return found
