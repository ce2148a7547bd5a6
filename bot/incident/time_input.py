"""Times in the past as people write them: `14:05`, `2026-11-21 14:05`, `20m ago`."""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from bot.incident import durations

_WRITTEN = re.compile(
    r"(?:(?P<date>\d{4}-\d{1,2}-\d{1,2})[ T]+)?(?P<time>\d{1,2}:\d{2})(?![\d:])"
    r"|(?P<ago>\d[\ddhms ]*) ?ago\b",
    re.ASCII | re.IGNORECASE,
)


class NotATime(ValueError):
    """The text isn't a time; the message says what is wrong and what to write."""


def split(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, str]:
    """Split `text` into the time at its beginning and the rest. A time without a date is today's.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    >>> [split(each, now, UTC)[0].strftime("%d %H:%M") for each in ("14:05", "1h 20m ago")]
    ['21 14:05', '21 13:40']
    >>> split("2026-11-20 9:05 by phone", now, UTC)[1]
    'by phone'
    """
    found = _WRITTEN.match(text)
    if found is None:
        raise NotATime(f"Write {examples(now, zone)}")
    rest = text[found.end() :].lstrip(" ,;:-").strip()
    try:
        return _moment(found, now, zone), rest
    except NotATime:
        raise
    except (ValueError, OverflowError):
        wrong = found[0].strip()[: durations.SHOWN]
        raise NotATime(f'"{wrong}" isn\'t a time; write {examples(now, zone)}') from None


def examples(now: datetime, zone: tzinfo) -> str:
    return f"`14:05` (today, {zone}), `{now.astimezone(zone):%Y-%m-%d} 14:05` or `20m ago`"


def _moment(found: re.Match[str], now: datetime, zone: tzinfo) -> datetime:
    if found["ago"]:
        return now - durations.parse(found["ago"])
    here = now.astimezone(zone)
    day = date(*map(int, found["date"].split("-"))) if found["date"] else here.date()
    hours, minutes = map(int, found["time"].split(":"))
    at = datetime.combine(day, time(hours, minutes), zone)
    if not found["date"] and at > now:
        yesterday = here - timedelta(days=1)
        raise NotATime(
            f"{found['time']} is in the future; "
            f"for yesterday, write `{yesterday:%Y-%m-%d} {found['time']}`"
        )
    return at.astimezone(now.tzinfo)
