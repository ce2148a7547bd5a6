"""Incident time: the store's clock, which all processes share; in a rehearsal, a clock that
somebody moves (`MUSTER_CLOCK_URL`). Leases, call time-outs and signatures stay in real time."""

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

ASK_EVERY = 1.0  # seconds


class Clock(Protocol):
    def now(self) -> datetime: ...

    def real_seconds(self, span: timedelta) -> float:
        """How long to sleep for `span` of incident time to pass, as the clock goes now."""


def seconds_since_boot() -> float:
    """Goes on while the machine sleeps: `time.monotonic` stops on Linux."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class StoreClock:
    """The store's time, asked anew each second; in between, this machine's own clock carries it
    on. Asked for each event, it was a third of all trips to the store."""

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
            at = (ours + answered) / 2  # it was asked half of the way before, as NTP has it
            self._known, ours = (said, at), answered
        return said + timedelta(seconds=ours - at)

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


class RehearsalClock:
    """Reads `{"now": epoch seconds or ISO 8601, "rate": incident seconds per second}` from `url`.

    Anew each time: who moves the clock and then does something finds it moved.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._rate = 1.0
        self._ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is local

    def now(self) -> datetime:
        with self._ask.open(self._url, timeout=2) as answer:
            reading = json.load(answer)
        now = reading["now"]
        self._rate = float(reading.get("rate", 1.0))
        if isinstance(now, str):
            read = datetime.fromisoformat(now)
            return read if read.tzinfo else read.replace(tzinfo=UTC)
        return datetime.fromtimestamp(now, UTC)

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds() / self._rate if self._rate > 0 else float("inf")
