"""`GET /metrics`: the metrics for Prometheus."""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.web.routes import Incoming, Public, Route


@dataclass(frozen=True, slots=True)
class BearerToken:
    """`Authorization: Bearer …` with this token."""

    token: bytes = field(repr=False)
    kind: str = "bearer token"
    refusal: str = "needs the bearer token of MUSTER_METRICS_TOKEN"

    def may_fit(self, request: web.Request) -> bool:
        return "Authorization" in request.headers

    def fits(self, request: web.Request, body: bytes) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        theirs = given.strip().encode(errors="replace")
        return scheme.lower() == "bearer" and hmac.compare_digest(theirs, self.token)


def metrics(page: Callable[[], bytes], token: str = "") -> Route:
    """`page`: renders the metrics; it may query the store, so it runs in a thread. `token`: what a
    scraper has to send; empty: nothing."""
    secret = BearerToken(token.encode()) if token else Public()

    async def answer(incoming: Incoming) -> web.Response:
        text = await asyncio.to_thread(page)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Route("GET", "/metrics", answer, secret=secret)
