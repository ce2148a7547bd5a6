"""Slack is slow, says no for now, loses an answer: each declaration completes, once."""

from itertools import product
from typing import Any

from tests.faults.calls import CALLS, declares_with
from tests.faults.whole import each_thing_was_said_once, is_whole, with_a_bridge
from tests.house import House

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


def test_whatever_a_call_is_answered_the_declaration_completes_once() -> None:
    with House(policy=with_a_bridge) as house:
        house.declares()
        house.rests()
        incidents = []
        for call, trouble in product(CALLS, TROUBLES):
            incident, (fault,) = declares_with(house, call, TROUBLES[trouble])
            fault.met()
            incidents.append(incident)
        house.rests(within=60)
        for incident in incidents:
            is_whole(house, incident)
        each_thing_was_said_once(house)
        house.check_slack()
