"""Incident time: the store's clock, which all processes share; in a rehearsal, a clock that
somebody moves (`MUSTER_CLOCK_URL`). Leases, call time-outs and signatures stay in real time."""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

READ_AGAIN = 0.05  # seconds: how stale a reading of a moved clock may be


class Clock(Protocol):
    def now(self) -> datetime: ...

    def real_seconds(self, span: timedelta) -> float:
        """How long to sleep for `span` of incident time to pass, as the clock goes now."""


@dataclass(frozen=True, slots=True)
class StoreClock:
    read: Callable[[], datetime]

    def now(self) -> datetime:
        return self.read()

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


class RehearsalClock:
    """Reads `{"now": epoch seconds, "rate": incident seconds per second}` from `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._read_at = float("-inf")
        self._now = 0.0
        self._rate = 1.0

    def now(self) -> datetime:
        asked = time.monotonic()
        if asked - self._read_at > READ_AGAIN:
            self._read()
        passed = max(0.0, time.monotonic() - self._read_at)
        return datetime.fromtimestamp(self._now + passed * self._rate, UTC)

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds() / self._rate if self._rate > 0 else float("inf")

    def _read(self) -> None:
        with urllib.request.urlopen(self._url, timeout=2) as answer:
            reading = json.load(answer)
        now = reading["now"]
        self._now = datetime.fromisoformat(now).timestamp() if isinstance(now, str) else float(now)
        self._rate = float(reading.get("rate", 1.0))
        self._read_at = time.monotonic()
