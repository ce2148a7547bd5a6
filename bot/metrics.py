"""The metrics of this process, for Prometheus. docs/running.md explains each of them; a test keeps
the two in step.

Labels come from short fixed lists: they contain no title, text, person or token.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # creation times of series aren't used
REGISTRY = CollectorRegistry()

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)  # seconds; 3 is Slack's limit
OUTSIDE = (0.1, 0.25, 0.5, 1, 2, 5)
LATE = (0.25, 0.5, 1, 2, 5, 15, 60, 300, 900, 3600)

PROCESS = Gauge(
    "muster_process_info",
    "1 for each process that shares its numbers, with its kind and version",
    ("kind", "version"),
    registry=REGISTRY,
)
COMMANDS = Counter(
    "muster_commands",
    "What people asked for, by verb, button, form or shortcut, and result",
    ("verb", "result"),
    registry=REGISTRY,
)
ACKNOWLEDGEMENT = Histogram(
    "muster_acknowledgement_seconds",
    "From a request's arrival to the answer that acknowledges it",
    ("transport",),
    buckets=QUICK,
    registry=REGISTRY,
)
ATTENDANCE = Histogram(
    "muster_attendance_seconds",
    "How long it took to bring Slack in line with an incident",
    ("result",),
    buckets=QUICK,
    registry=REGISTRY,
)
LATENESS = Histogram(
    "muster_timer_lateness_seconds",
    "From the moment something was due until it was written down as come due (incident time)",
    buckets=LATE,
    registry=REGISTRY,
)
SLACK_CALLS = Counter(
    "muster_slack_calls",
    "Calls to Slack, by method and what came of them",
    ("method", "result"),
    registry=REGISTRY,
)
SLACK_SECONDS = Histogram(
    "muster_slack_call_seconds",
    "How long Slack took to answer",
    ("method",),
    buckets=OUTSIDE,
    registry=REGISTRY,
)
WAITS = Counter(
    "muster_rate_limit_waits",
    "Calls that were put off because of Slack's rate limits",
    ("method",),
    registry=REGISTRY,
)
WAITED = Counter(
    "muster_rate_limit_wait_seconds",
    "For how long they were put off",
    ("method",),
    registry=REGISTRY,
)
SOCKETS = Gauge(
    "muster_socket_connections",
    "Socket Mode connections that Slack has greeted",
    registry=REGISTRY,
)


def waited(method: str, seconds: float) -> None:
    """Count a call that was delayed this long by Slack's rate limits."""
    WAITS.labels(method).inc()
    WAITED.labels(method).inc(seconds)


def asked(verb: str, result: str) -> None:
    """Count a request. Both labels are ours, never the person's."""
    COMMANDS.labels(verb, result).inc()


def called(method: str, result: str, seconds: float) -> None:
    """Count a call to Slack. `result` is one of a few fixed words."""
    SLACK_CALLS.labels(method, result).inc()
    SLACK_SECONDS.labels(method).observe(seconds)


def acknowledged(transport: str, began: float) -> None:
    """Record the time to acknowledge what arrived at `began` (`time.perf_counter()`)."""
    ACKNOWLEDGEMENT.labels(transport).observe(time.perf_counter() - began)


def came_due(events: Iterable[object], now: datetime) -> None:
    """Count timers that came due, at `now`."""
    for event in events:
        due = getattr(event, "due", None)
        if due is not None:
            LATENESS.observe(max(0.0, (now - due).total_seconds()))


@contextmanager
def attending() -> Iterator[None]:
    """Measure a reconciliation, whether it succeeds or not."""
    began, result = time.perf_counter(), "failed"
    try:
        yield
        result = "done"
    finally:
        ATTENDANCE.labels(result).observe(time.perf_counter() - began)


def snapshot() -> str:
    """This process's metrics in Prometheus's text format."""
    return generate_latest(REGISTRY).decode()
