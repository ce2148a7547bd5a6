"""One Muster for many tests: each declares an incident of its own, and leaves none open."""

from collections.abc import Iterator

import pytest

from tests.house import House


@pytest.fixture(scope="session")
def _by_socket() -> Iterator[House]:
    with House("socket") as house:
        yield house


@pytest.fixture(scope="session")
def _by_http() -> Iterator[House]:
    with House("http") as house:
        yield house


@pytest.fixture
def house(_by_socket: House) -> Iterator[House]:
    """Over Socket Mode."""
    yield from _tidied(_by_socket)


@pytest.fixture(params=["socket", "http"])
def either(request: pytest.FixtureRequest) -> Iterator[House]:
    """Over Socket Mode, and again over HTTP."""
    yield from _tidied(request.getfixturevalue(f"_by_{request.param}"))


@pytest.fixture
def http(_by_http: House) -> Iterator[House]:
    yield from _tidied(_by_http)


def _tidied(house: House) -> Iterator[House]:
    yield house
    house.tidy()
    house.check_slack()
