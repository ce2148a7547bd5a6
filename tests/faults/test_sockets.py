"""Socket Mode: whatever happens to the connection, it's back within 30 seconds."""

from collections.abc import Iterator

import pytest

from sandbox.driver import Seen
from tests.harness import Harness, answer, until


@pytest.fixture(scope="module")
def _shared() -> Iterator[Harness]:
    with Harness() as harness:
        yield harness


@pytest.fixture
def harness(_shared: Harness) -> Iterator[Harness]:
    yield _shared
    _shared.tidy()
    _shared.check_slack()


def _is_heard(harness: Harness) -> Seen:
    seen = harness.ana.types("/incident help")
    assert seen is not None
    assert not seen.problem, seen.text
    return seen


@pytest.mark.parametrize("how", ["polite", "abrupt", "silent"])
def test_a_lost_connection_is_restored(harness: Harness, how: str) -> None:
    harness.slack.connected()
    assert harness.slack.disconnects(how) >= 1
    harness.slack.connected(within=30)
    assert "declare" in _is_heard(harness)
    until(lambda: answer(f"{harness.url}/readyz")[0] == 200, what="ready")


def test_a_disconnect_warning_opens_the_next_connection_first(harness: Harness) -> None:
    before = len(harness.slack.calls("apps.connections.open"))
    harness.slack.disconnects("polite", "warning")
    until(lambda: len(harness.slack.calls("apps.connections.open")) > before, what="a new one")
    until(lambda: harness.slack.connections() >= 2, what="both open")
    _is_heard(harness)


@pytest.mark.parametrize("how", [{"status": 503}, {"hang": 40}, {"ratelimited": 2}])
def test_slack_refuses_connections_for_a_while(harness: Harness, how: dict[str, int]) -> None:
    fault = harness.slack.fails("apps.connections.open", **how, times=1)
    harness.slack.disconnects("abrupt")
    fault.met()
    until(lambda: answer(f"{harness.url}/readyz") == (503, "missing: slack\n"), what="it says so")
    harness.slack.connected(within=30)
    until(lambda: answer(f"{harness.url}/readyz")[0] == 200, what="ready")
    _is_heard(harness)
