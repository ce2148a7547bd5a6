"""No pattern takes more than linear time, even on a text that was made to hurt it."""

import re
from time import thread_time

import pytest

from tests.faults.trial_count import THOROUGH, Trials
from tests.patterns.found import Found, patterns
from tests.patterns.hostile import texts

# Characters. One that takes quadratic time takes seconds for the second length already.
LENGTHS = (1000, 20_000, 100_000) if THOROUGH else (1000, 20_000)
WITHIN = 0.05  # seconds of CPU time for one text of 100,000 characters
FOUND = patterns()


def test_patterns_are_found() -> None:
    assert len(FOUND) > 150
    assert any(each.place.startswith("bot.incident.when") for each in FOUND)


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.place)
def test_it_reads_hostile_text_in_linear_time(found: Found, trials: Trials) -> None:
    """Tried with a short text first, so that an exponential pattern doesn't hang the test."""
    for method in sorted(found.methods):
        for length in LENGTHS:
            for text in texts(found.pattern, length):
                trials.add()
                assert _took(found.pattern, method, text) < WITHIN, (method, text[:40], length)


def _took(pattern: re.Pattern[str], method: str, text: str) -> float:
    """CPU time in seconds; the better of two, because the machine may be busy."""
    best = 1.0
    for _ in range(2):
        began = thread_time()
        match method:
            case "finditer":
                for _ in pattern.finditer(text):
                    pass
            case "sub":
                pattern.sub("", text)
            case _:
                getattr(pattern, method)(text)
        best = min(best, thread_time() - began)
        if best < WITHIN:
            break
    return best
