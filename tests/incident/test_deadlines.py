"""Deadlines, as people type them at the end of a task."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.incident.deadlines import NotADeadline, split

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # a Saturday
LONDON, BERLIN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin")


def read(text: str, zone: ZoneInfo = LONDON, now: datetime = NOW) -> tuple[str, str]:
    rest, due = split(text, now, zone)
    return rest, f"{due:%m-%d %H:%M}" if due else ""


@pytest.mark.parametrize(
    ("text", "rest", "due"),
    [
        ("Restart the pods 30m", "Restart the pods", "11-21 15:30"),
        ("Restart the pods in 2h", "Restart the pods", "11-21 17:00"),
        ("Restart the pods in 20 minutes", "Restart the pods", "11-21 15:20"),
        ("Restart within 1 hour 30 mins?", "Restart", "11-21 16:30"),
        ("Restart the pods In 2 Days.", "Restart the pods", "11-23 15:00"),
        ("Wait for 20 minutes", "Wait for 20 minutes", ""),
        ("Put it in 20 minibuses", "Put it in 20 minibuses", ""),
        ("Restart the pods 1h 30m", "Restart the pods", "11-21 16:30"),
        ("Restart the pods, due by 16:30.", "Restart the pods", "11-21 16:30"),
        ("Restart the pods BY 14:30", "Restart the pods", "11-22 14:30"),  # now is 15:00
        ("Write to them tomorrow", "Write to them", "11-22 23:59"),
        ("Write to them by tomorrow 9:30", "Write to them", "11-22 09:30"),
        ("Write to them tomorrow at 9:30", "Write to them", "11-22 09:30"),
        ("Write to them today", "Write to them", "11-21 23:59"),
        ("Write to them due 2026-11-24", "Write to them", "11-24 23:59"),
        ("Write to them 2026-11-24 14:30", "Write to them", "11-24 14:30"),
        ("Write to them 2026-11-24T14:30", "Write to them", "11-24 14:30"),
        ("Could you write to them tomorrow?", "Could you write to them", "11-22 23:59"),
        ("Write to them by Friday", "Write to them", "11-27 23:59"),
        ("Write to them saturday", "Write to them", "11-21 23:59"),  # which is today
        ("Write to them saturday 9:00", "Write to them", "11-28 09:00"),
        ("Write to them on sunday at 9:00", "Write to them", "11-22 09:00"),
        ("7d", "", "11-28 15:00"),
        ("tomorrow", "", "11-22 23:59"),
        ("Restart the pods", "Restart the pods", ""),
        ("Ask who is standing by", "Ask who is standing by", ""),
        ("Look at what is due", "Look at what is due", ""),
        ("Scale to 30", "Scale to 30", ""),
        ("Look at pod-30m", "Look at pod-30m", ""),
        ("Look at host:14:30", "Look at host:14:30", ""),
        ("Restart at 16:30 and look", "Restart at 16:30 and look", ""),
        ("Do it by noon", "Do it by noon", ""),
        ("", "", ""),
    ],
)
def test_the_time_at_the_end_is_when_it_is_due(text: str, rest: str, due: str) -> None:
    assert read(text) == (rest, due)


def test_times_are_those_of_the_zone() -> None:
    assert read("Look again 17:30", BERLIN) == ("Look again", "11-21 16:30")
    assert read("Look again tomorrow", BERLIN) == ("Look again", "11-22 22:59")
    night = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # the 22nd in Berlin
    assert read("Look again tomorrow", BERLIN, night) == ("Look again", "11-23 22:59")
    summer = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # the clocks change that night
    assert read("Look again tomorrow 9:00", BERLIN, summer) == ("Look again", "10-25 08:00")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Look again 2026-13-45", '"2026-13-45" isn\'t a time; write `30m`'),
        ("Look again by 25:10", '"by 25:10" isn\'t a time'),
        ("Look again 2026-11-20", '"2026-11-20" is in the past; write'),
        ("Look again today 14:00", '"today 14:00" is in the past'),
        ("Look again 9999-12-31 23:59", '"9999-12-31 23:59" isn\'t a time'),
        ("Look again 0m", '"0m" is too short; write'),
        ("Look again 400d", '"400d" is longer than a year; write'),
    ],
)
def test_an_impossible_deadline_is_named(text: str, why: str) -> None:
    with pytest.raises(NotADeadline, match=why):
        split(text, NOW, ZoneInfo("America/New_York") if "9999" in text else UTC)
