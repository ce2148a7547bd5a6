"""Which tests need no process and no network: `make fast` runs those, in under a minute; and
which tests take longest: those begin first.

While a fast one runs, starting a process or using a socket fails it: an audit hook sees both.
"""

import sys
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FAST = (
    *("bot", "tests/bench", "tests/contract", "tests/incident", "tests/listeners"),
    *("tests/messages", "tests/oncall", "tests/policy", "tests/postmortem"),
    *("tests/platform/test_settings.py", "tests/registry.py", "tests/test_registry.py"),
)
FIRST = (
    *("tests/faults/test_crash_points.py", "tests/faults/test_answers.py", "tests/faults"),
    *("tests/platform", "tests/browser", "tests/e2e", "tests/incident/test_any_story.py"),
)
"""What takes longest: begun last, one worker would be busy with it alone."""

OUTSIDE = {
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"),
    *("socket.bind", "socket.connect", "socket.getaddrinfo", "socket.sendto"),
}
"""Audit events: https://docs.python.org/3/library/audit_events.html"""


class Watch:
    """What the fast test that runs now did outside of its process."""

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
    """Whether the tests of this file are to be fast."""
    return any(path.is_relative_to(ROOT / each) for each in FAST)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_WATCH] = Watch()


_WATCH = pytest.StashKey[Watch]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if is_fast(item.path):
            item.add_marker("fast")
    items.sort(key=lambda item: _turn(item.path))  # else they stay in their order


@cache
def _turn(path: Path) -> int:
    """Its place among those that begin first; the same for all of a file."""
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
