"""Whatever Slack answers to any call of any flow: the flow completes, each message once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any

from sandbox.driver import Fault
from tests.faults.boundaries import NEVER, TRIES
from tests.faults.calls import has_turns
from tests.faults.test_trouble import TROUBLES
from tests.faults.trials import THOROUGH, Trials
from tests.faults.whole import (
    Shown,
    agrees,
    each_thing_was_said_once,
    every_draft_is_written,
    with_a_bridge,
)
from tests.house import TEAM, House, Incident, until

HERE = "here"  # the incident's own channel
APART = ("users.info", "upload", "files.")  # calls of a draft that name no incident


@dataclass(frozen=True)
class Call:
    """The `nth` call of a method there, in one flow of one incident."""

    method: str
    channel: str
    user: str
    nth: int

    def fails(self, house: House, incident: Incident, how: dict[str, Any]) -> Fault:
        """The next such call meets this, once."""
        where = incident.record["channel"] if self.channel == HERE else self.channel
        which = {"channel": where} if where else {}
        which |= {"user": self.user} if self.user else {}
        return house.slack.fails(self.method, **which, skip=self.nth, times=1, **how)


@dataclass(frozen=True)
class Flow:
    """What is done with an incident of this severity, and what that is to write."""

    severity: str
    do: Callable[[House, Incident], object]
    event: str


def _types(words: str) -> Callable[[House, Incident], object]:
    return lambda house, incident: house.ana.types(
        f"/incident {words}", incident.record["channel"], patience=4
    )


def _merges(house: House, incident: Incident) -> None:
    other = house.declares("sev3", by=house.bob)
    house.ana.types(f"/incident merge {other.id}", incident.record["channel"], patience=4)


def _comes_due(house: House, incident: Incident) -> None:
    """The secondary is paged, and whoever was paged before is nagged."""
    house.slack.moves("5m")
    until(partial(_is_nagged, incident), within=20, what="a nag")


def _is_nagged(incident: Incident) -> bool:
    return "Reminded" in incident.happened


FLOWS = {
    "role": Flow("sev2", _types("role ol @dan"), "RoleGiven"),
    "update": Flow("sev2", _types("update Rolled back, watching"), "UpdatePosted"),
    "severity": Flow("sev2", _types("severity sev1"), "SeverityChanged"),
    "handoff": Flow("sev2", _types("handoff ol @dan"), "HandoffOffered"),
    "page": Flow("sev2", _types("page @dan look at this"), "Paged"),
    "task": Flow("sev2", _types("task Restart the pods @dan"), "TaskAdded"),
    "acknowledgement": Flow("sev1", _types("ack"), "Acknowledged"),
    "resolve": Flow("sev2", _types("resolve It is over"), "StageChanged"),
    "nag and page": Flow("sev1", _comes_due, "Reminded"),
}
if THOROUGH:
    FLOWS["postmortem"] = Flow("sev2", _types("postmortem"), "PostmortemAsked")
    FLOWS["snooze"] = Flow("sev2", _types("snooze 20m waiting for the vendor"), "Snoozed")
    FLOWS["merge"] = Flow("sev2", _merges, "Absorbed")


@dataclass(frozen=True)
class Case:
    """This call of this flow meets this trouble."""

    flow: str
    call: Call
    trouble: str

    def __str__(self) -> str:
        return f"{self.flow}: {self.call.method} {self.call.user}, {self.trouble}"


def test_every_call_of_every_flow_meets_trouble(trials: Trials) -> None:
    with House(policy=with_a_bridge) as house:
        house.declares("sev1")  # from here on there is an announcement channel
        troubles, met = cycle(TROUBLES), Counter[str]()
        left = [
            Case(flow, call, trouble)
            for flow, calls in _recorded(house).items()
            for call in (calls if THOROUGH else calls[::2])
            for trouble in (TROUBLES if THOROUGH else [next(troubles)])
        ]
        for _ in range(TRIES):  # a way that another incident found meanwhile is not looked for
            tried = [(case, *_begun(house, case)) for case in left]
            _ends(house)
            left, shown = [], Shown.by(house)
            for case, incident, fault in tried:
                agrees(house, incident, shown)
                assert FLOWS[case.flow].event in incident.happened
                met[case.flow] += fault.times_met()
                left += [] if fault.times_met() else [case]
                fault.stops()
        never = sorted(map(str, left))
        assert len(never) <= NEVER * met.total(), never
        each_thing_was_said_once(house)
        house.check_slack()
        flows = ", ".join(f"{name} {times}" for name, times in met.items())
        trials.add(met.total(), flows + (f"; never met: {', '.join(never)}" if never else ""))


def test_a_nag_in_doubt_that_was_answered_meanwhile_is_known_to_be_said_or_not() -> None:
    with House() as house:
        incidents = [house.declares("sev1") for _ in range(4)]
        house.rests()
        for incident, when in zip(incidents, ("before", "after") * 2, strict=True):
            house.slack.fails(
                "chat.postMessage", channel=incident.channel.id, reset=True, when=when, times=1
            )
        house.slack.moves("31m")
        for incident in incidents:
            until(partial(_is_nagged, incident), within=15, what="a nag")
            for words in ("update All is well", "role ic", "role ol"):
                house.ana.types(f"/incident {words}", incident.channel)
        house.rests()
        for incident in incidents:
            agrees(house, incident)
        each_thing_was_said_once(house)
        house.check_slack()


def _begun(house: House, case: Case) -> tuple[Incident, Fault]:
    flow = FLOWS[case.flow]
    incident = _ready(house, flow)
    fault = case.call.fails(house, incident, dict(TROUBLES[case.trouble]))
    flow.do(house, incident)
    return incident, fault


def _ready(house: House, flow: Flow) -> Incident:
    """An incident with nothing left to do, and no direct message that is open already."""
    has_turns(house)
    with house.asks_the_store() as store:
        store.delete(f"muster:{{{TEAM}}}:places")
    incident = house.declares(flow.severity)
    until(lambda: _rests(house, incident), within=30, what=f"{incident.id} at rest")
    with house.asks_the_store() as store:
        store.delete(f"muster:{{{TEAM}}}:places")
    return incident


def _rests(house: House, incident: Incident) -> bool:
    with house.asks_the_store() as store:
        return store.zscore(f"muster:{{{TEAM}}}:again", incident.id) is None


def _recorded(house: House) -> dict[str, list[Call]]:
    """The calls of each flow when nothing is in its way."""
    since = house.slack.calls()[-1]["seq"]
    incidents = {name: _ready(house, flow) for name, flow in FLOWS.items()}
    begun = {}
    for name, flow in FLOWS.items():
        begun[name] = house.slack.calls()[-1]["seq"]
        flow.do(house, incidents[name])
    _ends(house)
    calls = house.slack.calls(since=since)
    return {
        name: _of(incident, name, [each for each in calls if each["seq"] > begun[name]])
        for name, incident in incidents.items()
    }


def _of(incident: Incident, flow: str, calls: list[dict[str, Any]]) -> list[Call]:
    here, times = incident.record["channel"], Counter[Any]()
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


def _ends(house: House) -> None:
    """All that was begun comes to its end."""
    has_turns(house)
    house.rests(within=60)
    every_draft_is_written(house)
    house.rests(within=60)
