"""The table of HTTP routes, and the handling common to all of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, Protocol

from aiohttp import web
from aiohttp.http import HttpProcessingError

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

    def fits(self, request: web.Request, body: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class Public:
    """No secret required."""

    kind: str = "none"
    refusal: str = ""

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


def application(routes: Iterable[Route]) -> web.Application:
    """Serve these routes. Other paths get 404, other methods 405."""
    app = web.Application()
    for route in routes:
        add = app.router.add_get if route.method == "GET" else app.router.add_post
        add(route.path, _answering(route))
    return app


def _answering(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The request handler of a route: 408 if the body isn't complete in time, 413 if it is too
    large, 400 if it doesn't match its headers, 401 without the secret; else the handler's
    answer."""

    async def answer(request: web.Request) -> web.StreamResponse:
        began = perf_counter()
        body = b""
        if route.method != "GET":
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
