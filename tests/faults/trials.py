"""How an attack says what it tried, for `docs/reliability.md`.

A test of an attack takes the fixture `trials` and calls `trials.add(n)` for what it tried; one
that says nothing is one trial. `THOROUGH` is set when `make prove` runs: an attack with too many
cases for every `make test` then tries all of them.
"""

import os
from dataclasses import dataclass

THOROUGH = os.environ.get("THOROUGH") == "1"


@dataclass
class Trials:
    """What one test tried. It survived all of them, or it fails."""

    tried: int = 0
    remark: str = ""  # a number worth reading, such as the worst lateness seen

    def add(self, number: int = 1, remark: str = "") -> None:
        self.tried += number
        self.remark = remark or self.remark
