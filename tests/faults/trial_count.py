"""How an attack says what it tried, for `docs/reliability.md`.

A test of an attack takes the fixture `trials` and calls `trials.add(n)` for what it tried; one
that says nothing is one trial. `THOROUGH` is set when `make prove` runs: an attack with too many
cases for every `make test` then tries all of them.
"""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

THOROUGH = os.environ.get("THOROUGH") == "1"
NEVER = 0.05  # of all cases: more of them may not go another way each time


@dataclass
class Trials:
    """What one test tried. It survived all of them, or it fails."""

    tried: int = 0
    remark: str = ""  # a number worth reading, such as the worst lateness seen

    def add(self, number: int = 1, remark: str = "") -> None:
        self.tried += number
        self.remark = remark or self.remark

    def came_there(self, times: Counter[str], never: Iterable[object], *, of: str = "") -> None:
        """How often each flow came to where it was to be disturbed, `of` all that is tried. The
        cases that `never` did are no trials; they are named, and few, or it fails."""
        others = sorted(map(str, never))
        assert len(others) <= max(1, NEVER * (times.total() + len(others))), others
        told = of + ", ".join(f"{flow} {number}" for flow, number in times.items())
        named = f"; never reached: {', '.join(others)}" if others else ""
        self.add(times.total(), told + named)
