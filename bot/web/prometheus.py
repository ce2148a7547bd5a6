"""`GET /metrics`: the metrics for Prometheus."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.web.routes import Incoming, Route


def metrics(page: Callable[[], bytes]) -> Route:
    """`page`: renders the metrics; it may query the store, so it runs in a thread."""

    async def answer(incoming: Incoming) -> web.Response:
        text = await asyncio.to_thread(page)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Route("GET", "/metrics", answer)
