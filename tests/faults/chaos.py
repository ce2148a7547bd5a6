"""Everything that can go wrong, at once: processes die, the store dies, Slack fails.

python -m tests.faults.chaos --seconds 300 --seed 1
"""

import sys
from collections import Counter
from random import Random
from time import monotonic

from tests.faults.completeness import SENT_AGAIN
from tests.faults.soak import Reaper, main
from tests.faults.test_slack_failures import TROUBLES
from tests.harness import Harness

# after a 429 everyone keeps to Slack's tiers for minutes: see test_limits.py
ERRORS = sorted(TROUBLES.keys() - {"429"})


class Chaos(Reaper):
    """Kills not only processes: the store dies, too, for a moment or for longer than anyone waits;
    and random Slack calls fail."""

    # after waiting for the store, it may be too late to open a form
    excuses = (SENT_AGAIN, "expired_trigger_id")

    def __init__(self, harness: Harness, random: Random, kills: Counter[str]) -> None:
        super().__init__(harness, random, kills)
        self._err = monotonic() + random.uniform(0.5, 2)
        self._die = monotonic() + random.uniform(3, 10)
        self._back: float | None = None  # when the store comes back; None: it is running

    def works(self) -> None:
        super().works()
        now = monotonic()
        if now >= self._err:
            self._slack_errs()
            self._err = now + self._random.uniform(0.5, 3)
        if self._back is None and now >= self._die:
            self._harness.kill_the_store()
            self._kills["store"] += 1
            self._back = now + self._random.uniform(0.1, 4)
        elif self._back is not None and now >= self._back:
            self._store_comes_back()
            self._die = monotonic() + self._random.uniform(5, 25)

    def brings_all_back(self) -> None:
        if self._back is not None:
            self._store_comes_back()
        self._harness.slack.heals()
        super().brings_all_back()

    def _slack_errs(self) -> None:
        trouble = self._random.choice(ERRORS)
        self._harness.slack.fails("*", times=self._random.randint(1, 4), **TROUBLES[trouble])
        self._kills["a call to Slack"] += 1

    def _store_comes_back(self) -> None:
        self._harness.revive_the_store()
        self._back = None


if __name__ == "__main__":
    main(sys.argv[1:], Chaos)
