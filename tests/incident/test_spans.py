"""Spans of the past, as people type them. Typed on Monday 2026-11-30 at 16:00 in Madrid."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.incident.when import NotATime, span

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("since 14:00", "11-30 13:00", ""),
        ("14:00", "11-30 13:00", ""),
        ("from 2:20pm", "11-30 13:20", ""),
        ("since 12:40 UTC", "11-30 12:40", ""),
        ("since yesterday", "11-28 23:00", ""),
        ("since yesterday 23:50", "11-29 22:50", ""),
        ("since friday", "11-26 23:00", ""),
        ("since 24 Nov", "11-23 23:00", ""),
        ("since 2026-11-24", "11-23 23:00", ""),
        ("after 20m ago", "11-30 14:40", ""),
        ("last 2h", "11-30 13:00", ""),
        ("the last 30 minutes", "11-30 14:30", ""),
        ("last 7 days", "11-23 15:00", ""),
        ("2h", "11-30 13:00", ""),
        ("past hour ago", None, None),
        ("today", "11-29 23:00", "11-30 23:00"),
        ("yesterday", "11-28 23:00", "11-29 23:00"),
        ("on 2026-11-24", "11-23 23:00", "11-24 23:00"),
        ("friday", "11-26 23:00", "11-27 23:00"),
        ("this week", "11-29 23:00", ""),
        ("last week", "11-22 23:00", "11-29 23:00"),
        ("since last week", "11-22 23:00", ""),
        ("last month", "09-30 22:00", "10-31 23:00"),
        ("this year", "12-31 23:00", ""),
        ("before yesterday", "", "11-28 23:00"),
        ("until 14:00", "", "11-30 13:00"),
        ("from 13:00 to 14:00", "11-30 12:00", "11-30 13:00"),
        ("13:00-14:00", "11-30 12:00", "11-30 13:00"),
        ("13:00 – 14:00", "11-30 12:00", "11-30 13:00"),
        ("13.00-14.30", "11-30 12:00", "11-30 13:30"),
        ("yesterday 9:00 to 11:00", "11-29 08:00", "11-29 10:00"),
        ("between 9am and 11am", "11-30 08:00", "11-30 10:00"),
        ("from 14:00 to now", "11-30 13:00", ""),
        ("from tuesday to thursday", "11-23 23:00", "11-26 23:00"),
        ("from 2026-11-24 to 2026-11-26", "11-23 23:00", "11-26 23:00"),
        ("banana", None, None),
        ("", None, None),
        ("since", None, None),
        ("since 25:00", None, None),
        ("since tomorrow", None, None),
        ("since 18:00", None, None),
        ("since 14:00 banana", None, None),
        ("from 14:00 to 13:00", None, None),
        ("since 22:00 IST", None, None),
        ("since 3/4", None, None),
        ("9999-12-31", None, None),
        ("since 31 Dec 9999", None, None),
        ("0001-01-01", "01-01 00:14", "01-02 00:14"),
    ],
)
def test_a_span_of_the_past(text: str, start: str | None, end: str | None) -> None:
    if start is None:
        with pytest.raises(NotATime):
            span(text, NOW, MADRID)
        return
    found = span(text, NOW, MADRID)
    told = [
        f"{each.astimezone(UTC):%m-%d %H:%M}" if each else "" for each in (found.start, found.end)
    ]
    assert told == [start, end]
