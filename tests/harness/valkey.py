"""An external store as operators have it: a server reached by TCP."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

from bot.embedded.server import _server
from tests.harness.process import free_port
from tests.harness.waiting import until


@contextmanager
def valkey(folder: Path, *settings: str) -> Iterator[str]:
    """The URL of a server that runs during the block."""
    port = free_port()
    process = subprocess.Popen(
        [_server(), "--port", str(port), "--dir", str(folder), "--save", "", *settings],
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    try:
        with Redis.from_url(url) as redis:
            until(lambda: _answers(redis), what="the store")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def contents(url: str, pattern: str) -> dict[str, Any]:
    """The content of a store under these keys."""
    with Redis.from_url(url) as redis:
        read: dict[bytes, Any] = {
            b"stream": redis.xrange,
            b"hash": redis.hgetall,
            b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
            b"set": redis.smembers,
            b"list": lambda key: redis.lrange(key, 0, -1),
            b"string": redis.get,
        }
        kinds = {key: redis.type(key) for key in redis.scan_iter(pattern)}
        there = {
            key: kind for key, kind in kinds.items() if kind in read
        }  # otherwise it has expired
        return {key.decode(): read[kind](key) for key, kind in there.items()}


def _answers(redis: "Redis") -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False
