"""Any call of any flow gets any kind of bad answer from Slack: the flow completes, and each
message is sent once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest

from sandbox.driver import Fault
from tests.faults.completeness import (
    Shown,
    agrees,
    each_thing_was_said_once,
    every_draft_is_written,
    known_of,
    with_a_bridge,
)
from tests.faults.crash_points import TRIES
from tests.faults.slack_calls import has_turns
from tests.faults.test_slack_failures import TROUBLES
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import TEAM, Harness, Incident, until
from tests.harness.real_time import tried_sooner

HERE = "here"  # the incident's own channel
LATER = "5m"
IN_TURN = "each trouble in turn"
EXCUSED = dict.fromkeys(("an internal error", IN_TURN), ("file_not_found: not uploaded",))
"""What Slack may complain of then: that error has status 200, all that an upload looks at."""
APART = ("users.info", "upload", "files.")  # calls of a draft, which don't name the incident


@dataclass(frozen=True)
class Call:
    """The `nth` call of a method at this place, in one flow of one incident."""

    method: str
    channel: str
    user: str
    nth: int

    def fails(self, harness: Harness, incident: Incident, how: dict[str, Any]) -> Fault:
        """Make the next such call fail like this, once."""
        where = _channel(incident) if self.channel == HERE else self.channel
        which = {"channel": where} if where else {}
        which |= {"user": self.user} if self.user else {}
        return harness.slack.fails(self.method, **which, skip=self.nth, times=1, **how)


@dataclass(frozen=True)
class Flow:
    """The actions on an incident of this severity, and the events they write."""

    severity: str
    do: Callable[[Harness, Incident], object]
    event: str


def _types(words: str) -> Callable[[Harness, Incident], object]:
    return lambda harness, incident: harness.ana.types(
        f"/incident {words}", _channel(incident), patience=4
    )


def _merges(harness: Harness, incident: Incident) -> None:
    other = harness.declares("sev3", by=harness.bob)
    _types(f"merge {other.id}")(harness, incident)


def _waits(harness: Harness, incident: Incident) -> None:
    """Wait: in `LATER` the secondary is paged, and the people paged before are reminded."""


FLOWS = {
    "role": Flow("sev2", _types("role ol @dan"), "RoleGiven"),
    "update": Flow("sev2", _types("update Rolled back, watching"), "UpdatePosted"),
    "severity": Flow("sev2", _types("severity sev1"), "SeverityChanged"),
    "handoff": Flow("sev2", _types("handoff ol @dan"), "HandoffOffered"),
    "page": Flow("sev2", _types("page @dan look at this"), "Paged"),
    "task": Flow("sev2", _types("task Restart the pods @dan"), "TaskAdded"),
    "acknowledgement": Flow("sev1", _types("ack"), "Acknowledged"),
    "resolve": Flow("sev2", _types("resolve It is over"), "StageChanged"),
    "nag and page": Flow("sev1", _waits, "Reminded"),
}
if THOROUGH:
    FLOWS["postmortem"] = Flow("sev2", _types("postmortem"), "PostmortemAsked")
    FLOWS["snooze"] = Flow("sev2", _types("snooze 20m waiting for the vendor"), "Snoozed")
    FLOWS["merge"] = Flow("sev2", _merges, "Absorbed")


@dataclass(frozen=True)
class Case:
    """This call of this flow, with this fault."""

    flow: str
    call: Call
    trouble: str

    def __str__(self) -> str:
        return f"{self.flow}: {self.call.method} {self.call.user}, {self.trouble}"


@pytest.mark.parametrize("trouble", TROUBLES if THOROUGH else [IN_TURN])
def test_every_call_of_every_flow_fails(trials: Trials, trouble: str) -> None:
    """A harness per fault, because after a 429 all others would keep to Slack's tiers."""
    with Harness(policy=with_a_bridge) as harness:
        harness.declares("sev1")  # creates the announcement channel
        harness.slack.moves("16m")  # its reminders look up the people on call, once an hour
        harness.rests()
        troubles, met = cycle(TROUBLES if trouble == IN_TURN else [trouble]), Counter[str]()
        left = [
            Case(flow, call, next(troubles))
            for flow, calls in _recorded(harness).items()
            for call in (calls if THOROUGH else calls[::2])
        ]
        for _ in range(TRIES):  # a conversation found for another incident isn't looked up again
            tried = _tried(harness, left)
            left, shown = [], Shown.by(harness)
            for case, incident, fault in tried:
                agrees(harness, incident, shown)
                met[case.flow] += fault.times_met()
                left += [] if fault.times_met() else [case]
                fault.stops()
        each_thing_was_said_once(harness)
        harness.check_slack(but=EXCUSED.get(trouble, ()))
        trials.came_there(met, left, of=f"{trouble}: ")


def test_a_reminder_in_doubt_is_settled_even_if_it_was_answered_meanwhile() -> None:
    with Harness() as harness:
        incidents = [harness.declares("sev1") for _ in range(4)]
        harness.rests()
        for incident, when in zip(incidents, ("before", "after") * 2, strict=True):
            harness.slack.fails(
                "chat.postMessage", channel=incident.channel.id, reset=True, when=when, times=1
            )
        harness.slack.moves("31m")
        for incident in incidents:
            _is_written(incident, "Reminded")
            for words in ("update All is well", "role ic", "role ol"):
                harness.ana.types(f"/incident {words}", incident.channel)
        with tried_sooner(harness):
            harness.rests()
        for incident in incidents:
            agrees(harness, incident)
        each_thing_was_said_once(harness)
        harness.check_slack()


def _tried(harness: Harness, cases: Sequence[Case]) -> list[tuple[Case, Incident, Fault]]:
    """Run all cases concurrently, each in its own incident, to the end."""
    ready = [*zip(cases, _ready(harness, (each.flow for each in cases)), strict=True)]
    tried = []
    for case, incident in ready:
        fault = case.call.fails(harness, incident, dict(TROUBLES[case.trouble]))
        _begins(harness, case.flow, incident)
        tried.append((case, incident, fault))
    _ends(harness, ((case.flow, incident) for case, incident in ready))
    return tried


def _recorded(harness: Harness) -> dict[str, list[Call]]:
    """The calls of each flow when nothing fails."""
    incidents = dict(zip(FLOWS, _ready(harness, FLOWS), strict=True))
    since = harness.slack.calls()[-1]["seq"]
    for flow, incident in incidents.items():
        _begins(harness, flow, incident)
    _ends(harness, incidents.items())
    calls = harness.slack.calls(since=since)
    return {flow: _of(incident, flow, calls) for flow, incident in incidents.items()}


def _ready(harness: Harness, flows: Iterable[str]) -> list[Incident]:
    """An incident for each case, with nothing left to do."""
    made = []
    for flow in flows:
        has_turns(harness)
        asked = f"/incident declare {FLOWS[flow].severity} {harness.title()}"
        made.append(harness.incident(harness.ana.types(asked)))
    harness.rests(within=60)
    return made


def _begins(harness: Harness, flow: str, incident: Incident) -> None:
    """Start the flow, with no direct message open yet."""
    has_turns(harness)
    with harness.asks_the_store() as store:
        store.delete(f"muster:{{{TEAM}}}:places")
    FLOWS[flow].do(harness, incident)


def _ends(harness: Harness, begun: Iterable[tuple[str, Incident]]) -> None:
    """Wait until everything is done."""
    harness.slack.moves(LATER)
    for flow, incident in begun:
        _is_written(incident, FLOWS[flow].event)
    has_turns(harness)
    harness.rests(within=180)  # a call refused with 429 may wait for minutes
    every_draft_is_written(harness)
    harness.rests(within=60)


def _is_written(incident: Incident, event: str) -> None:
    until(lambda: event in incident.happened, within=20, what=f"{event} of {incident.id}")


def _channel(incident: Incident) -> str:
    return known_of(incident.harness, incident).channel or ""


def _of(incident: Incident, flow: str, calls: list[dict[str, Any]]) -> list[Call]:
    here, times = _channel(incident), Counter[Any]()
    found = []
    for call in calls:
        args = call["args"]
        channel = str(args.get("channel") or args.get("channel_id") or "")
        user = str(args.get("user") or args.get("users") or "")
        drafts = flow == "resolve" and call["method"].startswith(APART)
        if channel == here or drafts or f"{incident.id}/" in str(args):
            which = (call["method"], HERE if channel == here else channel, user)
            found.append(Call(*which, nth=times[which]))
            times[which] += 1
    return found
