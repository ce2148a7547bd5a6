"""Killed before or after any single step of a nag or a page: each comes once, then the next.

Bot, workers and clock are killed with `kill -9`, all at once: when the clock has claimed what is
due, when the worker has its job, at each write and each call until it is said.
"""

from collections import Counter, deque
from collections.abc import Iterator
from functools import partial
from time import monotonic

import pytest

from bot.incident import incident as core
from bot.incident.events import Escalated, Reminded
from tests.faults.boundaries import (
    LATE,
    Boundary,
    Recording,
    Stopped,
    kills,
    spread,
    starts_again,
    with_fates,
)
from tests.faults.calls import has_turns
from tests.faults.trials import THOROUGH, Trials
from tests.faults.whole import Shown, agrees, each_thing_was_said_once, known_of
from tests.house import House, Incident, until

FLOW = "nag and page"
SAMPLE, OF_THE_JOB = 8, 1
AT_ONCE = 8
WRITES_AT_ONCE = 4  # a worker has hardly more threads that wait for the store
CLAIMED_AGAIN = 20.0  # seconds; the lease of a claim is 10
TOGETHER = 3.0  # seconds from the first at its boundary to the last; a call waits 5


@pytest.fixture
def house() -> Iterator[House]:
    with House(wired=True) as house:
        yield house


def test_what_is_due_comes_once_and_so_does_the_next(house: House, trials: Trials) -> None:
    every = with_fates(_recorded(house))
    jobs = deque(each for each in every if each.stops_a_worker and each.fate != LATE)
    others = deque(each for each in every if not each.stops_a_worker)
    if not THOROUGH:
        jobs = deque(spread(list(jobs), OF_THE_JOB))
        others = deque(spread(list(others), SAMPLE))
    ran: list[Stopped] = []
    while jobs or others:
        incidents = _ready(house)
        ran += _killed_twice(house, incidents, jobs, others)
        _come(house, incidents, {"ack": 1})
        house.moves("10m")
        _come(house, incidents, {"ack": 2, "commander": 1, "role": 1})
        each_thing_was_said_once(house)
        house.tidy()
    house.check_slack()
    missed = [str(each.boundary) for each in ran if not each.came_there]
    assert len(missed) <= len(ran) / 2, missed  # on a busy machine some come too late
    trials.add(len(ran) - len(missed))


def _recorded(house: House) -> list[Boundary]:
    incident = house.declares()
    house.rests()
    recording = Recording(house)
    house.moves("5m")
    incident.expects("page", to=house.cleo.dm())
    house.rests()
    found = recording.boundaries(FLOW, incident)
    house.tidy()
    return found


def _ready(house: House) -> list[Incident]:
    """They wait for an acknowledgement, and have nothing else to do."""
    for _ in range(AT_ONCE):
        has_turns(house)
        house.incident(house.ana.types(f"/incident declare sev1 {house.title()}"))
    house.rests()
    has_turns(house)
    return list(house.declared)


def _killed_twice(
    house: House, incidents: list[Incident], jobs: deque[Boundary], others: deque[Boundary]
) -> list[Stopped]:
    """Everything is killed with the job in hand; then, when it has it again, in the middle."""
    job = [Stopped(house, jobs.popleft(), incidents[0].id)] if jobs else []
    house.slack.moves("5m")
    for each in job:
        each.comes_there(within=5)
    kills(house, job)
    each_one = [
        Stopped(house, case, incident.id)
        for case, incident in zip(_some(others), incidents, strict=False)
    ]
    starts_again(house, job)
    until(lambda: any(each.comes_there(within=0) for each in each_one), within=CLAIMED_AGAIN)
    end = monotonic() + TOGETHER
    for each in each_one:
        each.comes_there(within=max(0.0, end - monotonic()))
    kills(house, each_one)
    starts_again(house, each_one)
    return [*job, *each_one]


def _some(others: deque[Boundary]) -> list[Boundary]:
    """That can be stopped side by side, in one job."""
    chosen: list[Boundary] = []
    for case in list(others):
        writes = [each for each in chosen if each.to is None]
        if case.to or len(writes) < WRITES_AT_ONCE:
            chosen.append(case)
    chosen = chosen[:AT_ONCE]
    for case in chosen:
        others.remove(case)
    return chosen


def _come(house: House, incidents: list[Incident], nags: dict[str, int]) -> None:
    """Each of them has these nags by now and two pages, and Slack shows them, once."""
    for each in incidents:
        until(partial(_are_due, house, each, nags), within=30, what=f"{nags} of {each.id}")
    house.rests(within=60)
    shown = Shown.by(house)
    for each in incidents:
        known = agrees(house, each, shown)
        assert Counter(_reminders(known)) == nags
        assert [type(one.event) for one in known.history].count(Escalated) == 2


def _are_due(house: House, incident: Incident, nags: dict[str, int]) -> bool:
    return Counter(_reminders(known_of(house, incident))) >= Counter(nags)


def _reminders(incident: core.Incident) -> list[str]:
    return [each.event.reminder for each in incident.history if isinstance(each.event, Reminded)]
