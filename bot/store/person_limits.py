"""Limits of what one person may ask for in a short time."""

from collections.abc import Sequence
from datetime import timedelta

from bot.store.base import Part, ms


class PersonLimits(Part):
    """A sliding window per person and kind of request."""

    def spend(
        self, what: str, user: str, things: Sequence[str], *, most: int, within: timedelta
    ) -> bool:
        """Count these things, unless that makes more than `most` within the time; whether it does
        not. Things that were counted already, as a request sent again has them, count once."""
        return bool(self._run("SPEND", f"{what}:{user}", most, ms(within), *things))
