"""Check that the store keeps what it acknowledged, even after a power cut."""

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from redis import Redis, ResponseError

from bot.doctor.finding import Finding, failure

OLDEST = 7  # Redis; Valkey reports at least this version
SLOW = 0.1  # seconds for one answer; each command of a person takes a few
FULL = 0.8  # of maxmemory

# The required settings, and what happens otherwise.
WANTED = {
    "appendonly": ("yes", "a restart loses acknowledged changes"),
    "appendfsync": ("always", "a power cut loses the last second"),
    "maxmemory-policy": ("noeviction", "incidents are evicted when memory is short"),
}


def examine(redis: "Redis") -> Iterator[Finding]:
    """Raises `redis.RedisError` if the store is down."""
    began = time.perf_counter()
    redis.ping()
    took = time.perf_counter() - began
    info: Mapping[str, Any] = redis.info()
    yield _speed(took)
    yield _version(info)
    yield from _persistence(redis)
    yield from _writes(info)
    yield from _memory(info)


def _speed(took: float) -> Finding:
    says = f"answers in {took * 1000:.1f} ms"
    if took > SLOW:
        return Finding("store", says, "move it closer: people wait for it at every click")
    return Finding("store", says)


def _version(info: Mapping[str, Any]) -> Finding:
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = str(info.get("valkey_version") or info.get("redis_version") or "unknown")
    major = re.match(r"\d+", version)
    if major and int(major[0]) < OLDEST:
        return failure(
            "store version", f"{name} {version}", f"run Redis {OLDEST} or Valkey, or newer"
        )
    return Finding("store version", f"{name} {version}")


def _persistence(redis: "Redis") -> Iterator[Finding]:
    try:
        found = redis.config_get(*WANTED, "aof-use-rdb-preamble")
    except ResponseError as forbidden:
        wanted = ", ".join(f"{key} {value}" for key, (value, _) in WANTED.items())
        says = f"the store hides its settings ({str(forbidden).split(',')[0]})"
        yield Finding("persistence", says, f"check with its provider that they are {wanted}")
        return
    wrong = {
        key: found.get(key, "unknown")
        for key, (value, _) in WANTED.items()
        if found.get(key) != value
    }
    for key, value in wrong.items():
        wanted, otherwise = WANTED[key]
        cure = f"`CONFIG SET {key} {wanted}`, and in the server's configuration"
        yield failure("persistence", f"{key} is {value}, so {otherwise}", cure)
    if not wrong:
        kept = ", ".join(f"{key} {value}" for key, value in sorted(found.items()))
        yield Finding("persistence", kept)


def _writes(info: Mapping[str, Any]) -> Iterator[Finding]:
    for what in ("aof_last_write_status", "aof_last_bgrewrite_status"):
        if info.get(what, "ok") != "ok":
            cure = "check its log, and that its disk is writable and not full"
            yield failure("store writes", f"{what} is {info[what]}", cure)


def _memory(info: Mapping[str, Any]) -> Iterator[Finding]:
    most, used = int(info.get("maxmemory", 0)), int(info.get("used_memory", 0))
    if most and used > most * FULL:
        says = f"{used / most:.0%} of maxmemory is used; when it is full, no one can declare"
        yield Finding("store memory", says, "raise it, or export and remove old incidents")
