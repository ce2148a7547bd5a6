"""What every part of the store stands on: the connection, the prefix, the scripts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis

from bot.store import scripts
from bot.streams.kind import Kinds


class Base:
    """One workspace's corner of Redis. Raises `redis.RedisError` when the store is away."""

    def __init__(self, redis: "Redis", team: str, kinds: Kinds) -> None:
        self.redis = redis
        self.team = team
        self.kinds = kinds
        self.prefix = f"muster:{{{team}}}:"
        self._scripts = {name: redis.register_script(lua) for name, lua in scripts.ALL.items()}

    def now(self) -> datetime:
        """The one clock that all processes share."""
        seconds, micros = self.redis.time()
        return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)

    def _run(self, name: str, *args: Any) -> Any:
        return self._scripts[name](keys=[self.prefix], args=args)


def index_keys(prefix: str) -> tuple[str, str]:
    """The keys that list a kind's streams: all of them in the order of their creation, and the
    open ones. The incident's are older than kinds."""
    return ("incidents", "open") if prefix == "INC" else (f"streams:{prefix}", f"open:{prefix}")


def counter_key(prefix: str) -> str:
    """The key that counts a kind's streams, where they are numbered."""
    return "counter" if prefix == "INC" else f"counter:{prefix}"


def text(value: Any) -> str | None:
    """What Redis kept, as text; None if it kept nothing."""
    return value.decode() if isinstance(value, bytes) else value


def ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
