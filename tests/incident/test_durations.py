"""Durations like 15m, 2h, 1h30m; the errors for anything else say the right form."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incident.durations import LONGEST, NotADuration, format_duration, parse


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3s", timedelta(seconds=3)),
        ("15m", timedelta(minutes=15)),
        ("72h", timedelta(hours=72)),
        ("7d", timedelta(days=7)),
        ("1h30m", timedelta(minutes=90)),
        (" 1H 30M ", timedelta(minutes=90)),
        ("1d 5s", timedelta(days=1, seconds=5)),
        ("90m", timedelta(minutes=90)),
    ],
)
def test_a_duration_is_numbers_with_their_units(text: str, length: timedelta) -> None:
    assert parse(text) == length


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("20x", "isn't a duration"),
        ("15 minutes", "isn't a duration"),
        ("20", "isn't a duration"),
        ("", "isn't a duration"),
        ("-5m", "isn't a duration"),
        ("1.5h", "isn't a duration"),
        ("30m1h", "isn't a duration"),
        ("٣m", "isn't a duration"),
        ("0m", "is too short"),
        ("0h0s", "is too short"),
        ("367d", "is longer than a year"),
        ("999999999d", "is longer than a year"),
    ],
)
def test_an_invalid_duration_gets_the_reason_and_the_right_form(text: str, fault: str) -> None:
    with pytest.raises(NotADuration) as refused:
        parse(text)

    assert str(refused.value) == f'"{text}" {fault}. Enter a duration, like 20m.'


def test_a_long_one_is_said_back_in_short() -> None:
    with pytest.raises(NotADuration) as refused:
        parse("9" * 5000 + "m")
    assert len(str(refused.value)) < 120
    assert "isn't a duration. Enter a duration, like 20m." in str(refused.value)


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_a_formatted_duration_can_be_parsed(seconds: int) -> None:
    length = timedelta(seconds=seconds)

    assert parse(format_duration(length)) == length
