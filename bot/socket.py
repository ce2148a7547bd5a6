"""Slack in by WebSocket (Socket Mode): one monitored connection, replaced before Slack closes it.

The SDK's own client stayed silent for minutes after a reset, so this one pings, treats any silence
as a loss, and opens the next connection before leaving one that Slack announced to close.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import aiohttp
import structlog
from slack_bolt.response import BoltResponse

from bot import metrics
from bot.slack.client import Slack, SlackError
from bot.slack.way_out import proxy_for

PING_EVERY = 4.0  # seconds
LOST_AFTER = 10.0  # seconds without any frame: the connection is dead
STALE_AFTER = 20.0  # seconds in which Slack sent nothing but pongs: reconnect
PAUSES = (0.2, 0.5, 1, 2, 4)  # seconds between attempts

LARGEST = 16 * 2**20  # bytes per frame

log = structlog.get_logger()

Take = Callable[[object], Awaitable[BoltResponse]]


class Socket:
    def __init__(self, slack: Slack, take: Take, app_token: str) -> None:
        self._slack = slack
        self._take = take
        self._token = app_token
        self._open: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()
        self._ready = 0

    @property
    def connected(self) -> bool:
        return self._ready > 0

    async def run(self) -> None:
        """Stay connected until cancelled."""
        failures = 0
        try:
            while True:
                said_hello, leaving = asyncio.Event(), asyncio.Event()
                task = asyncio.create_task(self._connection(said_hello, leaving))
                self._open.add(task)
                task.add_done_callback(self._open.discard)
                await _either(task, leaving)
                failures = 0 if said_hello.is_set() else failures + 1
                if failures or task.done():
                    await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
        finally:
            for task in [*self._open, *self._busy]:
                task.cancel()
            await asyncio.gather(*self._open, *self._busy, return_exceptions=True)

    async def _connection(self, said_hello: asyncio.Event, leaving: asyncio.Event) -> None:
        """One connection, from getting its address to its end. `leaving`: open the next one
        already.
        """
        try:
            answer = await self._slack.call("apps.connections.open", app_token=self._token)
            async with self._slack.session.ws_connect(
                answer["url"],
                proxy=proxy_for(answer["url"]),
                autoping=False,
                max_msg_size=LARGEST,
                timeout=_closing(),
            ) as socket:
                await self._listen(socket, said_hello, leaving)
        except (SlackError, aiohttp.ClientError, TimeoutError, OSError) as lost:
            log.warning("socket lost", error=str(lost) or type(lost).__name__)

    async def _listen(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        said_hello: asyncio.Event,
        leaving: asyncio.Event,
    ) -> None:
        clock = asyncio.get_running_loop().time
        heard = fresh = pinged = clock()
        try:
            while True:
                try:
                    frame = await socket.receive(timeout=PING_EVERY / 2)
                except TimeoutError:
                    frame = None
                now = clock()
                if frame is not None:
                    heard = now
                    if frame.type is not aiohttp.WSMsgType.PONG:
                        fresh = now
                    if not await self._frame(socket, frame, said_hello, leaving):
                        return
                if now - heard > LOST_AFTER:
                    log.warning("socket silent", seconds=round(now - heard))
                    return
                if now - fresh > STALE_AFTER and not leaving.is_set():
                    log.info("socket stale, reconnecting")
                    leaving.set()
                if leaving.is_set() and now - fresh > STALE_AFTER + LOST_AFTER:
                    return
                if now - pinged > PING_EVERY:
                    pinged = now
                    async with asyncio.timeout(LOST_AFTER):
                        await socket.ping()
        finally:
            if said_hello.is_set():
                self._ready -= 1
                metrics.SOCKETS.set(self._ready)

    async def _frame(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        frame: aiohttp.WSMessage,
        said_hello: asyncio.Event,
        leaving: asyncio.Event,
    ) -> bool:
        """Handle one frame. False when the connection is over."""
        if frame.type is aiohttp.WSMsgType.PING:
            await socket.pong(frame.data)
        elif frame.type is aiohttp.WSMsgType.TEXT:
            message = _message(frame.data)
            kind = message.get("type")
            if kind == "hello":
                self._ready += 1
                metrics.SOCKETS.set(self._ready)
                said_hello.set()
                log.info("socket connected")
            elif kind == "disconnect":
                log.info("socket closing", reason=message.get("reason"))
                leaving.set()
            elif isinstance(message.get("envelope_id"), str):
                task = asyncio.create_task(self._deliver(socket, message))
                self._busy.add(task)
                task.add_done_callback(self._busy.discard)
        elif frame.type is not aiohttp.WSMsgType.PONG:
            return False
        return True

    async def _deliver(
        self, socket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]
    ) -> None:
        """Acknowledge even an invalid message: it wouldn't be valid the next time either."""
        began = perf_counter()
        response = await self._take(envelope.get("payload"))
        if response.status >= 500:
            return
        answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if response.status == 200 and response.body and envelope.get("accepts_response_payload"):
            answer["payload"] = _payload(response.body)
        try:
            await socket.send_json(answer)
            metrics.acknowledged("socket", began)
        except ConnectionError:
            log.warning("acknowledgement lost with its socket", type=envelope.get("type"))


def _message(text: str) -> dict[str, Any]:
    """The message in a frame; empty, with a line in the log, if it is invalid."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        log.warning("malformed payload", why="the frame isn't a JSON object")
        return {}
    return message


def _payload(body: str) -> Any:
    try:
        return json.loads(body)
    except json.JSONDecodeError:
        return {"text": body}


def _closing() -> aiohttp.ClientWSTimeout:
    return aiohttp.ClientWSTimeout(ws_close=1.0)


async def _either(task: asyncio.Task[None], event: asyncio.Event) -> None:
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
