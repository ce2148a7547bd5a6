"""Socket Mode: the connections that the app holds open, and envelopes over them."""

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
    """One WebSocket. ``silent``: on request it neither reads nor writes any more."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.request = request
        self.ws = ws
        self.silent = False
        self.gone = asyncio.Event()
        self.waiting: dict[str, asyncio.Future[Ack]] = {}

    async def send(self, kind: str, payload: Json, retry: tuple[int, str]) -> Ack:
        """One envelope, and its acknowledgement within three real seconds."""
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
        """Take acknowledgements until the connection ends or falls silent."""
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
    """What it says it is; a test may deliver what is none of Slack's shapes."""
    said = payload if isinstance(payload, dict) else {}
    inner = said.get("event")
    return said.get("command") or (inner if isinstance(inner, dict) else said).get("type")


class Sockets:
    """Up to ten connections; each payload goes to one of them in turn."""

    def __init__(self) -> None:
        self.connections: list[Connection] = []
        self.tickets: set[str] = set()
        self._turn = itertools.count()

    def ticket(self) -> str:
        """The single-use part of a new socket's URL."""
        ticket = secrets.token_hex(16)
        self.tickets.add(ticket)
        return ticket

    def next(self) -> Connection | None:
        """Whose turn it is among the connections that are alive."""
        alive = [c for c in self.connections if not c.silent and not c.ws.closed]
        return alive[next(self._turn) % len(alive)] if alive else None

    async def serve(self, request: web.Request, app_id: str) -> web.StreamResponse:
        """The WebSocket endpoint, from hello to the end."""
        ticket = request.match_info["ticket"]
        if ticket not in self.tickets:
            return web.Response(status=403, text="this ticket was used, or never given out")
        self.tickets.discard(ticket)
        # Answers to pings come from `receive`; a connection gone silent must not give any.
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
        """Send every connection a frame as it stands, which it may not outlive; how many."""
        there = list(self.connections)
        for connection in there:
            with contextlib.suppress(ConnectionError):
                await connection.ws.send_str(text)
        return len(there)

    async def disconnect(self, how: str, reason: str = "refresh_requested") -> int:
        """Break every connection: ``polite``, ``abrupt`` or ``silent``. How many there were."""
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
                    # The reader is inside `receive`, where it would answer one more ping.
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
