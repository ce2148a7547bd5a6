"""Killed before or after any single write or call: the result is there once and complete, or not
at all.

The bot, workers and clock are killed with `kill -9`, all at once, while they do what someone
asked for: at each write to the store and at each call to Slack that it takes.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pytest

from bot.incident.events import (
    Declared,
    Event,
    HandoffOffered,
    MilestoneCorrected,
    Noted,
    Paged,
    PostmortemRequested,
    RoleAssigned,
    SeverityChanged,
    Snoozed,
    StageChanged,
    TaskAdded,
    TaskDone,
    UpdatePosted,
)
from sandbox.driver import Seen
from tests.faults.completeness import (
    SENT_AGAIN,
    Shown,
    agrees,
    each_thing_was_said_once,
    every_draft_is_written,
    is_finished,
    known_of,
    with_a_bridge,
)
from tests.faults.crash_points import (
    LATE,
    Boundary,
    Cases,
    Json,
    Ready,
    Recording,
    Stopped,
    ours_die,
    spread,
    tells,
    until_all_ran,
    with_fates,
)
from tests.faults.slack_calls import has_turns
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, answer, until

Does = Callable[[Harness, Incident | None, str], Seen | None]


@dataclass(frozen=True)
class Flow:
    """An action, and the events it writes. `before`: the commands ahead of it."""

    does: Does
    event: type[Event]
    before: str = ""


def _types(words: str) -> Does:
    def types(harness: Harness, incident: Incident | None, title: str) -> Seen | None:
        where = known_of(harness, incident).channel if incident else "general"
        return harness.ana.types(
            f"/incident {words.format(title)}", where or "", patience=PATIENCE
        )

    return types


def _accepts(harness: Harness, incident: Incident | None, title: str) -> Seen | None:
    dan = harness.person("dan")
    assert incident
    asked = incident.messages("handoff", to=dan.dm())[-1]
    return asked.click("handoff_accept", as_=dan, patience=PATIENCE)


FLOWS = {
    "declare": Flow(_types("declare sev1 {}"), Declared),
    "role": Flow(_types("role ol @dan"), RoleAssigned),
    "update": Flow(_types("update Rolled back, watching"), UpdatePosted),
    "severity": Flow(_types("severity sev1 payments too"), SeverityChanged),
    "handoff": Flow(_types("handoff ol @dan"), HandoffOffered),
    "acceptance": Flow(_accepts, RoleAssigned, before="handoff ol @dan"),
    "snooze": Flow(_types("snooze 20m waiting for the vendor"), Snoozed),
    "page": Flow(_types("page @dan look at this"), Paged),
    "note": Flow(_types("note Errors began after the deploy"), Noted),
    "milestone": Flow(_types("milestone declared 5m ago the graphs"), MilestoneCorrected),
    "task": Flow(_types("task Restart the pods @dan"), TaskAdded),
    "task done": Flow(_types("task done 1"), TaskDone, before="task Restart the pods @dan"),
    "postmortem": Flow(_types("postmortem"), PostmortemRequested),
    "resolve": Flow(_types("resolve It is over"), StageChanged),
}
SAMPLE, OF_THE_STORE = 16, 6
AT_ONCE = 8
PATIENCE = 4.0  # seconds to wait for a reply

LIVES: Literal["function", "module"] = "function" if THOROUGH else "module"
"""How long a harness does: after hundreds of deaths its Slack and its proxy remember a lot."""


@pytest.fixture(scope=LIVES, params=["socket", "http"] if THOROUGH else ["socket"])
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    with Harness(request.param, policy=with_a_bridge, wired=True) as harness:
        harness.slack.rate(0)  # otherwise reminders come due if there are many cases
        yield harness


@pytest.fixture(scope="module")
def typing() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_ONCE) as typing:
        yield typing


@pytest.fixture(scope=LIVES)
def recorded(harness: Harness, typing: ThreadPoolExecutor) -> list[Boundary]:
    """The boundaries of all flows. Over HTTP only those until the event is written: after that the
    transport makes no difference."""
    found = _recorded(harness, typing)
    assert {each.flow for each in found} == FLOWS.keys()
    if harness.transport == "socket":
        return found
    return [
        each for flow in FLOWS for each in _way_in(each for each in found if each.flow == flow)
    ]


def test_each_action_takes_effect_once_or_not_at_all(
    harness: Harness, typing: ThreadPoolExecutor, recorded: list[Boundary], trials: Trials
) -> None:
    every = with_fates(recorded)
    ran = _until_all_ran(harness, typing, every if THOROUGH else spread(every, SAMPLE), ours_die)
    _all_is_right(harness, ran)
    tells(trials, ran)


def test_the_same_when_the_store_dies_there(
    harness: Harness, typing: ThreadPoolExecutor, recorded: list[Boundary], trials: Trials
) -> None:
    every = [each for each in with_fates(recorded) if not each.to and each.fate != LATE]
    some = every if THOROUGH else spread(every, OF_THE_STORE)
    ran = _until_all_ran(harness, typing, some, _the_store_dies)
    assert all(process.running for process in harness.processes.values())
    _all_is_right(harness, ran, excuses=(SENT_AGAIN,))
    tells(trials, ran)


def _the_store_dies(harness: Harness, ran: list[Stopped]) -> None:
    harness.kill_the_store()
    for flow in ran:
        flow.dies()
    harness.store.child.see_it_end()  # otherwise its supervisor would wait longer each time
    harness.store.child.start()
    harness.revive_the_store()
    until(lambda: answer(f"{harness.url}/readyz")[0] == 200, within=10, what="ready again")


def _until_all_ran(
    harness: Harness,
    typing: ThreadPoolExecutor,
    some: list[Boundary],
    death: Callable[[Harness, list[Stopped]], None],
) -> list[Stopped]:
    def makes_ready(cases: Cases, ready: list[Ready]) -> None:
        for case, incident in _ready(harness, _chosen(cases, ready)):
            title = harness.title()
            does = partial(FLOWS[case.flow].does, harness, incident, title)
            ready.append(Ready(case, incident.id if incident else title, does))

    ran = until_all_ran(harness, typing, Cases(some), makes_ready, death)
    harness.rests(within=60)
    every_draft_is_written(harness)
    harness.rests(within=60)
    return ran


def _all_is_right(harness: Harness, ran: list[Stopped], excuses: tuple[str, ...] = ()) -> None:
    shown, records = Shown.by(harness), harness.records()
    for flow in ran:
        _is_right(harness, flow, shown, records)
    each_thing_was_said_once(harness)
    harness.check_slack(but=excuses)


def _recorded(harness: Harness, typing: ThreadPoolExecutor) -> list[Boundary]:
    """Run all flows concurrently, undisturbed. The second run counts, because opening a direct
    message or finding the announcement channel happens only once."""
    _run_all(harness, typing)
    return _run_all(harness, typing)


def _run_all(harness: Harness, typing: ThreadPoolExecutor) -> list[Boundary]:
    ready = _ready(harness, [Boundary(flow, "") for flow in FLOWS])
    recording = Recording(harness)
    ran = {
        case.flow: (
            incident,
            typing.submit(FLOWS[case.flow].does, harness, incident, harness.title()),
        )
        for case, incident in ready
    }
    incidents = {
        flow: before or harness.incident(said.result()) for flow, (before, said) in ran.items()
    }
    harness.rests()
    every_draft_is_written(harness)
    harness.rests()
    return [
        boundary
        for flow, incident in incidents.items()
        for boundary in recording.boundaries(flow, incident)
        if flow != "declare" or not boundary.to  # see test_crash.py for its calls
    ]


def _way_in(boundaries: Iterable[Boundary]) -> Iterator[Boundary]:
    """The boundaries of one flow until its event is written."""
    for boundary in boundaries:
        yield boundary
        if boundary.what.startswith(("APPEND", "CREATE")):
            return


def _chosen(cases: Cases, ready: list[Ready]) -> list[Boundary]:
    """As many more as can be stopped at once; only one worker drafts."""
    chosen = [each.case for each in ready]

    def fits(case: Boundary) -> bool:
        return not (case.stops_a_worker and any(each.stops_a_worker for each in chosen))

    while len(chosen) < AT_ONCE and (case := cases.take(fits)):
        chosen.append(case)
    return chosen[len(ready) :]


def _ready(harness: Harness, cases: list[Boundary]) -> list[tuple[Boundary, Incident | None]]:
    """For each case an open incident that pages no one, with nothing left to do."""
    made: list[tuple[Boundary, Incident | None]] = []
    for case in cases:
        has_turns(harness)
        incident = None
        if case.flow != "declare":
            incident = harness.incident(
                harness.ana.types(f"/incident declare sev2 {harness.title()}")
            )
        made.append((case, incident))
    there = [each for _, each in made if each]
    _all_finished(harness, there)
    for case, incident in made:
        if incident and (words := FLOWS[case.flow].before):
            _types(words)(harness, incident, "")
    _all_finished(harness, there)
    return made


def _all_finished(harness: Harness, incidents: list[Incident]) -> None:
    for incident in incidents:
        until(partial(is_finished, harness, incident), within=15, what=f"{incident.id} finished")


def _is_right(harness: Harness, stopped: Stopped, shown: Shown, records: list[Json]) -> None:
    """Check that an acknowledged action was saved, and an unacknowledged one is complete or
    absent."""
    boundary, about = stopped.boundary, stopped.about
    there = [each["id"] for each in records if about in (each["id"], each["title"])]
    times = 0
    if there:
        known = agrees(harness, Incident(harness, there[0]), shown)
        times = [type(each.event) for each in known.history].count(FLOWS[boundary.flow].event)
    assert times == 1 if stopped.acknowledged else times <= 1, f"{boundary}: {times} times"
