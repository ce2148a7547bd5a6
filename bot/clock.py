"""Incident time: the store's clock, shared by all processes, or, in a rehearsal, a clock that can
be moved (`MUSTER_CLOCK_URL`). Leases, timeouts and signatures use real time.
"""

import json
import math
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Protocol

import structlog

ASK_EVERY = 1.0  # seconds

# Of the rehearsal's clock, in seconds:
PATIENCE = 2.0  # how long to wait for its answer
IMPATIENCE = 0.2  # the same, if it didn't answer the last time
GIVE_UP = 10.0  # a request without a response after this time is abandoned
SAY_EVERY = 60.0

# Down, slow (TimeoutError), not HTTP, not JSON, or JSON of another shape.
NO_ANSWER = (
    OSError,
    HTTPException,
    ValueError,
    KeyError,
    TypeError,
    OverflowError,
)

log = structlog.get_logger()


class Clock(Protocol):
    def now(self) -> datetime: ...

    def real_seconds(self, span: timedelta) -> float:
        """How long to sleep until `span` of incident time has passed, at the clock's
        current rate.
        """


def seconds_since_boot() -> float:
    """Seconds that count while the machine sleeps, too; `time.monotonic` stops on Linux."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class StoreClock:
    """The store's time, queried every second and extrapolated with this machine's clock. Querying
    it for each event made up a third of all calls to the store.
    """

    def __init__(
        self, read: Callable[[], datetime], ticks: Callable[[], float] = seconds_since_boot
    ) -> None:
        self._read = read
        self._ticks = ticks
        # what the store said, and when by our clock
        self._known = (datetime.fromtimestamp(0, UTC), float("-inf"))

    def now(self) -> datetime:
        said, at = self._known
        ours = self._ticks()
        if not at <= ours < at + ASK_EVERY:
            said = self._read()
            answered = self._ticks()
            at = (ours + answered) / 2  # it was read halfway through the round trip, as in NTP
            self._known, ours = (said, at), answered
        return said + timedelta(seconds=ours - at)

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


@dataclass(frozen=True, slots=True)
class _Reading:
    """It was `now` at `at` (seconds since boot), and advances by `rate` seconds per second."""

    now: datetime
    rate: float
    at: float

    def carried_on(self, to: float) -> datetime:
        return self.now + timedelta(seconds=(to - self.at) * self.rate)


class RehearsalClock:
    """Reads `{"now": epoch seconds or ISO 8601, "rate": incident seconds per second}` from `url`.

    It is read each time, so that moving the clock has an immediate effect. Without a valid answer,
    the last one is extrapolated at its rate (before the first: this machine's time), without
    waiting. This is logged once a minute.
    """

    def __init__(self, url: str, ticks: Callable[[], float] = seconds_since_boot) -> None:
        self._url = url
        self._ticks = ticks
        self._known = _Reading(datetime.fromtimestamp(time.time(), UTC), 1.0, ticks())
        self._patience = PATIENCE
        self._overdue: Future[_Reading] | None = None
        self._said_at = float("-inf")
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is local

    def now(self) -> datetime:
        reading, overdue = None, self._overdue  # read once: other threads read it, too
        if overdue is None or overdue.done():
            self._overdue = None
            if overdue is not None:
                self._learn_from(overdue, wait=0)
            reading = self._learn_from(self._ask(), wait=self._patience)
            self._patience = PATIENCE if reading else IMPATIENCE
        return (reading or self._known).carried_on(self._ticks())

    def real_seconds(self, span: timedelta) -> float:
        rate = self._known.rate
        return span.total_seconds() / rate if rate > 0 else float("inf")

    def _ask(self) -> "Future[_Reading]":
        """Fetch in a thread, because a socket timeout doesn't limit the whole answer."""
        answer: Future[_Reading] = Future()
        threading.Thread(target=self._read, args=(answer,), name="clock", daemon=True).start()
        return answer

    def _learn_from(self, answer: "Future[_Reading]", *, wait: float) -> _Reading | None:
        """Use the answer if it arrives within `wait` seconds and is valid."""
        try:
            reading = answer.result(wait)
        except NO_ANSWER as wrong:
            self._overdue = None if answer.done() else answer
            if self._ticks() >= self._said_at + SAY_EVERY:
                self._said_at = self._ticks()
                why = f"{type(wrong).__name__} {wrong}".strip()
                log.warning("MUSTER_CLOCK_URL not responding, extrapolating", why=why)
            return None
        if reading.at >= self._known.at:
            self._known = reading
        return reading

    def _read(self, answer: "Future[_Reading]") -> None:
        asked = self._ticks()
        try:
            with self._opener.open(self._url, timeout=GIVE_UP) as page:
                said = json.load(page)
            now, rate = _moment(said["now"]), float(said.get("rate", 1.0))
            if not math.isfinite(rate):
                raise ValueError(f"rate {rate}")
            # it was read halfway through the round trip, as in NTP
            answer.set_result(_Reading(now, rate, (asked + self._ticks()) / 2))
        except NO_ANSWER as wrong:
            answer.set_exception(wrong)


def _moment(said: str | float) -> datetime:
    if isinstance(said, str):
        read = datetime.fromisoformat(said)
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    return datetime.fromtimestamp(said, UTC)
