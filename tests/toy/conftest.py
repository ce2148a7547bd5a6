"""A store for each module, emptied before each test."""

from collections.abc import Iterator

import pytest
import structlog
from redis import Redis

from tests.harness.valkey import valkey
from tests.toy.machine import Machine


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("toys")) as url:
        yield url


@pytest.fixture(autouse=True)
def _short_log() -> Iterator[None]:
    """Log exceptions without local variables, which would take seconds."""
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def machine(url: str) -> Iterator[Machine]:
    with Redis.from_url(url) as redis:
        redis.flushall()
        yield Machine(redis)
