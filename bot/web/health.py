"""`GET /healthz`: whether the process is alive. `GET /readyz`: whether it is ready, or what it
waits for."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from redis import Redis, RedisError

from bot.web.routes import Incoming, Route


def healthz() -> Route:
    async def answer(incoming: Incoming) -> web.Response:
        return web.Response(text="ok\n")

    return Route("GET", "/healthz", answer)


def readyz(redis: Redis, connected: Callable[[], bool]) -> Route:
    """`connected`: whether Slack is connected."""

    async def answer(incoming: Incoming) -> web.Response:
        missing = [] if connected() else ["slack"]
        try:
            await asyncio.to_thread(redis.ping)
        except RedisError:
            missing.insert(0, "store")
        if missing:
            return web.Response(status=503, text=f"missing: {', '.join(missing)}\n")
        return web.Response(text="ready\n")

    return Route("GET", "/readyz", answer)
