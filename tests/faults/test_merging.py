"""`kill -9` during a merge of two incidents: both histories record it, or neither does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from bot.store import scripts
from tests.faults.completeness import Shown, agrees, each_thing_was_said_once
from tests.faults.crash_points import (
    Boundary,
    Cases,
    Ready,
    Recording,
    spread,
    tells,
    until_all_ran,
    with_fates,
)
from tests.faults.slack_calls import has_turns
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident
from tests.harness.real_time import locks_lapse

MERGE = "TOGETHER Absorbed MergedInto"
ALL = ("bot", "timers", "bulk", "clock")
SAMPLE, AT_ONCE = 4, 4
GOES_ON, ENDS = "into this one", "the one that ends"


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness(wired=True) as harness:
        with (
            harness.asks_the_store() as store
        ):  # otherwise the first merge begins with loading the script
            store.script_load(scripts.ALL["TOGETHER"])
        yield harness


@pytest.fixture(scope="module")
def typing() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_ONCE) as typing:
        yield typing


def test_both_histories_record_the_merge_or_neither(harness: Harness, trials: Trials) -> None:
    cases = [
        (harness.declares("sev3"), harness.declares("sev3", by=harness.bob), side)
        for side in ("before", "after")
    ]
    with ThreadPoolExecutor() as typing:
        stops = [harness.wire.stops(MERGE, one.id, side) for one, _, side in cases]
        for one, two, _ in cases:
            asked = f"/incident merge {two.id}"
            typing.submit(harness.ana.types, asked, one.channel, patience=2)
        for stop in stops:
            stop.reached()
        harness.kill(*ALL)
        for stop in stops:
            stop.drops()
        locks_lapse(harness)
    harness.start(*ALL)
    harness.rests()
    assert [told(one, two) for one, two, _ in cases] == [(0, 0), (1, 1)]
    assert [two.record["stage"] for _, two, _ in cases] == ["investigating", "merged"]

    for one, two, side in cases:
        again = harness.ana.types(f"/incident merge {two.id}", one.channel)
        assert again is not None
        assert (
            "was merged into this incident" if side == "before" else "was already merged into"
        ) in again
    harness.rests()
    for one, two, _ in cases:
        assert told(one, two) == (1, 1)
        one.channel.expects(f"*{two.id} was merged into this incident*", kind="merged")
        assert "bob" in one.channel.members
        two.channel.expects(f"*{two.id} was merged into", kind="merged")
    each_thing_was_said_once(harness)
    trials.add(len(cases))


def test_every_consequence_of_a_merge_happens_once(
    harness: Harness, typing: ThreadPoolExecutor, trials: Trials
) -> None:
    """Everything is killed at each write and call of both incidents, from the merge to its end."""
    every = with_fates(_recorded(harness))
    cases = Cases(every if THOROUGH else spread(every, SAMPLE))
    pairs: dict[str, tuple[Incident, Incident]] = {}

    def makes_ready(cases: Cases, ready: list[Ready]) -> None:
        while len(ready) < AT_ONCE and (case := cases.take(lambda case: True)):
            one, two = _two(harness)
            about = one.id if case.flow == GOES_ON else two.id
            pairs[about] = one, two
            merge = partial(
                harness.ana.types, f"/incident merge {two.id}", one.channel, patience=4
            )
            ready.append(Ready(case, about, merge))

    ran = until_all_ran(harness, typing, cases, makes_ready)
    harness.rests(within=60)
    shown = Shown.by(harness)
    for flow in ran:
        one, two = pairs[flow.about]
        agrees(harness, one, shown)
        agrees(harness, two, shown)
        assert told(one, two) in ([(1, 1)] if flow.acknowledged else [(0, 0), (1, 1)])
    each_thing_was_said_once(harness)
    harness.check_slack()
    tells(trials, ran)


def _recorded(harness: Harness) -> list[Boundary]:
    one, two = _two(harness)
    recording = Recording(harness)
    harness.ana.types(f"/incident merge {two.id}", one.channel)
    harness.rests()
    return [*recording.boundaries(GOES_ON, one), *recording.boundaries(ENDS, two)]


def _two(harness: Harness) -> tuple[Incident, Incident]:
    has_turns(harness)
    both = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    harness.rests()
    has_turns(harness)
    return both


def test_two_simultaneous_merges_into_each_other_end_in_one(harness: Harness) -> None:
    """Two merges at the same moment: the second is decided again after the first."""
    one, two = harness.declares("sev3"), harness.declares("sev3")
    first = harness.wire.stops(MERGE, one.id)
    with ThreadPoolExecutor() as typing:
        held = typing.submit(
            harness.ana.types, f"/incident merge {two.id}", one.channel, patience=3
        )
        first.reached()
        said = harness.ana.types(f"/incident merge {one.id}", two.channel)
        first.goes_on()
        late = held.result()
    assert said is not None
    assert said.text.startswith(f"{one.id} (")
    assert "was merged into this incident" in said
    assert late is not None
    assert f"{one.id} was merged into {two.id}. Type it in" in late
    assert [one.record["stage"], two.record["stage"]] == ["merged", "investigating"]


def told(one: Incident, two: Incident) -> tuple[int, int]:
    return one.happened.count("Absorbed"), two.happened.count("MergedInto")
