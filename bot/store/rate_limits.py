"""Slack's rate limits, shared by all processes."""

from datetime import timedelta

from bot.store.base import Part, ms

STRICT_FOR = timedelta(minutes=5)  # after Slack refused a call for its rate


class RateLimits(Part):
    """A sliding window per limit: recent calls, and reservations for the next ones."""

    def acquire(
        self,
        limit: str,
        count: int,
        window: int,
        *,
        urgency: int,
        who: str,
        nonce: str,
    ) -> int:
        """Take a slot under a limit of `count` calls in any `window` ms.

        Returns 0: call now. -1: call now, although the window is full, because Slack hasn't
        refused a call recently. Otherwise the ms to wait: a slot is reserved for `who`, who calls
        this again by then. More urgent calls (1 before 2) move less urgent ones back. Urgency 0
        never waits for the window, only for a pause that Slack asked for. `nonce`: unique to this
        call.
        """
        return int(self._run("ACQUIRE", limit, count, window, int(urgency), who, nonce))

    def block(self, limit: str, wait: int, nonce: str) -> None:
        """Record that Slack refused the call `nonce`: no calls for `wait` ms, and no calls beyond
        the limit for `STRICT_FOR`."""
        self._run("BLOCK", limit, wait, nonce, ms(STRICT_FOR) // 1000)
