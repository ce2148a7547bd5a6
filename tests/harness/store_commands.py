"""Labels for commands to the store, for use in tests: `APPEND Posted card`.

Labels have no numbers, ids or times, so the same step of the same flow always has the same label.
"""

import hashlib
import json
import re
from collections.abc import Sequence

from bot.store import scripts

READS = frozenset(
    {
        *("AUTH", "CLIENT", "COMMAND", "CONFIG", "DBSIZE", "DISCARD", "ECHO", "EXISTS", "GET"),
        *("HELLO", "HEXISTS", "HGET", "HGETALL", "HLEN", "HMGET", "HVALS", "INFO", "LLEN", "LPOS"),
        *("LRANGE", "PING", "PSUBSCRIBE", "PTTL", "SCAN", "SCARD", "SCRIPT", "SELECT"),
        *("SISMEMBER", "SMEMBERS", "SUBSCRIBE", "TIME", "TTL", "TYPE", "UNSUBSCRIBE", "UNWATCH"),
        *("WATCH", "XINFO", "XLEN", "XRANGE", "XREAD", "XREVRANGE", "ZCARD", "ZRANGE"),
        *("ZRANGEBYSCORE", "ZSCORE"),
    }
)
READING_SCRIPTS = frozenset({"LOAD", "ROWS"})
SCRIPTS = {hashlib.sha1(lua.encode()).hexdigest(): name for name, lua in scripts.ALL.items()}

_PREFIX = re.compile(r"muster:\{\w+\}:")
_VALUES = re.compile(r":?[0-9a-f]{8}-[0-9a-f-]{27}|:[0-9a-f]{32}|:Ev\w+|[-:]\d+")


def label_of(commands: Sequence[Sequence[bytes]]) -> str:
    """The label of a write; of a transaction, its first and last write. Empty if nothing is
    written."""
    named = [_VALUES.sub("", _PREFIX.sub("", each)) for each in map(_name, commands) if each]
    return " … ".join(dict.fromkeys([*named[:1], *named[-1:]]))


def _name(command: Sequence[bytes]) -> str:
    name, *rest = (word.decode(errors="replace") for word in command)
    name = name.upper()
    if name == "EVALSHA":
        script = SCRIPTS.get(rest[0], "?")
        return "" if script in READING_SCRIPTS else _script(script, rest[3:])
    if name in READS or not rest:
        return ""
    is_ours = rest[0].startswith("muster:") and name in ("HSET", "HDEL")
    return f"{name} {' '.join(rest[: 1 + is_ours])}"


def _script(name: str, args: Sequence[str]) -> str:
    match name:
        case "APPEND":
            asked = json.loads(args[0])
            kinds = [json.loads(event)["kind"] for event in asked["events"]]
            return " ".join([name, *kinds, *asked["done"]])
        case "TOGETHER":
            events = [each for asked in map(json.loads, args) for each in asked["events"]]
            return " ".join([name, *(json.loads(each)["kind"] for each in events)])
        case "BEGIN":
            return f"{name} {args[4] or args[0]}"
        case "ACQUIRE":
            who = next((each for each in args[1:] if "/" in each), "")
            return f"{name} {args[0].partition(':')[0]} {who}"
        case "TAKE" | "RELEASE":
            return f"{name} {args[0]}"
        case _:
            return name
