"""A proxy between our processes and the store, which a test can interrupt anywhere.

    stop = wire.stops("APPEND Declared", "Checkout is down", "after")
    …                               # somebody declares
    stop.reached()                  # the store has written it, and no one got the answer
    stop.drops()                    # the answer is lost

It uses real sockets and passes everything unchanged, command by command. A transaction counts as
one write, at its EXEC.
"""

import asyncio
import contextlib
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from sandbox.driver.waiting import PATIENCE
from tests.harness.resp import whole, words
from tests.harness.store_commands import label_of
from tests.harness.waiting import until

CHUNK = 2**16
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing resets the connection


@dataclass(frozen=True)
class Write:
    """One write to the store. `text`: the command, later also its answer and what is known about
    its incident or job."""

    label: str
    text: bytes

    def mentions(self, about: str) -> bool:
        return bool(re.search(re.escape(about.encode()) + rb"(?!\d)", self.text))


@dataclass
class Stop:
    """The place where a write is held: `before` the store gets it, or `after` it was applied."""

    label: str
    about: str
    side: str
    nth: int
    fate: "asyncio.Future[str]"
    holds: threading.Event = field(default_factory=threading.Event)

    def meets(self, write: Write, side: str) -> bool:
        """Whether this write is to be held; counts it if so."""
        if (write.label, side) != (self.label, self.side) or not write.mentions(self.about):
            return False
        self.nth -= 1
        return self.nth == 0

    def reached(self, *, within: float = PATIENCE) -> None:
        what = f"{self.label} about {self.about or 'anything'}"
        until(self.holds.is_set, within=within, what=what)

    def goes_on(self) -> None:
        """Let the write, or its answer, pass now, even if no one waits for it any more."""
        self._is("on")

    def drops(self) -> None:
        """Reset the connection; the held message is lost."""
        self._is("lost")

    def tears(self) -> None:
        """Let half of the answer pass, then end the connection."""
        self._is("torn")

    def _is(self, fate: str) -> None:
        def decide() -> None:
            if not self.fate.done():
                self.fate.set_result(fate)

        self.fate.get_loop().call_soon_threadsafe(decide)


class Wire:
    """The proxy. `delay`: seconds by which answers are delayed. `writes`: all writes, in order."""

    def __init__(self, store: Path) -> None:
        self.delay = 0.0
        self.writes: list[Write] = []
        self._store = store
        self._stops: list[Stop] = []
        self._named: dict[bytes, bytes] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._socket.getsockname()[1]}/0"

    def __enter__(self) -> "Wire":
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def stops(self, label: str, about: str = "", side: str = "before", nth: int = 1) -> Stop:
        """Hold the nth write with this label that mentions `about` (an incident, a title)."""
        stop = Stop(label, about, side, nth, self._loop.create_future())
        self._stops.append(stop)
        return stop

    def lifts(self, stop: Stop) -> None:
        """Remove the stop, unless it holds a write already."""
        self._stops.remove(stop)

    def heals(self) -> None:
        """Let all held writes pass, and remove all stops."""
        stops, self._stops, self.delay = self._stops, [], 0.0
        for stop in stops:
            stop.goes_on()

    def about(self, incident: str) -> list[Write]:
        """The writes that mention it."""
        return [each for each in self.writes if each.mentions(incident)]

    # --- in the proxy's thread ---------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._socket)

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            try:
                from_store, to_store = await asyncio.open_unix_connection(str(self._store))
            except OSError:
                writer.close()
                return
            line = _Line(self, (reader, writer), (from_store, to_store))
            await line.until_it_ends()

    async def hold(self, write: Write, side: str) -> str:
        """Wait until the test decides about the write: `on`, `lost` or `torn`."""
        for stop in self._stops:
            if stop.meets(write, side):
                stop.holds.set()
                return await stop.fate
        return "on"

    def write(self, label: str, text: bytes) -> Write:
        """Record a write, which is also about everything known under its id: an incident, an RQ
        job."""
        ids = set(re.findall(rb"INC-\d+|[0-9a-f]{8}-[0-9a-f-]{27}", text))
        for id_ in ids & self._named.keys():
            text += self._named[id_]
        if label == "CREATE" or b"workers.jobs." in text:
            self._named |= dict.fromkeys(ids - self._named.keys(), text)
        return Write(label, text)


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Line:
    """One connection of ours, with its own connection to the store."""

    def __init__(self, wire: Wire, ours: Ends, stores: Ends) -> None:
        self._wire = wire
        self._ours, self._stores = ours, stores
        self._asked: deque[tuple[str, bytes]] = deque()
        self._transaction: list[bytes] | None = None

    async def until_it_ends(self) -> None:
        ways = [asyncio.create_task(each) for each in (self._there(), self._back())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for _, writer in (self._ours, self._stores):
                writer.close()

    async def _there(self) -> None:
        async for commands in _chunks(self._ours[0]):
            if self._wire.delay:
                await asyncio.sleep(self._wire.delay)
            for command in commands:
                label, text = self._read(command)
                if label and await self._held(self._wire.write(label, text), "before"):
                    return
                self._asked.append((label, text))
                self._stores[1].write(command)
            await self._stores[1].drain()

    async def _back(self) -> None:
        async for answers in _chunks(self._stores[0]):
            for answer in answers:
                label, text = self._asked.popleft() if self._asked else ("", b"")
                if label:
                    write = self._wire.write(label, text + answer)
                    self._wire.writes.append(write)
                    if await self._held(write, "after", answer):
                        return
                self._ours[1].write(answer)
            await self._ours[1].drain()

    async def _held(self, write: Write, side: str, answer: bytes = b"") -> bool:
        """Handle a held write; returns whether the connection ended."""
        fate = await self._wire.hold(write, side)
        if fate == "torn":
            self._ours[1].write(answer[: len(answer) // 2])
        elif fate == "lost":
            end: socket.socket = self._ours[1].get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return fate != "on"

    def _read(self, command: bytes) -> tuple[str, bytes]:
        """The writes in a message; a transaction writes when it is executed."""
        name = words(command)[0].upper()
        if name == b"MULTI":
            self._transaction = []
        elif self._transaction is None:
            return label_of([words(command)]), command
        elif name == b"EXEC":
            commands, self._transaction = self._transaction, None
            return label_of([words(each) for each in commands]), b"".join(commands)
        else:
            self._transaction.append(command)
        return "", command


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[list[bytes]]:
    """The messages that arrived together."""
    buffer = bytearray()
    while data := await reader.read(CHUNK):
        buffer += data
        yield list(whole(buffer))
