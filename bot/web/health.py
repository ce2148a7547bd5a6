"""`GET /healthz`: whether the process is alive. `GET /readyz`: whether it is ready, or what it
waits for."""

import asyncio
from collections.abc import Callable, Iterable

from aiohttp import web
from redis import Redis, RedisError

from bot.web.routes import Incoming, Route

WITHIN = 1.0  # seconds in which the store has to take a write, and the answer comes
KEY = "muster:ready"
KEPT = 60  # seconds


def healthz() -> Route:
    async def answer(incoming: Incoming) -> web.Response:
        return web.Response(text="ok\n")

    return Route("GET", "/healthz", answer)


def readyz(
    redis: Redis,
    connected: Callable[[], bool],
    sentinels: Callable[[], Iterable[object]] = tuple,
) -> Route:
    """`connected`: whether Slack is connected. The store is ready if it takes a write: one that is
    full, or cut off from its replicas, only answers. `sentinels`: what each says of the store."""
    store = StoreProbe(redis)

    async def answer(incoming: Incoming) -> web.Response:
        missing = [] if await store.takes_writes() else ["store"]
        missing += [] if connected() else ["slack"]
        says = f"missing: {', '.join(missing)}" if missing else "ready"
        lines = [says, *(f"sentinel {each}" for each in sentinels())]
        return web.Response(status=503 if missing else 200, text="\n".join(lines) + "\n")

    return Route("GET", "/readyz", answer)


class StoreProbe:
    """Asks whether the store takes writes, one question at a time: however often it is asked, a
    store that doesn't answer keeps only one thread waiting."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._asking: asyncio.Task[None] | None = None

    async def takes_writes(self) -> bool:
        """Whether it took one within `WITHIN`."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(asyncio.to_thread(self._write))
        asking = self._asking
        await asyncio.wait({asking}, timeout=WITHIN)
        if not asking.done():
            return False
        try:
            asking.result()
        except RedisError:
            return False
        return True

    def _write(self) -> None:
        self._redis.set(KEY, "1", ex=KEPT)
