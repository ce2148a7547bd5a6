"""Selects the tests that need no process and no network (`make fast`, under a minute), and runs
the longest tests first.

Starting a process or using a socket fails a fast test: an audit hook detects both.
"""

import sys
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FAST = (
    *("bot", "tests/bench", "tests/contract", "tests/incident", "tests/listeners"),
    *("tests/messages", "tests/oncall", "tests/policy", "tests/postmortem", "tests/slack_message"),
    *("tests/platform/test_settings.py", "tests/registry.py", "tests/test_registry.py"),
    *("tests/test_language.py", "tests/ports/test_complete.py"),
)
FIRST = (
    *("tests/faults/test_crash_points.py", "tests/faults/test_answers.py", "tests/faults"),
    *("tests/platform", "tests/browser", "tests/e2e", "tests/incident/test_any_story.py"),
)
"""The longest tests. If they began last, a single worker would have to run them."""

OUTSIDE = {
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"),
    *("socket.bind", "socket.connect", "socket.getaddrinfo", "socket.sendto"),
}
"""Audit events: https://docs.python.org/3/library/audit_events.html"""


class Watch:
    """The forbidden actions of the running fast test."""

    def __init__(self) -> None:
        self.running = ""
        self.did: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: object) -> None:
        if self.running and event in OUTSIDE:
            self.did.append(event)
            raise PermissionError(f"{event} in {self.running}: {NOT_FAST}")


NOT_FAST = "a fast test starts no process and uses no socket; move it out of FAST in tests/fast.py"


@cache
def is_fast(path: Path) -> bool:
    """Whether the tests of this file should be fast."""
    return any(path.is_relative_to(ROOT / each) for each in FAST)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_WATCH] = Watch()


_WATCH = pytest.StashKey[Watch]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if is_fast(item.path):
            item.add_marker("fast")
    items.sort(key=lambda item: _turn(item.path))  # stable for all others


@cache
def _turn(path: Path) -> int:
    """The file's position among those that run first; the same for all tests of a file."""
    places = (place for place, each in enumerate(FIRST) if path.is_relative_to(ROOT / each))
    return next(places, len(FIRST) + is_fast(path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    return (yield from _watched(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    return (yield from _watched(item))


def _watched(item: pytest.Item) -> Generator[None, None, None]:
    watch = item.config.stash[_WATCH]
    watch.did.clear()
    watch.running = item.nodeid if item.get_closest_marker("fast") else ""
    try:
        result = yield
    finally:
        watch.running = ""
    assert not watch.did, f"{item.nodeid} used {', '.join(watch.did)}: {NOT_FAST}"
    return result
