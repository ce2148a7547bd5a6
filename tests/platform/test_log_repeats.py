"""A warning that repeats is logged once a minute, with how often."""

import logging
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.log_repeats import AGAIN_AFTER, ALIKE, KEPT, Repeats


class Log:
    """A log with the filter, and a clock to move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.filter = Repeats(lambda: self.now)
        self.lines: list[object] = []

    def line(self, msg: object, level: int = logging.WARNING, *args: object) -> None:
        record = logging.LogRecord("muster", level, "x.py", 1, msg, args, None)
        if self.filter.filter(record):
            self.lines.append(record.msg)


@pytest.fixture
def log() -> Log:
    return Log()


def test_the_same_line_comes_once_a_minute_and_says_how_often(log: Log) -> None:
    for _ in range(10):
        log.line({"event": "store away", "timestamp": log.now})
        log.now += 1
    assert len(log.lines) == 1
    log.now = AGAIN_AFTER
    log.line({"event": "store away", "timestamp": log.now})
    assert log.lines[1] == {"event": "store away", "timestamp": 60.0, "repeated": 9}
    log.now += AGAIN_AFTER
    log.line({"event": "store away"})
    assert log.lines[2] == {"event": "store away"}


def test_lines_of_other_libraries_too(log: Log) -> None:
    for _ in range(3):
        log.line("can't accept on %s", logging.ERROR, "socket")
    log.line("can't accept on %s", logging.ERROR, "another")
    log.now = AGAIN_AFTER
    log.line("can't accept on %s", logging.ERROR, "socket")
    assert log.lines == [
        "can't accept on %s",
        "can't accept on %s",
        "can't accept on %s (repeated 2 times)",
    ]


def test_what_differs_is_logged_up_to_a_number(log: Log) -> None:
    for number in range(ALIKE * 3):
        log.line({"event": "call failed", "incident": f"INC-{number}"})
    assert len(log.lines) == ALIKE
    log.line({"event": "another"})
    assert log.lines[-1] == {"event": "another"}


def test_another_error_with_the_same_words_is_another_line(log: Log) -> None:
    for error in ("ValueError: a", "ValueError: a", "KeyError: 'b'"):
        trace = f"Traceback\n  line {len(log.lines)}\n{error}"
        log.line({"event": "listener failed", "exception": trace})
    assert len(log.lines) == 2


def test_what_is_no_warning_always_passes(log: Log) -> None:
    for _ in range(3):
        log.line({"event": "incident declared"}, logging.INFO)
    assert len(log.lines) == 3


def test_threads_log_at_once(log: Log) -> None:
    def many(thread: int) -> None:
        for number in range(KEPT):
            log.line({"event": f"line {thread} {number}"})

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # seconds; so that they meet in the middle of a line
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(many, range(4)))  # raises what they raised
    finally:
        sys.setswitchinterval(before)
    assert len(log.lines) == 4 * KEPT


def test_it_remembers_no_more_than_that(log: Log) -> None:
    for number in range(KEPT * 3):
        log.line({"event": f"line {number}"})
    assert len(log.lines) == KEPT * 3
    assert len(log.filter._seen) <= KEPT + 2
