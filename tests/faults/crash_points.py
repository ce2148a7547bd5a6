"""Every boundary of a flow: before and after each of its writes to the store and calls to Slack.

A flow runs once, undisturbed; what it wrote and called then are its boundaries. Then it runs
again for each of them, in an incident of its own, and is stopped there.
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
ASKED = ("BLMOVE", "CLAIM")  # what for is in the answer
AGAIN_AT_WILL = ("CLAIM", "FINISH", "HSET notes", "RELEASE", "TAKE", "TURN")
"""How often they come in a flow depends on who is faster."""
SOON = 0.7  # seconds until a flow has come to its boundary, unless it goes another way
TRIES = 3  # of each case, until it comes to its boundary
IN_FLIGHT = 1.4  # seconds: less than anybody waits for the store, so that the kill meets them all


@dataclass(frozen=True)
class Boundary:
    """`what`: a write by its label, or a call by its method; `to` its channel and its user.

    `fate`: of what is stopped. It is `lost`, or `applied` and only its answer is lost, or
    carried out `late`: when who asked for it is dead.
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
        """All of it: a worker does one job at a time."""
        return "rq:" in self.what or "draft" in self.what.casefold()

    def __str__(self) -> str:
        where = " ".join(self.to or ())
        return f"{self.flow}: {self.what} {where} #{self.nth} {self.fate}"


class Recording:
    """What is written and called from here on."""

    def __init__(self, harness: Harness) -> None:
        self._house = harness
        self._writes = len(harness.wire.writes)
        self._calls = harness.slack.calls()[-1]["seq"]

    def boundaries(self, flow: str, incident: Incident) -> list[Boundary]:
        """Those of the flow that this incident went through meanwhile."""
        title, here = incident.record["title"], incident.channel.id
        about = (incident.id, title)
        writes = [
            (each.label, None)
            for each in self._house.wire.writes[self._writes :]
            if any(map(each.mentions, about))
        ]
        calls = [
            (call["method"], _to(call["args"], here))
            for call in self._house.slack.calls(since=self._calls)
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
    """Each with every fate; what is only asked for, and nothing said yet, has no other side."""
    return [
        replace(each, fate=fate)
        for each in boundaries
        for fate in FATES
        if fate == APPLIED or not each.what.startswith(ASKED)
    ]


def spread(cases: list[Boundary], number: int) -> list[Boundary]:
    """So many of them: of each flow alike, from its beginning to its end, of each fate."""
    flows: dict[str, list[Boundary]] = {}
    for each in cases:
        flows.setdefault(each.flow, []).append(each)
    share = -(-number // len(flows))
    thinned = []
    for place, of_flow in enumerate(flows.values()):
        step = max(len(of_flow) // share, 1)
        step += step % len(FATES) == 0  # else all would have the same fate
        begin = place * step // len(flows)  # else all would be stopped where they begin
        thinned.append(of_flow[begin::step])
    mixed = [each for row in zip_longest(*thinned) for each in row if each]
    return mixed[:number]


class Cases:
    """Those that are still to be tried: one that did not come to its boundary is tried again,
    behind all others, with more time."""

    def __init__(self, cases: Iterable[Boundary]) -> None:
        self._left = deque(cases)
        self._tries: Counter[Boundary] = Counter()

    def __bool__(self) -> bool:
        return bool(self._left)

    def take(self, fits: Callable[[Boundary], bool]) -> Boundary | None:
        """The next that fits in with those that are chosen already."""
        for case in self._left:
            if fits(case):
                self._left.remove(case)
                return case
        return None

    def patience(self, case: Boundary) -> float:
        """Seconds that it has to come there, this time."""
        return SOON * (1 + self._tries[case])

    def tried(self, stopped: Sequence["Stopped"]) -> None:
        for each in stopped:
            self._tries[each.boundary] += 1
            if not each.came_there and self._tries[each.boundary] < TRIES:
                self._left.append(each.boundary)


def tells(trials: Trials, ran: Sequence["Stopped"]) -> None:
    """What was tried, for the page: what never came to its boundary is no trial, and named."""
    met = Counter(each.boundary.flow for each in ran if each.came_there)
    there = {each.boundary for each in ran if each.came_there}
    trials.came_there(met, {each.boundary for each in ran} - there)


class Stopped:
    """A flow that is stopped when it comes to a boundary. `about`: the incident, or its title."""

    def __init__(self, harness: Harness, boundary: Boundary, about: str) -> None:
        self._house = harness
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
        """Somebody asks for it now; `said` will be what they see."""
        self._said = said

    def comes_there(self, *, within: float = SOON) -> bool:
        """Whether it did; the order of things may have been another this time."""
        wait = self._stop.reached if self._stop else self._faults[0].waiting
        try:
            wait(within=within)
        except AssertionError:
            return False
        self.came_there = True
        return True

    def dies(self) -> None:
        """Everything of ours is dead now."""
        if self._stop and not self.came_there:
            self._house.wire.lifts(self._stop)
        elif self._stop and self.boundary.fate != LATE:
            self._stop.drops()
        for fault in self._faults:
            fault.stops()

    def is_over(self) -> None:
        """Everything of ours is back."""
        if self._stop and self.came_there:
            self._stop.goes_on()

    @property
    def acknowledged(self) -> bool:
        """Whether the person was told that it is done."""
        seen = self._said.result()
        return seen is not None and not seen.problem and "take this as not done" not in seen


def kills(harness: Harness, stopped: list[Stopped]) -> None:
    harness.kill()
    for each in stopped:
        each.dies()
    locks_lapse(harness)


def starts_again(harness: Harness, stopped: list[Stopped]) -> None:
    harness.start()
    for each in stopped:
        each.is_over()


def ours_die(harness: Harness, stopped: list[Stopped]) -> None:
    kills(harness, stopped)
    starts_again(harness, stopped)


@dataclass(frozen=True)
class Ready:
    """A case, and what somebody does so that it comes to its boundary. `about`: see `Stopped`."""

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
    """As many at a time as there is time for come to their boundaries, and meet their death there.
    `makes_ready` puts more of the cases to those that are ready."""
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
    """The call waits; if it is to be lost, the same call meets a reset then."""
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
    """A call in its channel, one that makes it, or a message about it elsewhere."""
    if here in (args.get("channel"), args.get("channel_id")):
        return True
    words = f"{args.get('name', '')} {args.get('metadata', '')}"
    return slug(title) in words or f'"{incident_id}"' in words or f"'{incident_id}'" in words


def _to(args: Json, here: str) -> tuple[str, str]:
    channel = str(args.get("channel") or args.get("channel_id") or "")
    user = str(args.get("user") or args.get("users") or "")
    return (HERE if channel == here else channel), user
