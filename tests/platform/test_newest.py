"""The newest incidents by position, even if more are declared meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from redis import Redis

from bot.embedded import EmbeddedServer as Server
from bot.wiring.connection import open_store
from tests.bulk_incidents import BulkWriter, told


@pytest.fixture
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    folder: Path = tmp_path_factory.mktemp("n")
    server = Server(folder)
    server.start()
    with Redis.from_url(server.url) as redis:
        yield redis
    server.stop()


def test_they_come_newest_first_and_a_place_stays_what_it_is(redis: Redis) -> None:
    store = open_store(redis, "T0LIST")
    assert list(store.streams.newest_ids("INC")) == []

    declare(redis, 250)  # more than one round trip
    everything = list(store.streams.newest_ids("INC"))
    assert [each for _, each in everything] == store.streams.all_ids("INC")[::-1]
    assert everything[0] == (249, "INC-250")

    place, _ = everything[9]
    declare(redis, 5)
    assert list(islice(store.streams.newest_ids("INC", place), 10)) == everything[10:20]
    assert list(store.streams.newest_ids("INC", 0)) == []
    assert list(islice(store.streams.newest_ids("INC", 10**30), 1)) == [(254, "INC-255")]


def declare(redis: Redis, count: int) -> None:
    """Declare incidents, one per minute."""
    bulk, story = BulkWriter(redis, "T0LIST"), told("SEV3")
    for _ in range(count):
        at = bulk.now() + timedelta(minutes=bulk.streams.count("INC"))
        bulk.add(1, story, at=at)
