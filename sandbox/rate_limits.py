"""Rate limits, off by default: calls per minute and method, and one message per second."""

import math
import time
from collections import Counter, deque
from typing import Any

from sandbox.contract import Method, load

Json = dict[str, Any]

BURST = 3
"""Messages that a channel takes at once before one a second counts (Slack: "short bursts")."""


class RateLimited(Exception):
    """A 429. ``retry_after``: whole seconds, as in Slack."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"ratelimited for {retry_after} s")
        self.retry_after = retry_after


class RateLimits:
    """Counts calls if enabled. ``refused``: the number of 429s by method, including faults."""

    def __init__(self) -> None:
        self.on = False
        self.refused: Counter[str] = Counter()
        self._spent: dict[str, deque[float]] = {}
        self._free_at: dict[str, float] = {}

    def switch(self, on: bool) -> None:
        self.on = on
        self.refused.clear()
        self._spent.clear()
        self._free_at.clear()

    def spend(self, method: Method, args: Json) -> None:
        """Count a call, or raise ``RateLimited``."""
        if not self.on:
            return
        if method.name == "chat.postMessage":
            self._spend_message(str(args.get("channel")))
        elif per_minute := load()["rate_per_minute"].get(method.tier):
            self._spend_call(method.name, per_minute)

    def _spend_call(self, name: str, per_minute: int) -> None:
        now, spent = time.monotonic(), self._spent.setdefault(name, deque())
        while spent and spent[0] <= now - 60:
            spent.popleft()
        if len(spent) >= per_minute:
            raise RateLimited(math.ceil(spent[0] + 60 - now))
        spent.append(now)

    def _spend_message(self, channel: str) -> None:
        now = time.monotonic()
        free_at = max(self._free_at.get(channel, 0.0), now - BURST)
        if free_at > now:
            raise RateLimited(math.ceil(free_at - now))
        self._free_at[channel] = free_at + 1
