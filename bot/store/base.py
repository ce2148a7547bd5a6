"""What every part of the store stands on: the connection, the prefix, the scripts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis

from bot.store import scripts


class Base:
    """One workspace's corner of Redis. Raises `redis.RedisError` when the store is away."""

    def __init__(self, redis: "Redis", team: str) -> None:
        self.redis = redis
        self.team = team
        self.prefix = f"muster:{{{team}}}:"
        self._scripts = {name: redis.register_script(lua) for name, lua in scripts.ALL.items()}

    def now(self) -> datetime:
        """The one clock that all processes share."""
        seconds, micros = self.redis.time()
        return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)

    def _run(self, name: str, *args: Any) -> Any:
        return self._scripts[name](keys=[self.prefix], args=args)


def text(value: Any) -> str | None:
    """What Redis kept, as text; None if it kept nothing."""
    return value.decode() if isinstance(value, bytes) else value


def ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
