"""The boundaries of a flow: before and after each of its writes to the store and calls to Slack.

A flow runs once, undisturbed, to record its boundaries. Then it runs again for each of them, in an
incident of its own, and is stopped there.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import zip_longest
from time import monotonic
from typing import Any

from sandbox.driver import Fault, Seen
from tests.faults.completeness import known_of, slug
from tests.faults.slack_calls import has_turns
from tests.faults.trial_count import Trials
from tests.harness import Harness, Incident
from tests.harness.real_time import locks_lapse
from tests.harness.store_proxy import Stop

Json = dict[str, Any]

HERE = "here"  # the incident's own channel
LOST, LATE, APPLIED = FATES = ("lost", "late", "applied")
ASKED = ("BLMOVE", "CLAIM")  # the answer tells which incident they are about
AGAIN_AT_WILL = ("CLAIM", "FINISH", "HSET notes", "RELEASE", "TAKE", "ACQUIRE")
"""Writes whose number in a flow depends on timing."""
SOON = 0.7  # seconds until a flow has reached its boundary, unless it takes another way
TRIES = 3  # attempts per case to reach its boundary
IN_FLIGHT = 1.4  # seconds; less than any wait for the store, so that the kill hits them all


@dataclass(frozen=True)
class Boundary:
    """`what`: a write by its label, or a call by its method; `to`: its channel and its user.

    `fate`: of what is stopped: it is `lost`; or `applied`, and only its answer is lost; or applied
    `late`, when the process that requested it is dead.
    """

    flow: str
    what: str
    to: tuple[str, str] | None = None
    nth: int = 1
    fate: str = LOST

    @property
    def side(self) -> str:
        return "after" if self.fate == APPLIED else "before"

    @property
    def stops_a_worker(self) -> bool:
        """Whether it stops all work of a worker, which runs one job at a time."""
        return any(word in self.what.casefold() for word in ("rq:", "heavy", "draft"))

    def __str__(self) -> str:
        where = " ".join(self.to or ())
        return f"{self.flow}: {self.what} {where} #{self.nth} {self.fate}"


class Recording:
    """Records the writes and calls from here on."""

    def __init__(self, harness: Harness) -> None:
        self._harness = harness
        self._writes = len(harness.wire.writes)
        self._calls = harness.slack.calls()[-1]["seq"]

    def boundaries(self, flow: str, incident: Incident) -> list[Boundary]:
        """The boundaries that this incident's flow passed meanwhile."""
        title, here = incident.record["title"], incident.channel.id
        about = (incident.id, title)
        writes = [
            (each.label, None)
            for each in self._harness.wire.writes[self._writes :]
            if any(map(each.mentions, about))
        ]
        calls = [
            (call["method"], _to(call["args"], here))
            for call in self._harness.slack.calls(since=self._calls)
            if _is_about(call["args"], incident.id, title, here)
        ]
        seen: Counter[Any] = Counter()
        found = []
        for what, to in [*writes, *calls]:
            seen[what, to] += 1
            if seen[what, to] == 1 or not what.startswith(AGAIN_AT_WILL):
                found.append(Boundary(flow, what, to, seen[what, to]))
        return found


def with_fates(boundaries: list[Boundary]) -> list[Boundary]:
    """Each boundary with all fates; requests that only ask for something can't be applied without
    an answer."""
    return [
        replace(each, fate=fate)
        for each in boundaries
        for fate in FATES
        if fate == APPLIED or not each.what.startswith(ASKED)
    ]


def spread(cases: list[Boundary], number: int) -> list[Boundary]:
    """Select this many of them, spread evenly over flows, positions and fates."""
    flows: dict[str, list[Boundary]] = {}
    for case in cases:
        flows.setdefault(case.flow, []).append(case)
    share = -(-number // len(flows))
    thinned = []
    for place, of_flow in enumerate(flows.values()):
        step = max(len(of_flow) // share, 1)
        step += step % len(FATES) == 0  # otherwise all would have the same fate
        begin = place * step // len(flows)  # otherwise all would be stopped at their beginning
        thinned.append(of_flow[begin::step])
    mixed = [each for row in zip_longest(*thinned) for each in row if each]
    return mixed[:number]


class Cases:
    """The remaining cases. One that didn't reach its boundary is tried again after all others,
    with more time."""

    def __init__(self, cases: Iterable[Boundary]) -> None:
        self._left = deque(cases)
        self._tries: Counter[Boundary] = Counter()

    def __bool__(self) -> bool:
        return bool(self._left)

    def take(self, fits: Callable[[Boundary], bool]) -> Boundary | None:
        """The next case that can run together with those chosen already."""
        for case in self._left:
            if fits(case):
                self._left.remove(case)
                return case
        return None

    def patience(self, case: Boundary) -> float:
        """Seconds in which it has to reach its boundary this time."""
        return SOON * (1 + self._tries[case])

    def tried(self, stopped: Sequence["Stopped"]) -> None:
        for flow in stopped:
            self._tries[flow.boundary] += 1
            if not flow.came_there and self._tries[flow.boundary] < TRIES:
                self._left.append(flow.boundary)


def tells(trials: Trials, ran: Sequence["Stopped"]) -> None:
    """Report the trials; cases that never reached their boundary aren't counted, but named."""
    met = Counter(each.boundary.flow for each in ran if each.came_there)
    there = {each.boundary for each in ran if each.came_there}
    trials.came_there(met, {each.boundary for each in ran} - there)


class Stopped:
    """A flow that is stopped when it reaches a boundary. `about`: the incident, or its title."""

    def __init__(self, harness: Harness, boundary: Boundary, about: str) -> None:
        self._harness = harness
        self.boundary = boundary
        self.about = about
        self.came_there = False
        self._said: Future[Seen | None] = Future()
        self._stop: Stop | None = None
        self._faults: list[Fault] = []
        if boundary.to is None:
            self._stop = harness.wire.stops(boundary.what, about, boundary.side, boundary.nth)
        else:
            self._faults = _faults(harness, boundary, about)

    def begins(self, said: "Future[Seen | None]") -> None:
        """Start the action; `said` will be the reply."""
        self._said = said

    def comes_there(self, *, within: float = SOON) -> bool:
        """Whether it reached the boundary; timing may have been different this time."""
        wait = self._stop.reached if self._stop else self._faults[0].waiting
        try:
            wait(within=within)
        except AssertionError:
            return False
        self.came_there = True
        return True

    def dies(self) -> None:
        """All our processes have been killed."""
        if self._stop and not self.came_there:
            self._harness.wire.lifts(self._stop)
        elif self._stop and self.boundary.fate != LATE:
            self._stop.drops()
        for fault in self._faults:
            fault.stops()

    def is_over(self) -> None:
        """All our processes are running again."""
        if self._stop and self.came_there:
            self._stop.goes_on()

    @property
    def acknowledged(self) -> bool:
        """Whether the person was told that it succeeded."""
        seen = self._said.result()
        return seen is not None and not seen.problem and "assume that this wasn't done" not in seen


def kills(harness: Harness, stopped: list[Stopped]) -> None:
    harness.kill()
    for flow in stopped:
        flow.dies()
    locks_lapse(harness)


def starts_again(harness: Harness, stopped: list[Stopped]) -> None:
    harness.start()
    for flow in stopped:
        flow.is_over()


def ours_die(harness: Harness, stopped: list[Stopped]) -> None:
    kills(harness, stopped)
    starts_again(harness, stopped)


@dataclass(frozen=True)
class Ready:
    """A case, and the action that leads to its boundary. `about`: see `Stopped`."""

    case: Boundary
    about: str
    does: Callable[[], Seen | None]


def until_all_ran(
    harness: Harness,
    typing: ThreadPoolExecutor,
    cases: Cases,
    makes_ready: Callable[[Cases, list[Ready]], None],
    death: Callable[[Harness, list[Stopped]], None] = ours_die,
) -> list[Stopped]:
    """Run all cases, as many at a time as possible: each reaches its boundary, where everything is
    killed. `makes_ready` prepares more cases."""
    ready, ran = list[Ready](), list[Stopped]()
    while cases or ready:
        makes_ready(cases, ready)
        has_turns(harness)
        now, end = list[Stopped](), monotonic() + IN_FLIGHT
        while ready and monotonic() < end:
            one = ready.pop(0)
            now.append(Stopped(harness, one.case, one.about))
            now[-1].begins(typing.submit(one.does))
            now[-1].comes_there(within=cases.patience(one.case))
        death(harness, now)
        cases.tried(now)
        ran += now
    return ran


def _faults(harness: Harness, boundary: Boundary, incident_id: str) -> list[Fault]:
    """The faults for a call: it waits; if it is to be lost, it then gets a reset."""
    assert boundary.to is not None
    channel, user = boundary.to
    which: Json = {"method": boundary.what, "skip": boundary.nth - 1, "times": 1}
    if channel == HERE:
        channel = known_of(harness, Incident(harness, incident_id)).channel or ""
    which |= {"channel": channel} if channel else {}
    which |= {"user": user} if user else {}
    faults = [harness.slack.fails(**which, pause=True, when=boundary.side)]
    if boundary.fate == LOST:
        faults.append(harness.slack.fails(**which, reset=True))
    return faults


def _is_about(args: Json, incident_id: str, title: str, here: str) -> bool:
    """Whether the call is in its channel, creates it, or posts a message about the incident
    elsewhere."""
    if here in (args.get("channel"), args.get("channel_id")):
        return True
    words = f"{args.get('name', '')} {args.get('metadata', '')}"
    return slug(title) in words or f'"{incident_id}"' in words or f"'{incident_id}'" in words


def _to(args: Json, here: str) -> tuple[str, str]:
    channel = str(args.get("channel") or args.get("channel_id") or "")
    user = str(args.get("user") or args.get("users") or "")
    return (HERE if channel == here else channel), user
