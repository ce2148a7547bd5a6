"""Slack's rate limits, shared by all processes."""

from datetime import timedelta

from bot.store.base import Part, ms

STRICT_FOR = timedelta(minutes=5)  # after Slack refused a call for its rate


class RateLimits(Part):
    """One window per limit: who called in the last window, and who may call when."""

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
        """Take a turn under a limit of `count` calls in any `window` ms.

        0: call now, the turn is spent. -1: so it is, but there is no room in the window: Slack
        hasn't complained of late, so one may dare. Else the ms to wait: a turn is reserved for
        `who`, who asks again by then; the more urgent (1 before 2) go before the less, who move
        back. Urgency 0 goes at once, room or not: only Slack itself may stop it. `nonce`: unique
        to this call.
        """
        return int(self._run("TURN", limit, count, window, int(urgency), who, nonce))

    def block(self, limit: str, wait: int, nonce: str) -> None:
        """Slack refused the call `nonce`: nobody calls for `wait` ms, and everybody keeps to
        the limit for a while."""
        self._run("NO_TURNS", limit, wait, nonce, ms(STRICT_FOR) // 1000)
