"""Socket Mode: the app's open connections, and the envelopes sent over them."""

import asyncio
import contextlib
import itertools
import json
import secrets
import time
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.contract import limit
from sandbox.delivery.ack import Ack
from sandbox.delivery.reset import reset

Json = dict[str, Any]

PING_EVERY = 10.0
ANSWERABLE = {"view_submission", "block_suggestion", "block_actions"}


class Connection:
    """One WebSocket. ``silent``: simulates a dead connection that neither reads nor writes."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.request = request
        self.ws = ws
        self.silent = False
        self.gone = asyncio.Event()
        self.waiting: dict[str, asyncio.Future[Ack]] = {}

    async def send(self, kind: str, payload: Json, retry: tuple[int, str]) -> Ack:
        """Send an envelope and wait up to three real seconds for its acknowledgement."""
        envelope_id = str(uuid.uuid4())
        answerable = kind == "slash_commands" or str(_type(payload)) in ANSWERABLE
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = answerable
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self.waiting[envelope_id] = waiting
        try:
            await self.ws.send_str(json.dumps(envelope))
            async with asyncio.timeout(limit("ack_seconds")):
                return await waiting
        except TimeoutError:
            what = _type(payload) or kind
            return Ack(None, "http_timeout", f"no acknowledgement of {what} within 3 seconds")
        except ConnectionError:
            return Ack(None, "connection_failed")
        finally:
            del self.waiting[envelope_id]

    async def read(self) -> None:
        """Read acknowledgements until the connection ends or becomes silent."""
        pings = asyncio.create_task(self._ping())
        try:
            while not self.silent:
                message = await self.ws.receive()
                if message.type is not WSMsgType.TEXT:
                    return
                if not self.silent:
                    self._take(message.data)
            await self.gone.wait()
        finally:
            pings.cancel()
            for waiting in self.waiting.values():
                if not waiting.done():
                    waiting.set_result(Ack(None, "connection_failed"))

    def _take(self, text: str) -> None:
        ack = json.loads(text)
        waiting = self.waiting.get(ack.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(Ack(ack.get("payload") or None))

    async def _ping(self) -> None:
        while not self.silent:
            await asyncio.sleep(PING_EVERY)
            if not self.silent:
                await self.ws.ping(f"Ping from the sandbox {time.time():.0f}".encode())


def _type(payload: Any) -> Any:
    """The message's ``type``; a test may send messages that aren't valid."""
    said = payload if isinstance(payload, dict) else {}
    inner = said.get("event")
    return said.get("command") or (inner if isinstance(inner, dict) else said).get("type")


class Sockets:
    """Up to ten connections, which take turns in getting payloads."""

    def __init__(self) -> None:
        self.connections: list[Connection] = []
        self.tickets: set[str] = set()
        self._turn = itertools.count()

    def ticket(self) -> str:
        """A new single-use ticket, the last part of a socket's URL."""
        ticket = secrets.token_hex(16)
        self.tickets.add(ticket)
        return ticket

    def next(self) -> Connection | None:
        """The next live connection, in turn."""
        alive = [c for c in self.connections if not c.silent and not c.ws.closed]
        return alive[next(self._turn) % len(alive)] if alive else None

    async def serve(self, request: web.Request, app_id: str) -> web.StreamResponse:
        """The WebSocket endpoint, from hello to the end."""
        ticket = request.match_info["ticket"]
        if ticket not in self.tickets:
            return web.Response(status=403, text="this ticket was used, or never given out")
        self.tickets.discard(ticket)
        # `receive` answers pings, which a silent connection must not do.
        ws = web.WebSocketResponse(autoping=True)
        await ws.prepare(request)
        if sum(not c.silent for c in self.connections) >= limit("connections"):
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        connection = Connection(request, ws)
        self.connections.append(connection)
        info = {"app_id": app_id}
        debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "connection_info": info, "debug_info": debug}
        await ws.send_json({**hello, "num_connections": len(self.connections)})
        try:
            await connection.read()
        finally:
            self.connections.remove(connection)
        return ws

    async def frame(self, text: str) -> int:
        """Send a raw frame to every connection, which it may not survive. Returns how many there
        are."""
        there = list(self.connections)
        for connection in there:
            with contextlib.suppress(ConnectionError):
                await connection.ws.send_str(text)
        return len(there)

    async def disconnect(self, how: str, reason: str = "refresh_requested") -> int:
        """Break every connection: ``polite``, ``abrupt`` or ``silent``. Returns how many there
        were."""
        doomed = list(self.connections)
        for connection in doomed:
            match how:
                case "polite":
                    debug = {"host": "sandbox"}
                    frame = {"type": "disconnect", "reason": reason, "debug_info": debug}
                    await connection.ws.send_json(frame)
                    if reason != "warning":
                        await connection.ws.close()
                case "abrupt":
                    reset(connection.request)
                case "silent":
                    connection.silent = True
                    # The reader is waiting in `receive`, where it would answer one more ping.
                    if connection.request.transport is not None:
                        connection.request.transport.pause_reading()
                case _:
                    raise ValueError("how must be polite, abrupt or silent")
        return len(doomed)

    async def close(self) -> None:
        for connection in list(self.connections):
            connection.gone.set()
            if connection.silent:
                # It would never answer a closing handshake.
                reset(connection.request)
            await connection.ws.close()
