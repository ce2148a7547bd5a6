"""Killed before or after any single write or call: it is there once, whole, or not at all.

Bot, workers and clock are killed with `kill -9`, all at once, in the middle of what people ask
for: at each write to the store and at each call to Slack that it takes.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from time import monotonic

import pytest

from bot.incident.events import (
    Declared,
    Event,
    PostmortemAsked,
    RoleGiven,
    SeverityChanged,
    StageChanged,
    TaskAdded,
    UpdatePosted,
)
from sandbox.driver import Seen
from tests.faults.boundaries import (
    LATE,
    Boundary,
    Json,
    Recording,
    Stopped,
    kills,
    spread,
    starts_again,
    with_fates,
)
from tests.faults.calls import has_turns
from tests.faults.trials import THOROUGH, Trials
from tests.faults.whole import (
    Shown,
    agrees,
    each_thing_was_said_once,
    every_draft_is_written,
    is_finished,
    with_a_bridge,
)
from tests.house import House, Incident, answer, until

FLOWS: dict[str, tuple[str, type[Event]]] = {
    "declare": ("declare sev1 {}", Declared),
    "role": ("role ol @dan", RoleGiven),
    "update": ("update Rolled back, watching", UpdatePosted),
    "severity": ("severity sev1 payments too", SeverityChanged),
    "task": ("task Restart the pods @dan", TaskAdded),
    "postmortem": ("postmortem", PostmortemAsked),
    "resolve": ("resolve It is over", StageChanged),
}
SAMPLE, OF_THE_STORE = 16, 6
Death = Callable[[House, list[Stopped]], None]

IN_FLIGHT = 1.4  # seconds: less than anybody waits for the store, so that the kill meets them all
AT_ONCE = 8


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(policy=with_a_bridge, wired=True) as house:
        house.slack.rate(0)  # or nags come due when there are many cases
        yield house


@pytest.fixture(scope="module")
def typing() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_ONCE) as typing:
        yield typing


@pytest.fixture(scope="module")
def recorded(house: House, typing: ThreadPoolExecutor) -> list[Boundary]:
    """The boundaries of all flows."""
    return _recorded(house, typing)


def test_what_people_ask_for_is_there_once_or_not_at_all(
    house: House, typing: ThreadPoolExecutor, recorded: list[Boundary], trials: Trials
) -> None:
    every = with_fates(recorded)
    cases = deque(every if THOROUGH else spread(every, SAMPLE))
    ran = _until_all_ran(house, typing, cases, _ours_die)
    _all_is_right(house, ran, trials)


def test_and_so_it_is_when_the_store_dies_there(
    house: House, typing: ThreadPoolExecutor, recorded: list[Boundary], trials: Trials
) -> None:
    every = [each for each in with_fates(recorded) if not each.to and each.fate != LATE]
    cases = deque(every if THOROUGH else spread(every, OF_THE_STORE))
    ran = _until_all_ran(house, typing, cases, _the_store_dies)
    assert all(process.running for process in house.processes.values())
    _all_is_right(house, ran, trials)


def _ours_die(house: House, ran: list[Stopped]) -> None:
    kills(house, ran)
    starts_again(house, ran)


def _the_store_dies(house: House, ran: list[Stopped]) -> None:
    house.kill_the_store()
    for each in ran:
        each.dies()
    house.store.child.see_it_end()  # its supervisor would wait longer each time
    house.store.child.start()
    house.revive_the_store()
    until(lambda: answer(f"{house.url}/readyz")[0] == 200, within=10, what="ready again")


def _until_all_ran(
    house: House, typing: ThreadPoolExecutor, cases: deque[Boundary], death: Death
) -> list[Stopped]:
    ran: list[Stopped] = []
    ready: list[Incident] = []
    while cases:
        ready += _ready(house, AT_ONCE - len(ready))
        now = _stopped(house, typing, cases, ready)
        death(house, now)
        ran += now
    house.rests(within=60)
    every_draft_is_written(house)
    house.rests(within=60)
    return ran


def _all_is_right(house: House, ran: list[Stopped], trials: Trials) -> None:
    shown, records = Shown.by(house), house.records()
    for each in ran:
        _is_right(house, each, shown, records)
    each_thing_was_said_once(house)
    house.check_slack()
    survived = Counter(each.boundary.flow for each in ran if each.came_there)
    missed = [str(each.boundary) for each in ran if not each.came_there]
    assert len(missed) <= len(ran) / 2, missed  # on a busy machine some come too late
    trials.add(survived.total(), ", ".join(f"{flow} {n}" for flow, n in survived.items()))


def _recorded(house: House, typing: ThreadPoolExecutor) -> list[Boundary]:
    """All flows run side by side, undisturbed."""
    ready = _ready(house, len(FLOWS))
    recording = Recording(house)
    ran = {}
    for flow in FLOWS:
        incident = None if flow == "declare" else ready.pop()
        ran[flow] = incident, _does(house, typing, flow, incident, house.title())
    incidents = {
        flow: before or house.incident(said.result()) for flow, (before, said) in ran.items()
    }
    house.rests()
    every_draft_is_written(house)
    house.rests()
    return [
        boundary
        for flow, incident in incidents.items()
        for boundary in recording.boundaries(flow, incident)
        if flow != "declare" or not boundary.to  # its calls are in test_crash.py
    ]


def _ready(house: House, number: int) -> list[Incident]:
    """Open incidents that page nobody, with nothing left to do."""
    made = []
    for _ in range(number):
        has_turns(house)
        made.append(house.incident(house.ana.types(f"/incident declare sev2 {house.title()}")))
    for each in made:
        until(partial(is_finished, house, each), within=15, what=f"{each.id} finished")
    return made


def _does(
    house: House, typing: ThreadPoolExecutor, flow: str, incident: Incident | None, title: str
) -> "Future[Seen | None]":
    where = incident.record["channel"] if incident else "general"
    words = FLOWS[flow][0].format(title)
    return typing.submit(house.ana.types, f"/incident {words}", where, patience=4)


def _stopped(
    house: House, typing: ThreadPoolExecutor, cases: deque[Boundary], ready: list[Incident]
) -> list[Stopped]:
    """As many cases as don't disturb each other, each at its boundary."""
    has_turns(house)
    ran: list[Stopped] = []
    end = monotonic() + IN_FLIGHT
    while ready and monotonic() < end and (case := _next(cases, ran)):
        title = house.title()
        incident = None if case.flow == "declare" else ready.pop()
        about = incident.id if incident else title
        one = Stopped(house, case, about)
        one.begins(_does(house, typing, case.flow, incident, title))
        one.comes_there()
        ran.append(one)
    return ran


def _next(cases: deque[Boundary], ran: list[Stopped]) -> Boundary | None:
    """The next that can be stopped besides these: there is one worker that drafts."""
    alone = any(each.boundary.stops_a_worker for each in ran)
    for case in cases:
        if not (alone and case.stops_a_worker):
            cases.remove(case)
            return case
    return None


def _is_right(house: House, stopped: Stopped, shown: Shown, records: list[Json]) -> None:
    """What was acknowledged is there; what was not is whole, or there is nothing of it."""
    boundary, about = stopped.boundary, stopped.about
    there = [each["id"] for each in records if about in (each["id"], each["title"])]
    times = 0
    if there:
        known = agrees(house, Incident(house, there[0]), shown)
        times = [type(each.event) for each in known.history].count(FLOWS[boundary.flow][1])
    assert times == 1 if stopped.acknowledged else times <= 1, f"{boundary}: {times} times"
