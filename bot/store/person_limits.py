"""Limits of what one person may ask for in a short time."""

from collections.abc import Sequence
from datetime import timedelta

from bot.store.base import Part, ms


class PersonLimits(Part):
    """A sliding window per person. A few more than allowed may pass if several requests of one
    person come in the same millisecond."""

    def spend(
        self, what: str, user: str, things: Sequence[str], *, most: int, within: timedelta
    ) -> bool:
        """Count these things, unless that makes more than `most` within the time; whether it does
        not. Things that were counted already, as a request sent again has them, count once."""
        key, now = f"{self.prefix}spent:{what}:{user}", int(self.now().timestamp() * 1000)
        with self.redis.pipeline() as pipe:
            pipe.zremrangebyscore(key, "-inf", now - ms(within))
            pipe.zcard(key)
            pipe.zmscore(key, [*things])
            _, spent, known = pipe.execute()
        new = [thing for thing, score in zip(things, known, strict=True) if score is None]
        if spent + len(new) > most:
            return not new
        with self.redis.pipeline() as pipe:
            if new:
                pipe.zadd(key, dict.fromkeys(new, now))
            pipe.pexpire(key, ms(within))
            pipe.execute()
        return True
