"""The sandbox's clock, which can be moved, sped up and frozen.

Timestamps and retries of events use it. Deadlines that Slack counts in real
seconds (acknowledgements, trigger ids, response URLs, signatures, rate limits) don't.
"""

import asyncio
import time

LATEST = 7_258_118_400.0  # 2200-01-01, in seconds since 1970
FASTEST = 1_000_000.0


class Clock:
    """Real time plus an offset, at a rate (1 = real time, 60 = a minute per second, 0 =
    frozen)."""

    def __init__(self) -> None:
        self.rate = 1.0
        self._then = self._fake = time.time()
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Sandbox time, in seconds since 1970."""
        return self._fake + (time.time() - self._then) * self.rate

    def reading(self) -> dict[str, float]:
        """The parameters of ``now()``, for processes that share this machine's clock: it was
        ``fake`` here at the real time ``then``."""
        return {"fake": self._fake, "then": self._then, "rate": self.rate}

    def set(self, now: float) -> None:
        """Set the time. Raises `ValueError` if it isn't a time that Slack could show."""
        if not 0 <= now <= LATEST:  # so NaN is refused, too
            raise ValueError(f"{now} isn't a time between 1970 and 2200")
        self._then, self._fake = time.time(), now
        self._wake()

    def advance(self, seconds: float) -> None:
        self.set(self.now() + seconds)

    def set_rate(self, rate: float) -> None:
        """Set how fast time passes. Raises `ValueError`."""
        if not 0 <= rate <= FASTEST:
            raise ValueError(f"{rate} isn't a rate between 0 and {FASTEST:,}")
        self.set(self.now())
        self.rate = rate
        self._wake()

    async def sleep(self, seconds: float) -> None:
        """Sleep in sandbox time. Wakes up when the clock is moved."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            moved = self._moved
            wait = left / self.rate if self.rate > 0 else None
            try:
                # Not `wait_for`: before Python 3.12 it can swallow a cancellation.
                async with asyncio.timeout(wait):
                    await moved.wait()
            except TimeoutError:
                pass

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()


def seconds(text: str) -> float:
    """Parse a duration.

    >>> seconds("15m"), seconds("1h30m"), seconds("90"), seconds("2.5s")
    (900.0, 5400.0, 90.0, 2.5)
    """
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    total, number = 0.0, ""
    for letter in text.strip():
        if letter in units:
            total += float(number) * units[letter]
            number = ""
        else:
            number += letter
    return total + float(number or 0)
