"""The store refuses, is slow, is full or loses answers: people are told, and nothing is lost.

The cases are a full disk, a read-only replica, exhausted memory, a long load after a restart,
and answers that are late, incomplete or missing.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.faults import store_faults as befalls
from tests.faults.completeness import agrees, each_thing_was_said_once
from tests.faults.slack_calls import has_turns
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, until

AWAY = "Muster can't reach its store"
TRIES = 2
UNTIL_FULL = 8  # attempts; some of them still fit

TROUBLES: tuple[Callable[[Harness], AbstractContextManager[None]], ...] = (
    befalls.read_only,
    befalls.out_of_memory,
    befalls.slow,
    befalls.torn,
    befalls.reset,
    befalls.loading,
    befalls.disk_full,
)


@pytest.mark.parametrize(("transport", "turn"), [("socket", 0), ("http", 1)])
def test_people_get_errors_and_acknowledged_actions_are_kept(
    transport: str, turn: int, trials: Trials
) -> None:
    with Harness(transport, wired=True) as harness:
        incident = harness.declares()
        harness.rests()
        acknowledged: set[str] = set()
        for trouble in TROUBLES if THOROUGH else TROUBLES[turn::2]:
            with trouble(harness):
                tries = UNTIL_FULL if trouble is befalls.disk_full else TRIES
                tried = [f"{trouble.__name__}, try {number}" for number in range(tries)]
                taken = {words for words in tried if _is_taken(harness, incident, words)}
            assert len(taken) < tries or trouble is befalls.slow, f"no {trouble.__name__}"
            acknowledged |= taken
            until(lambda: _is_taken(harness, incident, "Now"), within=15, what="it works again")
            has_turns(harness)
            trials.add(tries)
        harness.rests()
        agrees(harness, incident)
        each_thing_was_said_once(harness)
        said = [each.text for each in incident.messages("update")]
        for words in acknowledged:
            assert len([each for each in said if words in each]) == 1, words
        assert all(process.running for process in harness.processes.values())
        harness.check_slack()


def _is_taken(harness: Harness, incident: Incident, words: str) -> bool:
    """Whether the update was saved; if not, the person is told within Slack's three seconds."""
    said = harness.ana.types(f"/incident update {words}", incident.channel)
    assert said is not None
    assert not said.problem, words
    if AWAY in said:
        return False
    assert "Posting your update in" in said
    return True
