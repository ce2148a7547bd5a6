"""Everything at once: processes die, the store dies, Slack fails, people go on. In the end it's
as if nothing had happened.
"""

import pytest

from tests.faults.chaos import Chaos
from tests.faults.soak import soak
from tests.faults.trial_count import THOROUGH, Trials


@pytest.mark.parametrize("seed", [1, 2] if THOROUGH else [2])
def test_everything_at_once(seed: int, trials: Trials) -> None:
    seconds, incidents = (180, 20) if THOROUGH else (6, 3)
    report = soak(seconds, seed, incidents, Chaos)
    assert report.kills
    trials.add(report.kills.total(), str(report))
