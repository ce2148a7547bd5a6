"""`kill -9` while two incidents become one: both histories tell of it, or neither does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.store import scripts
from tests.faults.whole import each_thing_was_said_once
from tests.house import House, Incident

MERGE = "TOGETHER Absorbed MergedInto"
ALL = ("bot", "timers", "bulk", "clock")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(wired=True) as house:
        with house.asks_the_store() as store:  # or the first merge begins with loading the script
            store.script_load(scripts.ALL["TOGETHER"])
        yield house


def test_two_become_one_in_both_records_or_in_none(house: House) -> None:
    cases = [
        (house.declares("sev3"), house.declares("sev3", by=house.bob), side)
        for side in ("before", "after")
    ]
    with ThreadPoolExecutor() as typing:
        stops = [house.wire.stops(MERGE, one.id, side) for one, _, side in cases]
        for one, two, _ in cases:
            asked = f"/incident merge {two.id}"
            typing.submit(house.ana.types, asked, one.channel, patience=2)
        for stop in stops:
            stop.reached()
        house.kill(*ALL)
        for stop in stops:
            stop.drops()
    house.start(*ALL)
    house.rests()
    assert [told(one, two) for one, two, _ in cases] == [(0, 0), (1, 1)]
    assert [two.record["stage"] for _, two, _ in cases] == ["investigating", "merged"]

    for one, two, side in cases:
        again = house.ana.types(f"/incident merge {two.id}", one.channel)
        assert again is not None
        assert ("goes on here now" if side == "before" else "was merged into") in again
    house.rests()
    for one, two, _ in cases:
        assert told(one, two) == (1, 1)
        one.channel.expects(f"*{two.id} goes on here*", kind="merged")
        assert "bob" in one.channel.members
        two.channel.expects(f"*{two.id} goes on in", kind="merged")
    each_thing_was_said_once(house)


def test_two_that_take_in_each_other_end_in_one(house: House) -> None:
    """At the same moment: whoever is second decides again on what the first one did."""
    one, two = house.declares("sev3"), house.declares("sev3")
    first = house.wire.stops(MERGE, one.id)
    with ThreadPoolExecutor() as typing:
        held = typing.submit(house.ana.types, f"/incident merge {two.id}", one.channel, patience=3)
        first.reached()
        said = house.ana.types(f"/incident merge {one.id}", two.channel)
        first.goes_on()
        late = held.result()
    assert said is not None
    assert f"{one.id} goes on here now" in said
    assert late is not None
    assert f"{one.id} was merged into {two.id} and goes on in" in late
    assert [one.record["stage"], two.record["stage"]] == ["merged", "investigating"]


def told(one: Incident, two: Incident) -> tuple[int, int]:
    return one.happened.count("Absorbed"), two.happened.count("MergedInto")
