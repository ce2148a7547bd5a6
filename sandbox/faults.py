"""Fault injection: each fault matches calls and changes their outcome."""

import asyncio
import itertools
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from sandbox.call_log import Call

Json = dict[str, Any]

KINDS = {
    *("latency", "hang", "ratelimited", "status", "garbage", "reset", "error", "pause"),
    "ignores",
}


class InjectedFailure(Exception):
    """A fault replaces the answer. ``status`` 0: the connection is reset."""

    def __init__(self, what: str, status: int, body: str, headers: dict[str, str]) -> None:
        super().__init__(what)
        self.what, self.status, self.body, self.headers = what, status, body, headers


@dataclass
class Fault:
    """One fault. The meaning of ``value`` depends on ``kind``:

    =========== ===================================================================
    latency     wait this many milliseconds
    hang        wait this many seconds (the same, in the unit of time-outs)
    ratelimited 429 with this ``Retry-After``
    status      this HTTP status, such as 500 or 503
    garbage     200 with a body that is not JSON
    reset       the TCP connection is reset
    error       ``{"ok": false, "error": value}``
    pause       wait until released (``POST /control/faults/ID/release``)
    ignores     the argument of this name counts as not given
    =========== ===================================================================

    ``when``: ``before`` or ``after`` the call is applied. ``method``: a pattern
    (``chat.*``; ``upload`` for a file's content). ``channel``, ``user``: match arguments of the
    call. The first ``skip`` matching calls pass; the next ``times`` are affected (None: all of
    them).
    """

    id: str
    kind: str
    method: str = "*"
    value: Any = None
    when: str = "before"
    channel: str | None = None
    user: str | None = None
    skip: int = 0
    times: int | None = None
    met: int = 0
    waiting: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def meets(self, call: Call, when: str) -> bool:
        """Whether the fault affects this call; counts it if so."""
        args = call.args
        channels = (args.get("channel"), args.get("channel_id"))
        users = (args.get("user"), *str(args.get("users", "")).split(","))
        if when != self.when or not fnmatch(call.method, self.method) or self.times == 0:
            return False
        if self.channel is not None and self.channel not in channels:
            return False
        if self.user is not None and self.user not in users:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.met += 1
        self.times = None if self.times is None else self.times - 1
        return True

    async def strike(self, call: Call) -> None:
        """Apply the fault: wait, change the call, or raise ``InjectedFailure``."""
        match self.kind:
            case "ignores":
                call.args.pop(str(self.value), None)
            case "latency":
                await asyncio.sleep(float(self.value) / 1000)
            case "hang":
                await asyncio.sleep(float(self.value))
            case "pause":
                self.waiting += 1
                await self.released.wait()
                self.waiting -= 1
            case "ratelimited":
                body = '{"ok":false,"error":"ratelimited"}'
                after = {"Retry-After": str(self.value or 1)}
                raise InjectedFailure("429", 429, body, after)
            case "status":
                raise InjectedFailure(str(self.value), int(self.value or 500), "upstream", {})
            case "garbage":
                raise InjectedFailure("garbage", 200, "<html>Bad gateway</html>", {})
            case "reset":
                raise InjectedFailure(f"reset {self.when}", 0, "", {})
            case _:
                body = f'{{"ok":false,"error":"{self.value}"}}'
                raise InjectedFailure(str(self.value), 200, body, {})


class Faults:
    """The active faults, in the order in which they were added."""

    def __init__(self) -> None:
        self.all: dict[str, Fault] = {}
        self._ids = itertools.count(1)

    def add(self, asked: Json) -> Fault:
        """Add a fault. Raises ``ValueError`` for an unknown kind or field."""
        if asked.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        if asked.get("when", "before") not in ("before", "after"):
            raise ValueError("when must be before or after")
        try:
            fault = Fault(id=f"fault-{next(self._ids)}", **asked)
        except TypeError as problem:
            raise ValueError(str(problem)) from problem
        self.all[fault.id] = fault
        return fault

    def release(self, name: str) -> None:
        """Remove a fault, and let the calls it paused continue."""
        self.all.pop(name).released.set()

    def clear(self) -> None:
        for name in list(self.all):
            self.release(name)

    async def meet(self, call: Call, when: str) -> None:
        for fault in list(self.all.values()):
            if fault.meets(call, when):
                await fault.strike(call)


def to_json(fault: Fault) -> Json:
    return {name: value for name, value in vars(fault).items() if name != "released"}
