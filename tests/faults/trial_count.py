"""Counts the trials of attacks, for `docs/reliability.md`.

An attack uses the fixture `trials` and calls `trials.add(n)` for each n trials; without that, a
test is one trial. `THOROUGH` is set by `make prove`: attacks with too many cases for `make test`
then run all of them.
"""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

THOROUGH = os.environ.get("THOROUGH") == "1"
NEVER = 0.05  # maximum fraction of cases that never reach their boundary …
FEW = 2  # … or as many: whether a call is needed may depend on what another one had cached


@dataclass
class Trials:
    """The trials of one test. It passes all of them, or it fails."""

    tried: int = 0
    remark: str = ""  # a number worth reading, such as the worst lateness seen

    def add(self, number: int = 1, remark: str = "") -> None:
        self.tried += number
        self.remark = remark or self.remark

    def came_there(self, times: Counter[str], never: Iterable[object], *, of: str = "") -> None:
        """Record how often each flow reached its boundary, `of` all cases. Cases in `never` don't
        count as trials; they are named, and if there are too many it fails."""
        others = sorted(map(str, never))
        assert len(others) <= max(FEW, NEVER * (times.total() + len(others))), others
        told = of + ", ".join(f"{flow} {number}" for flow, number in times.items())
        named = f"; never reached: {', '.join(others)}" if others else ""
        self.add(times.total(), told + named)
