"""One time, past or future, that a whole text is: `friday 18:00`, `tomorrow 9am`, `in 2h`."""

from datetime import UTC, datetime, time, tzinfo

from bot.incident.when.expression import expression_at
from bot.incident.when.moment import PLAIN
from bot.incident.when.problem import NotATime, quote
from bot.incident.when.resolve import instant


def point(text: str, now: datetime, own: tzinfo) -> datetime:
    """The time. Without a day it's today, without a time of day the day's beginning; a weekday is
    the next one, today included. Raises `NotATime`.

    >>> now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # a Monday
    >>> for each in ("18:00", "friday 18:00", "24 Dec", "2h ago"):
    ...     print(f"{point(each, now, UTC):%m-%d %H:%M}")
    11-30 18:00
    12-04 18:00
    12-24 00:00
    11-30 13:00
    """
    plain = text.translate(PLAIN).strip()
    found = expression_at(plain, 0, own, now)
    if found is None or found.end != len(plain):
        raise NotATime(f"{quote(text)} isn't a time")
    if found.problem:
        raise NotATime(found.problem)
    if found.length is not None:
        return now + (-found.length if found.ago else found.length)
    zone = found.zone or own
    today = now.astimezone(zone).date()
    dates = found.day.dates(today) if found.day else [today]
    if found.day and found.day.which in ("next", "last"):
        raise NotATime(f"{quote(found.written)} could be two days; write a date")
    day = next((each for each in dates if each >= today), dates[-1])
    clock = found.clock.at if found.clock and found.clock.at else time()
    return instant(day, clock, zone, found).astimezone(UTC)
