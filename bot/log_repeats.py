"""Warnings and errors that repeat: logged once a minute, with how often they came in between.

A store that is away or a flood of connections would otherwise write hundreds of lines a second,
and fill the disk on which the store lives.
"""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

AGAIN_AFTER = 60.0  # seconds
ALIKE = 20  # lines a minute with the same text and different values
KEPT = 2000  # lines remembered
_VOLATILE = ("timestamp", "exc_info", "_record", "_from_structlog")


@dataclass(slots=True)
class _Seen:
    """Since when it is counted, how many lines were written since and how many weren't, and how
    many weren't in the minute before."""

    since: float
    written: int = 0
    held: int = 0
    before: int = 0


class Repeats(logging.Filter):
    """Lets a line through unless the same one, or `ALIKE` with the same text, came within a
    minute. Lines below a warning always pass."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._now = now
        self._lock = Lock()  # handlers filter before they take theirs
        self._seen: dict[Hashable, _Seen] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        with self._lock:
            return self._passes(record)

    def _passes(self, record: logging.LogRecord) -> bool:
        text, values = _read(record)
        alike = self._count((record.name, record.levelno, text))
        same = self._count((record.name, record.levelno, text, values))
        if same.written or alike.written >= ALIKE:
            same.held += 1
            return False
        same.written += 1
        alike.written += 1
        if same.before:
            _note(record, same.before)
        return True

    def _count(self, key: Hashable) -> _Seen:
        now = self._now()
        seen = self._seen.get(key)
        if seen is None or seen.since + AGAIN_AFTER <= now:
            if len(self._seen) >= KEPT:
                self._forget(now)
            seen = self._seen[key] = _Seen(now, before=seen.held if seen else 0)
        return seen

    def _forget(self, now: float) -> None:
        old = [key for key, seen in self._seen.items() if seen.since + AGAIN_AFTER <= now]
        for key in old or [*self._seen][: KEPT // 2]:
            del self._seen[key]


def _note(record: logging.LogRecord, repeated: int) -> None:
    if isinstance(record.msg, dict):
        record.msg = {**record.msg, "repeated": repeated}
    else:
        record.msg = f"{record.msg} (repeated {repeated} times)"


def _read(record: logging.LogRecord) -> tuple[str, str]:
    """The text of a line, and its values; without those that differ each time."""
    if not isinstance(record.msg, dict):
        error = record.exc_info[1] if record.exc_info else None
        return str(record.msg), f"{record.args!r} {error!r}"
    values = {name: each for name, each in record.msg.items() if name not in _VOLATILE}
    if trace := values.get("exception"):
        values["exception"] = str(trace).strip().rpartition("\n")[2]  # without line numbers
    return str(values.pop("event", "")), repr(sorted(values.items(), key=str))
