"""One Muster for many tests: each declares its own incident and leaves none open."""

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
    """A harness with Socket Mode."""
    yield from _tidied(_by_socket)


@pytest.fixture
def either(request: pytest.FixtureRequest) -> Iterator[Harness]:
    """A harness with Socket Mode; a test marked `transports` also runs over HTTP."""
    yield from _tidied(request.getfixturevalue(f"_by_{request.param}"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A feature's behavior doesn't depend on the transport, so one test for each kind of request
    runs over both."""
    if "either" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("transports") is not None
        metafunc.parametrize("either", ["socket", "http"] if both else ["socket"], indirect=True)


@pytest.fixture
def http(_by_http: Harness) -> Iterator[Harness]:
    yield from _tidied(_by_http)


def _tidied(harness: Harness) -> Iterator[Harness]:
    yield harness
    harness.tidy()
    harness.check_slack()
