"""Processes die at random for minutes while people type and click: nothing is lost, no message
is sent twice, every timer fires.
"""

from tests.faults.soak import soak
from tests.faults.trial_count import THOROUGH, Trials


def test_two_of_each_process_on_one_store_under_random_kills(trials: Trials) -> None:
    seconds, incidents = (600, 50) if THOROUGH else (12, 8)
    report = soak(seconds, seed=3, incidents=incidents)
    assert report.kills
    trials.add(report.kills.total(), str(report))
