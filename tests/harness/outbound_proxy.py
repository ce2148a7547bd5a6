"""A proxy on this machine: tunnels (`CONNECT`), and requests with a whole URL (plain HTTP)."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

HEAD_MAX = 2**16  # bytes


class OutboundProxy:
    """`asked`: the method and target of each request, in order. `refuses`: answer 403 to those
    whose target contains it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.authorizations: set[str] = set()
        self.refuses = ""
        self.url = ""
        self._busy: set[asyncio.Task[None]] = set()

    def hosts(self) -> set[str]:
        """The hosts of all requests, with their ports."""
        return {urlsplit(f"//{at}" if "//" not in at else at).netloc for _, at in self.asked}

    def paths(self) -> str:
        """The targets of all requests, in one text."""
        return "\n".join(at for _, at in self.asked)

    async def serve(self, inbound: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            while await self._one(inbound, back):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._busy.discard(task)
            back.close()

    async def _one(self, inbound: asyncio.StreamReader, back: asyncio.StreamWriter) -> bool:
        """One request. Whether another one may follow on this connection."""
        head = (await inbound.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *headers = head.split("\r\n")
        method, target, version = first.split(" ")
        self.asked.append((method, target))
        given = {k.lower(): v.strip() for k, _, v in (each.partition(":") for each in headers)}
        self.authorizations.add(given.get("proxy-authorization", ""))
        if self.refuses and self.refuses in target:
            back.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await back.drain()
            return False
        at = urlsplit(f"//{target}" if method == "CONNECT" else target)
        there, out = await asyncio.open_connection(at.hostname, at.port or 80)
        if method == "CONNECT":
            back.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = f"{at.path or '/'}{'?' + at.query if at.query else ''}"
            kept = [each for each in headers if not each.lower().startswith("proxy-")]
            if "upgrade" not in given:
                kept.insert(0, "Connection: close")  # the next request may be for another host
            out.write("\r\n".join([f"{method} {path} {version}", *kept]).encode("latin-1"))
        await asyncio.gather(_pipe(inbound, out), _pipe(there, back))
        return False


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await source.read(HEAD_MAX):
            sink.write(block)
            await sink.drain()
    sink.close()


@contextmanager
def outbound_proxy() -> Iterator[OutboundProxy]:
    """A proxy in a thread of its own, on a free port."""
    proxy, loop, ready = OutboundProxy(), asyncio.new_event_loop(), threading.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(proxy.serve, "127.0.0.1", 0))
        proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        loop.run_forever()
        server.close()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
