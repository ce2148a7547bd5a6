"""A real store for the tests of a file, which use streams and people of their own."""

from collections.abc import Iterator

import pytest
from redis import Redis

from bot.embedded import EmbeddedServer
from bot.store import Store
from bot.wiring.connection import open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    server = EmbeddedServer(tmp_path_factory.mktemp("d"))
    server.start()
    with Redis.from_url(server.url) as redis:
        yield open_store(redis, "T1")
    server.stop()
