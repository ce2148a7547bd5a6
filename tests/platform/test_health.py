"""`/readyz` says whether the store takes writes, and never waits for it for long."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import ClientSession
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.embedded import EmbeddedServer
from bot.web.health import healthz, readyz
from bot.web.server import WebServer

READY, MISSING = (200, "ready\n"), (503, "missing: store\n")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("m"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(store: EmbeddedServer) -> Redis:
    return Redis.from_url(store.url, socket_timeout=2, retry=Retry(NoBackoff(), 0))


@pytest.fixture
async def url(redis: Redis) -> AsyncIterator[str]:
    server = WebServer([healthz(), readyz(redis, lambda: True)])
    await server.start("127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


async def asks(url: str) -> tuple[int, str]:
    async with ClientSession() as session, session.get(f"{url}/readyz") as answer:
        return answer.status, await answer.text()


async def test_a_store_that_refuses_writes_is_not_ready(url: str, redis: Redis) -> None:
    assert await asks(url) == READY
    redis.config_set("min-replicas-to-write", 1)
    assert redis.ping()
    assert await asks(url) == MISSING
    redis.config_set("min-replicas-to-write", 0)
    assert await asks(url) == READY


async def test_a_full_store_is_not_ready(url: str, redis: Redis) -> None:
    redis.config_set("maxmemory", 1)
    assert await asks(url) == MISSING
    redis.config_set("maxmemory", 0)
    assert await asks(url) == READY


async def test_a_store_that_hangs_is_not_ready_and_keeps_one_thread(
    url: str, store: EmbeddedServer
) -> None:
    assert await asks(url) == READY
    before = threading.active_count()
    assert store.child.pid
    os.kill(store.child.pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(10):
            said = await asyncio.gather(*(asks(url) for _ in range(20)))
        assert set(said) == {MISSING}
        assert threading.active_count() <= before + 1
    finally:
        os.kill(store.child.pid, signal.SIGCONT)
    async with asyncio.timeout(10):
        while await asks(url) != READY:  # noqa: ASYNC110  # nothing to wait for but the answer
            await asyncio.sleep(0.05)
