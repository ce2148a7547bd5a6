"""Reads days and spans of days in the past: `today`, `2026-11-30`, `last 7 days`."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.listeners.words import fold

Span = tuple[datetime, datetime | None]  # the first instant, and that after the last; None: now

LONGEST = 36_500  # days: a hundred years
EXAMPLES = "`today`, `2026-11-30`, `2026-11` or `7d`"

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LENGTH = re.compile(r"(\d{1,5})\s*(h|hours?|hrs?|d|days?|w|wks?|weeks?|months?)")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24}
_LAST = ("last", "past", "recent")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def span(words: Sequence[str], now: datetime, zone: tzinfo) -> tuple[int, Span] | None:
    """How many of the first words are a day or a span of days, and which; None if they are none.

    >>> now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    >>> taken, (start, end) = span(["last", "7", "days", "sev1"], now, UTC)
    >>> taken, f"{start:%d %H:%M}", end
    (3, '23 15:00', None)
    >>> taken, (start, end) = span(["yesterday"], now, UTC)
    >>> taken, f"{start:%d %H:%M}", f"{end:%d %H:%M}"
    (1, '29 00:00', '30 00:00')
    """
    begins = 1 if words and fold(words[0]) in _LAST else 0
    for count in (2, 1):
        text = " ".join(words[begins : begins + count]).casefold().strip(".,;:!")
        if len(words) < begins + count:
            continue
        if length := _LENGTH.fullmatch(text):
            hours = int(length[1]) * _HOURS[length[2][0]]
            start = now - timedelta(hours=min(hours, LONGEST * 24))
            return begins + count, (start, None)
        if days := _week_or_month(" ".join(words[:2]), now.astimezone(zone).date()):
            return 2, _instants(*days, zone)
    if begins or not words:
        return None
    found = _days(words[0].casefold().strip(".,;:!"), now.astimezone(zone).date())
    return (1, _instants(*found, zone)) if found else None


def _days(word: str, today: date) -> tuple[date, date] | None:
    """The first day, and that after the last one."""
    one = timedelta(days=1)
    if word in ("today", "yesterday"):
        first = today if word == "today" else today - one
        return first, first + one
    if len(word) >= len("mon"):
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(word):
                first = today - timedelta(days=(today.weekday() - number) % 7)
                return first, first + one
    try:
        if found := _DAY.fullmatch(word):
            first = date(int(found[1]), int(found[2]), int(found[3]))
            return first, first + one
        if _YEAR.fullmatch(word):
            return date(int(word), 1, 1), date(int(word) + 1, 1, 1)
        if found := _MONTH.fullmatch(word):
            return _month(date(int(found[1]), int(found[2]), 1))
    except (ValueError, OverflowError):
        return None  # no day of the calendar
    return None


def _week_or_month(words: str, today: date) -> tuple[date, date] | None:
    monday = today - timedelta(days=today.weekday())
    match words.casefold().strip(".,;:!").split():
        case ["this", "week"]:
            return monday, monday + timedelta(weeks=1)
        case ["last" | "past", "week"]:
            return monday - timedelta(weeks=1), monday
        case ["this", "month"]:
            return _month(today)
        case ["last" | "past", "month"]:
            return _month(today.replace(day=1) - timedelta(days=1))
    return None


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _instants(first: date, after: date, zone: tzinfo) -> Span:
    start, end = (
        datetime(each.year, each.month, each.day, tzinfo=zone) for each in (first, after)
    )
    return start.astimezone(UTC), end.astimezone(UTC)
