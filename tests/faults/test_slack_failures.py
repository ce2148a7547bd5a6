"""Slack is slow, refuses for now or loses an answer: each declaration completes, once."""

from itertools import cycle
from typing import Any

from tests.faults.completeness import each_thing_was_said_once, is_whole, with_a_bridge
from tests.faults.slack_calls import CALLS, declares_with
from tests.harness import Harness, Incident

TROUBLES: dict[str, dict[str, Any]] = {
    "429": {"ratelimited": 1},
    "500": {"status": 500},
    "500, and it was done": {"status": 500, "when": "after"},
    "the answer is lost": {"reset": True, "when": "after"},
    "the answer is no JSON": {"garbage": True, "when": "after"},
    "an internal error": {"error": "internal_error"},
    "no answer, and it is done late": {"hang": 6},
    "no answer, and it was done": {"hang": 6, "when": "after"},
}

DIFFERENT = ("429", "the answer is lost", "no answer, and it was done")


def test_the_declaration_completes_once_whatever_a_call_returns() -> None:
    with Harness(policy=with_a_bridge) as harness:
        harness.declares()
        harness.rests()
        incidents: list[Incident] = []
        for call, trouble in _cases():
            incidents += _declared_until_it_meets(harness, call, TROUBLES[trouble])
        harness.rests(within=60)
        for incident in incidents:
            is_whole(harness, incident)
        each_thing_was_said_once(harness)
        harness.check_slack()


def _cases() -> list[tuple[str, str]]:
    """Each call with the faults that differ most, and with one of the others, in turn."""
    rest = cycle(each for each in TROUBLES if each not in DIFFERENT)
    return [(call, each) for call in CALLS for each in (*DIFFERENT, next(rest))]


def _declared_until_it_meets(
    harness: Harness, call: str, trouble: dict[str, Any]
) -> list[Incident]:
    """Declare until the fault is met, usually once. If bob's DM was just found for an earlier
    incident that retries, another one is needed."""
    declared = []
    for _ in range(5):
        incident, (fault,) = declares_with(harness, call, trouble)
        declared.append(incident)
        try:
            fault.met(within=1)
        except AssertionError:
            fault.stops()
        else:
            return declared
    raise AssertionError(f"{call} was not made")


def test_a_hanging_call_does_not_delay_other_messages() -> None:
    with Harness() as harness:
        incident = harness.declares("sev2")
        harness.rests()
        slow = harness.slack.fails("conversations.setTopic", hang=4, times=1)
        harness.ana.types("/incident severity sev3", incident.channel)
        slow.met()
        incident.channel.expects("SEV3", kind="severity")
        harness.ana.types("/incident update still here", incident.channel)
        incident.channel.expects("still here", kind="update", within=2)
        harness.rests()
