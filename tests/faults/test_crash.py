"""`kill -9` in the middle of a declaration, at every one of its Slack calls.

There's one incident per call; the local Slack holds that call, and then everything is killed.
Slack then does one of three things with the call: nothing (`lost`), it had applied it and the
answer was lost (`applied`), or it applies it when no one waits any more (`late`).
"""

from itertools import product
from time import monotonic
from typing import Any

import pytest

from tests.faults.completeness import each_thing_was_said_once, is_whole, with_a_bridge
from tests.faults.slack_calls import CALLS, declares_with
from tests.harness import Harness, Incident
from tests.harness.real_time import locks_lapse

FATES = ("lost", "applied")
LAST = (
    *("the announcement", "the page's edit", "the page"),
    *("the way to the paged", "the channel"),
)
LATE = ("the channel", "the card", "the announcement", "the page")

ALL = ("bot", "timers", "bulk", "clock")
IN_FLIGHT = 3.5  # seconds; less than a call's timeout, so that the kill hits them all


@pytest.mark.parametrize("killed", [("bot",), ALL])
def test_a_declaration_completes_once_wherever_it_was_killed(killed: tuple[str, ...]) -> None:
    with Harness(policy=with_a_bridge) as harness:
        harness.declares()  # opens the DM with bob, and creates the announcement channel
        harness.rests()
        cases = sorted([*product(CALLS, FATES), *product(LATE, ["late"])], key=_order)
        incidents: list[Incident] = []
        while cases:
            began, stopped = monotonic(), []
            while cases and monotonic() < began + IN_FLIGHT:
                call, fate = cases.pop(0)
                incident, faults = declares_with(harness, call, *_fates(fate), title="Crash")
                faults[0].waiting()
                incidents.append(incident)
                stopped += faults
            harness.kill(*killed)
            for fault in stopped:
                fault.stops()
            if killed == ALL:
                locks_lapse(harness)
            harness.start(*killed)
        harness.rests(within=40)
        for incident in incidents:
            is_whole(harness, incident)
        each_thing_was_said_once(harness)
        harness.check_slack()


def _order(case: tuple[str, str]) -> int:
    """Order the calls: a fault on a call that other incidents make, too, would affect theirs, so
    these come last, those that others need first."""
    call, fate = case
    return LAST.index(call) if fate == "lost" and call in LAST else -1


def _fates(fate: str) -> list[dict[str, Any]]:
    """The faults for a call: it waits; if it is to be lost, it then gets a reset."""
    stop: dict[str, Any] = {"pause": True, "when": "after" if fate == "applied" else "before"}
    return [stop, {"reset": True}] if fate == "lost" else [stop]
