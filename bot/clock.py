"""Incident time: the store's clock, which all processes share; in a rehearsal, a clock that
somebody moves (`MUSTER_CLOCK_URL`). Leases, call time-outs and signatures stay in real time."""

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


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
