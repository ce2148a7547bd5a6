"""A store for the suite, emptied before each test."""

from collections.abc import Iterator

import pytest
import structlog
from redis import Redis

from tests.harness.valkey import valkey


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("ports")) as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    with Redis.from_url(server) as redis:
        redis.flushall()
    return server


@pytest.fixture(autouse=True)
def _short_log() -> Iterator[None]:
    """Log exceptions without local variables, which would take seconds."""
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    yield
    structlog.reset_defaults()
