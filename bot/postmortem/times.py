"""Times in the incident's time zone."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def zone(name: str) -> tzinfo:
    """The IANA time zone `name`; UTC if there is none, because a draft is better than none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def local(at: datetime, there: tzinfo) -> datetime:
    """`at` in that zone. A time without a zone is read as UTC, not as the machine's zone."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(there)


def day(at: datetime) -> str:
    """The heading for a day; the offset distinguishes the two 02:30 of an autumn night.

    >>> day(datetime(2024, 3, 2, 23, 5, tzinfo=UTC))
    'Saturday 2024-03-02 (UTC+00:00)'
    """
    offset = at.strftime("%z")
    return f"{_DAYS[at.weekday()]} {at:%Y-%m-%d} (UTC{offset[:3]}:{offset[3:5]})"


def duration(span: timedelta) -> str:
    """A duration in its two largest units.

    >>> duration(timedelta(minutes=5)), duration(timedelta(hours=49, minutes=3))
    ('5 min', '2 d 1 h')
    >>> duration(timedelta(seconds=40)), duration(timedelta(hours=2, seconds=59))
    ('40 s', '2 h')
    """
    seconds = int(abs(span).total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    counted = ((seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min"))
    first = next(i for i, (count, _) in enumerate(counted) if count)
    return " ".join(f"{count} {unit}" for count, unit in counted[first : first + 2] if count)


def since(began: datetime, at: datetime) -> str:
    """How long something happened after `began`.

    >>> since(datetime(2024, 1, 1, 10, 0), datetime(2024, 1, 1, 9, 45))
    '15 min earlier'
    """
    span = at - began
    return duration(span) + (" earlier" if span < timedelta() else "")
