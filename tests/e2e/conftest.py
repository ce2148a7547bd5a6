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


@pytest.fixture
def either(request: pytest.FixtureRequest) -> Iterator[House]:
    """Over Socket Mode; a test that is marked `transports` runs again over HTTP."""
    yield from _tidied(request.getfixturevalue(f"_by_{request.param}"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What a feature does with a request is the same however it came: of each kind of request
    one test is tried over both."""
    if "either" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("transports") is not None
        metafunc.parametrize("either", ["socket", "http"] if both else ["socket"], indirect=True)


@pytest.fixture
def http(_by_http: House) -> Iterator[House]:
    yield from _tidied(_by_http)


def _tidied(house: House) -> Iterator[House]:
    yield house
    house.tidy()
    house.check_slack()
