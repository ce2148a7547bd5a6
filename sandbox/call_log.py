"""The log of API calls: arguments, time, result."""

import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

Json = dict[str, Any]

KEPT = 50_000


@dataclass
class Call:
    """One call. ``result``: ``ok``, an error code, or a fault; empty while the call is running."""

    seq: int
    method: str
    args: Json
    at: float
    clock: float
    result: str = ""
    ms: float = 0.0
    applied: bool = False

    def done(self, result: str) -> None:
        self.result, self.ms = result, round((time.time() - self.at) * 1000, 3)


class CallLog:
    """The newest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._seq = 0

    def begin(self, method: str, args: Json, clock: float) -> Call:
        self._seq += 1
        call = Call(self._seq, method, args, time.time(), clock)
        self._calls.append(call)
        return call

    def to_json(self, method: str | None = None, since: int = 0) -> list[Json]:
        return [
            asdict(call)
            for call in self._calls
            if call.seq > since and method in (None, call.method)
        ]
