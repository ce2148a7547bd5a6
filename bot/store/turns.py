"""Slack's rate limits, shared: every process takes its turn from the same book."""

from bot.store.base import Base


class Turns(Base):
    """One book for each limit: who called in the last window, and who may call when."""

    def turn(
        self, limit: str, count: int, window: int, *, urgency: int, who: str, nonce: str
    ) -> int:
        """Take a turn under a limit of `count` calls in any `window` ms; the ms to wait first.

        0: call now, the turn is spent. Else a turn is reserved for `who`, who asks again by
        then; the more urgent (1 before 2) go before the less, who move back. Urgency 0 goes at
        once, room or not: only Slack itself may stop it. `nonce`: unique to this call.
        """
        return int(self._run("TURN", limit, count, window, int(urgency), who, nonce))

    def no_turns(self, limit: str, ms: int) -> None:
        """Slack itself said to wait, whatever the book says."""
        self._run("NO_TURNS", limit, ms)
