"""One Muster for many tests: each declares an incident of its own, and leaves none open."""

from collections.abc import Iterator

import pytest

from tests.harness import Harness


@pytest.fixture(scope="session")
def _by_socket() -> Iterator[Harness]:
    with Harness("socket") as harness:
        yield harness


@pytest.fixture(scope="session")
def _by_http() -> Iterator[Harness]:
    with Harness("http") as harness:
        yield harness


@pytest.fixture
def harness(_by_socket: Harness) -> Iterator[Harness]:
    """Over Socket Mode."""
    yield from _tidied(_by_socket)


@pytest.fixture(params=["socket", "http"])
def either(request: pytest.FixtureRequest) -> Iterator[Harness]:
    """Over Socket Mode, and again over HTTP."""
    yield from _tidied(request.getfixturevalue(f"_by_{request.param}"))


@pytest.fixture
def http(_by_http: Harness) -> Iterator[Harness]:
    yield from _tidied(_by_http)


def _tidied(harness: Harness) -> Iterator[Harness]:
    yield harness
    harness.tidy()
    harness.check_slack()
