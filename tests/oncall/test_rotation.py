"""Shifts follow each other without gap or overlap, in local time."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.oncall import Handover, Schedule
from bot.oncall.schedule import next_handover, on_call

ANN, BOB, CYD = "UANN", "UBOB", "UCYD"


def rotation(
    handover: str,
    *members: str,
    timezone: str = "UTC",
    starts: date | None = None,
) -> Schedule:
    kind: Literal["weekly", "daily"] = "weekly" if " " in handover else "daily"
    return Schedule("primary", timezone, kind, Handover.parse(handover), members, starts)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2017-07-24 07:59", BOB),
        ("2017-07-24 08:00", ANN),
        ("2017-07-30 23:59", ANN),
        ("2017-07-31 07:59", ANN),
        ("2017-07-31 08:00", BOB),
        ("2017-08-07 08:00", ANN),
    ],
)
def test_a_weekly_rotation_changes_hands_at_the_minute_and_on_the_day(at: str, who: str) -> None:
    pair = rotation("monday 08:00", ANN, BOB, starts=date(2017, 7, 24))

    assert on_call(pair, utc(at)) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-05-01 16:59", CYD),
        ("2026-05-01 17:00", ANN),
        ("2026-05-02 16:59", ANN),
        ("2026-05-02 17:00", BOB),
        ("2026-05-04 17:00", ANN),
    ],
)
def test_a_daily_rotation_changes_hands_every_day(at: str, who: str) -> None:
    trio = rotation("17:00", ANN, BOB, CYD, starts=date(2026, 5, 1))

    assert on_call(trio, utc(at)) == who


def test_without_a_start_the_first_monday_of_1970_is_the_first_members() -> None:
    pair = rotation("monday 09:00", ANN, BOB)

    assert on_call(pair, utc("1970-01-05 09:00")) == ANN
    assert on_call(pair, utc("1970-01-12 09:00")) == BOB
    # 20,510 days later: 2,930 weeks, an even number.
    assert on_call(pair, utc("2026-03-02 08:59")) == BOB
    assert on_call(pair, utc("2026-03-02 09:00")) == ANN


def test_a_start_in_the_middle_of_the_week_means_the_next_handover() -> None:
    pair = rotation("wednesday 09:00", ANN, BOB, starts=date(2026, 1, 5))

    assert on_call(pair, utc("2026-01-07 08:59")) == BOB
    assert on_call(pair, utc("2026-01-07 09:00")) == ANN


def test_nobody_in_the_rotation_means_nobody_on_call() -> None:
    empty = rotation("monday 09:00")

    assert on_call(empty, utc("2026-01-05 10:00")) is None
    assert next_handover(empty, utc("2026-01-05 10:00")) == utc("2026-01-12 09:00")


@pytest.mark.parametrize(
    ("timezone", "at", "who"),
    [
        pytest.param("Europe/Berlin", "2026-03-23 08:00", ANN, id="winter, nine is eight UTC"),
        pytest.param("Europe/Berlin", "2026-03-30 06:59", ANN, id="the clocks went forward"),
        pytest.param("Europe/Berlin", "2026-03-30 07:00", BOB, id="summer, nine is seven UTC"),
        pytest.param("Europe/Berlin", "2026-10-26 07:59", ANN, id="the clocks went back"),
        pytest.param("Europe/Berlin", "2026-10-26 08:00", BOB, id="winter again"),
        pytest.param("Asia/Kolkata", "2026-03-30 03:29", ANN, id="half hours"),
        pytest.param("Asia/Kolkata", "2026-03-30 03:30", BOB, id="nine in Kolkata"),
    ],
)
def test_nine_in_the_morning_stays_nine_in_the_morning(timezone: str, at: str, who: str) -> None:
    pair = rotation("monday 09:00", ANN, BOB, timezone=timezone, starts=date(2026, 3, 23))

    assert on_call(pair, utc(at)) == who


def test_a_handover_in_the_hour_that_is_skipped_happens_once_just_after_it() -> None:
    pair = rotation("02:30", ANN, BOB, timezone="Europe/Berlin", starts=date(2026, 3, 28))

    assert on_call(pair, utc("2026-03-29 01:29")) == ANN  # 03:29 in Berlin: no 02:30 today
    assert on_call(pair, utc("2026-03-29 01:30")) == BOB
    assert next_handover(pair, utc("2026-03-29 01:30")) == utc("2026-03-30 00:30")


def test_a_handover_in_the_hour_that_comes_twice_happens_the_first_time() -> None:
    pair = rotation("02:30", ANN, BOB, timezone="Europe/Berlin", starts=date(2026, 10, 25))

    assert on_call(pair, utc("2026-10-25 00:29")) == BOB
    assert on_call(pair, utc("2026-10-25 00:30")) == ANN
    assert on_call(pair, utc("2026-10-25 01:30")) == ANN


def test_a_skipped_handover_that_lands_on_the_next_day_still_has_its_order() -> None:
    # On 4 September 2021 Chile skipped from midnight to one: 24:00 became 01:00.
    pair = rotation("00:00", ANN, BOB, timezone="America/Santiago", starts=date(2021, 9, 5))

    assert on_call(pair, utc("2021-09-05 03:59")) == BOB
    assert on_call(pair, utc("2021-09-05 04:00")) == ANN


def test_a_clock_that_falls_back_over_midnight_does_not_take_the_shift_back() -> None:
    # Newfoundland used to go back from 00:01 to 23:01 of the day before.
    pair = rotation("00:00", ANN, BOB, timezone="America/St_Johns", starts=date(2010, 11, 7))

    assert on_call(pair, utc("2010-11-07 02:29")) == BOB
    assert on_call(pair, utc("2010-11-07 02:30")) == ANN
    assert on_call(pair, utc("2010-11-07 02:45")) == ANN  # the 6th again, by the wall


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        on_call(rotation("09:00", ANN), datetime(2026, 1, 5))  # noqa: DTZ001 (the point)


@pytest.mark.parametrize("handover", ["monday 09:00", "09:00"])
def test_a_weekly_handover_needs_its_weekday_and_a_daily_one_has_none(handover: str) -> None:
    kind: Literal["weekly", "daily"] = "daily" if " " in handover else "weekly"

    with pytest.raises(ValueError, match="weekday"):
        Schedule("primary", "UTC", kind, Handover.parse(handover), (ANN,))


@pytest.mark.parametrize(
    "text", ["noon", "24:00", "9:5", "monday", "funday 09:00", "monday 09:00 UTC", ""]
)
def test_an_invalid_handover_gets_the_right_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"write monday 09:00 \(weekly\) or 09:00 \(daily\)\.$"):
        Handover.parse(text)


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"]
)
HANDOVERS = st.sampled_from(["monday 09:00", "sunday 02:30", "friday 00:00", "02:30", "23:59"])
CASES = st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(ZONES, HANDOVERS, CASES)
def test_each_shift_is_whole_and_the_next_member_has_the_next_one(
    timezone: str, handover: str, at: datetime
) -> None:
    trio = rotation(handover, ANN, BOB, CYD, timezone=timezone)
    ends = next_handover(trio, at)
    who = on_call(trio, at)
    after = {ANN: BOB, BOB: CYD, CYD: ANN}

    assert ends > at
    assert on_call(trio, ends - timedelta(microseconds=1)) == who
    assert on_call(trio, ends) == after[who or ""]


@given(ZONES, HANDOVERS, CASES)
def test_it_is_the_same_shift_in_whichever_time_zone_one_asks(
    timezone: str, handover: str, at: datetime
) -> None:
    pair = rotation(handover, ANN, BOB, timezone=timezone)

    assert on_call(pair, at) == on_call(pair, at.astimezone(ZoneInfo("Asia/Tokyo")))
