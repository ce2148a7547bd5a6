"""Socket Mode: whatever happens to the connection, it's back within 30 seconds."""

from collections.abc import Iterator

import pytest

from sandbox.driver import Seen
from tests.house import House, answer, until


@pytest.fixture(scope="module")
def _shared() -> Iterator[House]:
    with House() as house:
        yield house


@pytest.fixture
def house(_shared: House) -> Iterator[House]:
    yield _shared
    _shared.tidy()
    _shared.check_slack()


def _is_heard(house: House) -> Seen:
    seen = house.ana.types("/incident help")
    assert seen is not None
    assert not seen.problem, seen.text
    return seen


@pytest.mark.parametrize("how", ["polite", "abrupt", "silent"])
def test_a_lost_connection_is_back(house: House, how: str) -> None:
    house.slack.connected()
    assert house.slack.disconnects(how) >= 1
    house.slack.connected(within=30)
    assert "declare" in _is_heard(house)
    until(lambda: answer(f"{house.url}/readyz")[0] == 200, what="ready")


def test_a_warning_is_heeded_before_the_connection_ends(house: House) -> None:
    before = len(house.slack.calls("apps.connections.open"))
    house.slack.disconnects("polite", "warning")
    until(lambda: len(house.slack.calls("apps.connections.open")) > before, what="a new one")
    until(lambda: house.slack.connections() >= 2, what="both open")
    _is_heard(house)


@pytest.mark.parametrize("how", [{"status": 503}, {"hang": 40}, {"ratelimited": 2}])
def test_slack_gives_no_connection_for_a_while(house: House, how: dict[str, int]) -> None:
    fault = house.slack.fails("apps.connections.open", **how, times=1)
    house.slack.disconnects("abrupt")
    fault.met()
    until(lambda: answer(f"{house.url}/readyz") == (503, "missing: slack\n"), what="it says so")
    house.slack.connected(within=30)
    until(lambda: answer(f"{house.url}/readyz")[0] == 200, what="ready")
    _is_heard(house)
