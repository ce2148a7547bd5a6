"""Killed before or after any single step of a timer: it fires once, and so does the next one.

The bot, workers and clock are killed with `kill -9`, all at once: after the clock has claimed
what's due, when the worker has its job, and at each write and each call until the message is
sent.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from bot.incident import incident as core
from bot.incident.events import Escalated, HandoffUnanswered, Reminded, TaskOverdue
from bot.incident.slices import STORED_AS
from tests.faults.completeness import (
    Shown,
    agrees,
    each_thing_was_said_once,
    is_finished,
    known_of,
)
from tests.faults.crash_points import (
    LATE,
    Boundary,
    Cases,
    Recording,
    Stopped,
    kills,
    spread,
    starts_again,
    tells,
    with_fates,
)
from tests.faults.slack_calls import has_turns
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, until

SAMPLE, OF_THE_JOB = 8, 1
AT_ONCE = 8
WRITES_AT_ONCE = 4  # close to the number of a worker's threads that wait for the store
CLAIMED_AGAIN = 20.0  # seconds; the lease of a claim is 10
TOGETHER = 3.0  # seconds between the first and the last at its boundary; a call waits 5

Due = dict[str, int]  # how often each timer fired


@dataclass(frozen=True)
class Flow:
    """The timers due in an incident of this severity after these commands: in five minutes, and
    ten minutes later."""

    severity: str
    soon: Due
    later: Due
    said: tuple[str, ...] = ()


FLOWS = {
    "nag and page": Flow(
        "sev1", {"ack": 1, "Escalated": 2}, {"ack": 2, "commander": 1, "role": 1, "Escalated": 2}
    ),
    "task, handoff, progress": Flow(
        "sev2",
        {"progress": 1, "TaskOverdue": 1, "HandoffUnanswered": 1},
        {"progress": 2, "TaskOverdue": 1, "HandoffUnanswered": 1},
        ("task Restart the pods @dan 4m", "handoff ol @dan"),
    ),
}


def in_a_hurry(playbooks: Path) -> None:
    """A policy in which a sev2 stalls after five minutes, and a handoff request has four."""
    severities, roles = playbooks / "severities.yml", playbooks / "roles.yml"
    before, sev2, after = severities.read_text().partition("    update_every: 2h\n")
    severities.write_text(f"{before}{sev2}    stalled_after: 5m\n{after}")
    roles.write_text(roles.read_text().replace("handoff_within: 10m", "handoff_within: 4m"))


@pytest.fixture
def harness() -> Iterator[Harness]:
    with Harness(policy=in_a_hurry, wired=True) as harness:
        yield harness


@pytest.mark.parametrize("flow", FLOWS if THOROUGH else [*FLOWS][:1])
def test_each_timer_fires_once_and_so_does_the_next(
    harness: Harness, flow: str, trials: Trials
) -> None:
    every = with_fates(_recorded(harness, flow))
    in_job = [each for each in every if each.stops_a_worker and each.fate != LATE]
    rest = [each for each in every if not each.stops_a_worker]
    jobs = Cases(in_job if THOROUGH else spread(in_job, OF_THE_JOB))
    others = Cases(rest if THOROUGH else spread(rest, SAMPLE))
    ran: list[Stopped] = []
    while jobs or others:
        incidents = _ready(harness, flow, AT_ONCE)
        ran += _killed_twice(harness, incidents, jobs, others, partial(_is_over, harness, flow))
        _come(harness, incidents, FLOWS[flow].soon)
        harness.moves("10m")
        _come(harness, incidents, FLOWS[flow].later)
        each_thing_was_said_once(harness)
        harness.tidy()
    harness.check_slack()
    tells(trials, ran)


def _recorded(harness: Harness, flow: str) -> list[Boundary]:
    (incident,) = _ready(harness, flow, 1)
    recording = Recording(harness)
    harness.moves("5m")
    until(partial(_are_due, harness, incident, FLOWS[flow].soon), within=20, what="what is due")
    harness.rests()
    found = recording.boundaries(flow, incident)
    harness.tidy()
    return found


def _ready(harness: Harness, flow: str, number: int) -> list[Incident]:
    """Incidents whose timers are set, with nothing else to do."""
    kind = FLOWS[flow]
    for _ in range(number):
        has_turns(harness)
        said = harness.ana.types(f"/incident declare {kind.severity} {harness.title()}")
        incident = harness.incident(said)
        for words in kind.said:
            harness.ana.types(f"/incident {words}", incident.channel)
    harness.rests()
    has_turns(harness)
    return list(harness.declared)


def _killed_twice(
    harness: Harness,
    incidents: list[Incident],
    jobs: Cases,
    others: Cases,
    over: Callable[[Incident], bool],
) -> list[Stopped]:
    """Kill everything while the job runs; then, when it runs again, in the middle."""
    first = jobs.take(lambda case: True)
    job = [Stopped(harness, first, incidents[0].id)] if first else []
    harness.slack.moves("5m")
    for flow in job:
        flow.comes_there(within=5)
    kills(harness, job)
    some = _some(others)
    each_one = [
        Stopped(harness, case, incident.id)
        for case, incident in zip(some, incidents[: len(some)], strict=True)
    ]
    starts_again(harness, job)

    def begun_or_over() -> bool:
        return any(each.comes_there(within=0) for each in each_one) or all(map(over, incidents))

    until(begun_or_over, within=CLAIMED_AGAIN, what=f"one of {some} or the end of it")
    end = monotonic() + TOGETHER
    for each in each_one:
        each.comes_there(within=max(0.0, end - monotonic()))
    kills(harness, each_one)
    starts_again(harness, each_one)
    jobs.tried(job)
    others.tried(each_one)
    return [*job, *each_one]


def _some(others: Cases) -> list[Boundary]:
    """Cases that can be stopped concurrently, in one job."""
    chosen: list[Boundary] = []

    def fits(case: Boundary) -> bool:
        writes = [each for each in chosen if each.to is None]
        return case.to is not None or len(writes) < WRITES_AT_ONCE

    while len(chosen) < AT_ONCE and (case := others.take(fits)):
        chosen.append(case)
    return chosen


def _come(harness: Harness, incidents: list[Incident], expected: Due) -> None:
    """Wait until this much is due for each of them, and is in Slack, once."""
    for incident in incidents:
        until(
            partial(_are_due, harness, incident, expected),
            within=30,
            what=f"{expected} of {incident.id}",
        )
    harness.rests(within=60)
    shown = Shown.by(harness)
    for incident in incidents:
        assert _came_due(agrees(harness, incident, shown)) == expected


def _are_due(harness: Harness, incident: Incident, expected: Due) -> bool:
    return _came_due(known_of(harness, incident)) >= Counter(expected)


def _is_over(harness: Harness, flow: str, incident: Incident) -> bool:
    """Whether its first timer has fired, and nothing is left to do about it."""
    return _are_due(harness, incident, FLOWS[flow].soon) and is_finished(harness, incident)


def _came_due(incident: core.Incident) -> Counter[str]:
    """Reminders, by name."""
    return Counter(
        event.reminder if isinstance(event, Reminded) else STORED_AS[type(event)]
        for event in (each.event for each in incident.history)
        if isinstance(event, Reminded | Escalated | TaskOverdue | HandoffUnanswered)
    )
