"""Connections of the web server: how many there may be, and how long one may go without a request.

aiohttp has no such limits, so a few hundred half-sent requests would take all file descriptors. A
connection waits until a request on it is complete and from a verified sender, and again once that
is answered.
"""

import asyncio
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import structlog

FIRST_WITHIN = 10.0  # seconds from the connection to the first verified request
NEXT_WITHIN = 75.0  # seconds from an answer to the next; proxies keep connections for a minute
MOST = 512
LOOK_EVERY = 1.0  # seconds

log = structlog.get_logger()


def most_connections() -> int:
    """How many connections may be open: a half of the file descriptors, at most `MOST`."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if descriptors == resource.RLIM_INFINITY else min(MOST, descriptors // 2)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since when and until when a connection may wait for a request, in seconds of the clock."""

    since: float
    until: float


class Connections:
    """The open connections. `most`: if there are more, the one that has waited longest is closed.
    `now`: seconds of a clock that only rises."""

    def __init__(self, most: int, now: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._now = now
        self._waiting: dict[asyncio.BaseProtocol, Waiting] = {}  # in order of `since`
        self._busy: set[asyncio.BaseProtocol] = set()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._busy)

    def add(self, connection: asyncio.BaseProtocol) -> None:
        """Count a new one; with too many, close the one that has waited longest."""
        while self._waiting and len(self) >= self._most:
            _close(next(iter(self._waiting)))
            self._waiting.pop(next(iter(self._waiting)))
            log.warning("too many connections: closed the one that waited longest", at=self._most)
        self._wait(connection, FIRST_WITHIN)

    @contextmanager
    def busy(self, connection: asyncio.BaseProtocol) -> Iterator[None]:
        """While a verified request of this connection is answered, it isn't closed."""
        self._waiting.pop(connection, None)
        self._busy.add(connection)
        try:
            yield
        finally:
            self._busy.discard(connection)
            self._wait(connection, NEXT_WITHIN)

    async def keep_closing(self) -> None:
        """Close late ones until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.close_late()

    def close_late(self) -> None:
        """Close those that have waited too long, and forget those that are closed."""
        now = self._now()
        for connection, waiting in [*self._waiting.items()]:
            if waiting.until <= now:
                _close(connection)
            # a new one has its transport a moment later
            if waiting.until <= now or (now - waiting.since > 1 and not _transport(connection)):
                del self._waiting[connection]

    def _wait(self, connection: asyncio.BaseProtocol, within: float) -> None:
        now = self._now()
        self._waiting[connection] = Waiting(now, now + within)


def _transport(connection: asyncio.BaseProtocol) -> asyncio.Transport | None:
    """The transport of a connection of aiohttp; None before it is connected, and once it is
    closed."""
    return getattr(connection, "transport", None)


def _close(connection: asyncio.BaseProtocol) -> None:
    if transport := _transport(connection):
        transport.abort()
