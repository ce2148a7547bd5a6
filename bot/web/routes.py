"""The table of HTTP routes, and the handling common to all of them."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, Protocol

from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.web.connections import Connections

BODY_WITHIN = 5.0  # seconds; bodies are sent at once, and Slack gives up after three


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request with its complete body, from a verified sender. `began`: when it arrived, in
    `perf_counter` seconds."""

    request: web.Request
    body: bytes
    began: float


Handler = Callable[[Incoming], Awaitable[web.StreamResponse]]


class Secret(Protocol):
    """The secret required from a sender, and its check."""

    @property
    def kind(self) -> str:
        """The name shown in the list of routes."""

    @property
    def refusal(self) -> str:
        """The text of the 401 for a sender without it."""

    def may_fit(self, request: web.Request) -> bool:
        """Whether the headers have what a sender who knows it would send. Checked before the body
        is read."""

    def fits(self, request: web.Request, body: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class Public:
    """No secret required."""

    kind: str = "none"
    refusal: str = ""

    def may_fit(self, request: web.Request) -> bool:
        return True

    def fits(self, request: web.Request, body: bytes) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Route:
    """A route. `path`: in aiohttp's syntax, `/i/{token}`. `body_max`: bytes; a GET has no body."""

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    body_max: int = 0
    secret: Secret = Public()


def application(
    routes: Iterable[Route], connections: Connections | None = None
) -> web.Application:
    """Serve these routes. Other paths get 404, other methods 405. `connections`: those of the
    server, if it counts them."""
    app = web.Application()
    # not `or`: one without connections is falsy
    counted = Connections(sys.maxsize) if connections is None else connections
    for route in routes:
        add = app.router.add_get if route.method == "GET" else app.router.add_post
        add(route.path, _answering(route, counted))
    return app


def _answering(
    route: Route, connections: Connections
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The request handler of a route. Refused before the body is read: 415 if it is compressed,
    401 if the headers lack what a verified sender sends, 413 if it is too large. Then 408 if it
    isn't complete in time, 413, 400 if it doesn't match its headers, 401 without the secret; else
    the handler's answer."""

    async def answer(request: web.Request) -> web.StreamResponse:
        began = perf_counter()
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return web.Response(status=415, text="compressed bodies aren't read\n")
        if not route.secret.may_fit(request):
            return web.Response(status=401, text=f"{route.secret.refusal}\n")
        body = b""
        if route.method != "GET":
            if (request.content_length or 0) > route.body_max:
                raise web.HTTPRequestEntityTooLarge(route.body_max, request.content_length or 0)
            try:
                request = request.clone(client_max_size=route.body_max)
                async with asyncio.timeout(BODY_WITHIN):
                    body = await request.read()
            except TimeoutError:
                return web.Response(status=408, text="the body was not complete in time\n")
            except (web.RequestPayloadError, ConnectionError):
                return web.Response(status=400, text="the body does not match its headers\n")
        if not route.secret.fits(request, body):
            return web.Response(status=401, text=f"{route.secret.refusal}\n")
        with connections.busy(request.protocol):
            return await route.handler(Incoming(request, body, began))

    return answer


class TheirFault(logging.Filter):
    """Logs malformed HTTP in one line without a traceback, because it is the sender's fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, HttpProcessingError | web.RequestPayloadError):
            record.msg, record.args, record.exc_info = (
                f"malformed HTTP: {type(fault).__name__}",
                (),
                None,
            )
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


logging.getLogger("aiohttp.server").addFilter(TheirFault())
