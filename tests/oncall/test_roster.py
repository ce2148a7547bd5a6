"""The roster: who is on call, since when, until when, and why."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.oncall import Holding, Roster, UnknownSchedule
from tests.oncall.test_rotation import ANN, BOB, CASES, CYD, HANDOVERS, ZONES, rotation, utc

BERLIN = rotation("monday 09:00", ANN, BOB, timezone="Europe/Berlin", starts=date(2026, 3, 23))
NIGHTLY = rotation("02:30", ANN, BOB, timezone="Europe/Berlin", starts=date(2026, 3, 28))
EMPTY = rotation("09:00")
ROSTER = Roster({"primary": BERLIN, "nightly": NIGHTLY, "empty": EMPTY})
WINDOWS = st.timedeltas(timedelta(0), timedelta(days=60))


def plainly(shifts: list[Holding]) -> list[str]:
    return [
        f"{shift.since:%m-%d %H:%M} {shift.until:%m-%d %H:%M} {' '.join(shift.users) or 'nobody'}"
        for shift in shifts
    ]


def test_an_answer_has_its_whole_shift_and_its_reason() -> None:
    assert ROSTER.on_call("primary", utc("2026-03-25 12:00")) == Holding(
        (ANN,), "primary's rotation", utc("2026-03-23 08:00"), utc("2026-03-30 07:00")
    )
    assert ROSTER.next_change("primary", utc("2026-03-25 12:00")) == utc("2026-03-30 07:00")


def test_a_schedule_without_members_has_nobody_and_says_why() -> None:
    held = ROSTER.on_call("empty", utc("2026-03-25 12:00"))
    assert (held.users, held.because) == ((), "primary has no members")
    assert ROSTER.people(utc("2026-03-25 12:00")) == {
        "primary": (ANN,),
        "nightly": (BOB,),
        "empty": (),
    }


@pytest.mark.parametrize(
    ("schedule", "start", "end", "expected"),
    [
        pytest.param(
            *("primary", "2026-03-28 00:00", "2026-04-08 00:00"),
            [
                f"03-28 00:00 03-30 07:00 {ANN}",
                f"03-30 07:00 04-06 07:00 {BOB}",
                f"04-06 07:00 04-08 00:00 {ANN}",
            ],
            id="Berlin in March: nine becomes seven UTC",
        ),
        pytest.param(
            *("primary", "2026-10-18 00:00", "2026-11-03 00:00"),
            [
                f"10-18 00:00 10-19 07:00 {BOB}",
                f"10-19 07:00 10-26 08:00 {ANN}",
                f"10-26 08:00 11-02 08:00 {BOB}",
                f"11-02 08:00 11-03 00:00 {ANN}",
            ],
            id="Berlin in October: the week has an hour more",
        ),
        pytest.param(
            *("nightly", "2026-03-28 12:00", "2026-03-30 12:00"),
            [
                f"03-28 12:00 03-29 01:30 {ANN}",
                f"03-29 01:30 03-30 00:30 {BOB}",
                f"03-30 00:30 03-30 12:00 {ANN}",
            ],
            id="a handover in the hour that is skipped",
        ),
        pytest.param(
            *("nightly", "2026-10-24 12:00", "2026-10-26 00:00"),
            [f"10-24 12:00 10-25 00:30 {ANN}", f"10-25 00:30 10-26 00:00 {BOB}"],
            id="a handover in the hour that comes twice",
        ),
        pytest.param("primary", "2026-03-28 00:00", "2026-03-28 00:00", [], id="an empty window"),
        pytest.param("primary", "2026-03-28 00:00", "2026-03-27 00:00", [], id="end first"),
    ],
)
def test_shifts_of_a_window(schedule: str, start: str, end: str, expected: list[str]) -> None:
    assert plainly(list(ROSTER.shifts(schedule, utc(start), utc(end)))) == expected


@given(ZONES, HANDOVERS, CASES, WINDOWS, st.data(), st.integers(0, 3))
def test_shifts_are_the_window_without_gap_or_overlap_and_agree_with_on_call(
    timezone: str,
    handover: str,
    start: datetime,
    length: timedelta,
    data: st.DataObject,
    size: int,
) -> None:
    roster = Roster({"primary": rotation(handover, *(ANN, BOB, CYD)[:size], timezone=timezone)})
    end = start + length
    shifts = list(roster.shifts("primary", start, end))

    assert all(shift.since < shift.until for shift in shifts)
    assert all(one.until == after.since for one, after in pairwise(shifts))
    if not length:
        assert not shifts
        return
    assert (shifts[0].since, shifts[-1].until) == (start, end)
    for shift in shifts:
        inside = data.draw(
            st.datetimes(shift.since.replace(tzinfo=None), shift.until.replace(tzinfo=None))
        ).replace(tzinfo=UTC)
        if inside < shift.until:
            held = roster.on_call("primary", inside)
            assert (held.users, held.because) == (shift.users, shift.because)
            assert held.since <= shift.since
            assert held.until >= shift.until
            assert roster.next_change("primary", inside) == held.until


def test_a_name_is_found_in_whatever_case() -> None:
    assert ROSTER.schedule("Nightly") is NIGHTLY


def test_an_unknown_schedule_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownSchedule) as refused:
        ROSTER.on_call("primry", utc("2026-03-25 12:00"))
    assert str(refused.value) == (
        'no schedule "primry" in oncall.yml; it has primary, nightly, empty'
    )
    with pytest.raises(UnknownSchedule, match="it has no schedules"):
        list(Roster().shifts("primary", utc("2026-03-25 12:00"), utc("2026-03-26 12:00")))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ROSTER.on_call("primary", datetime(2026, 1, 5))  # noqa: DTZ001 (the point)
