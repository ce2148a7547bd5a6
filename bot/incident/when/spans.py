"""A span of the past: `since 14:00`, `yesterday`, `last 2h`, `from monday to wednesday`."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from bot.incident.when.expression import Expression, expression_at
from bot.incident.when.moment import PLAIN
from bot.incident.when.problem import NotATime, Unreadable, quote
from bot.incident.when.resolve import days_back, in_past, instant
from bot.incident.when.written import written

EXAMPLES = "`since 14:00`, `last 2h`, `yesterday` or `from monday to wednesday`"

_SINCE = re.compile(r"\s*(?P<lead>since|from|after|between|on|at)\s+(?:the\s+)?", re.IGNORECASE)
_LAST = re.compile(
    r"\s*(?:(?:in|within|for)\s+)?(?:the\s+)?(?:last|past)\s+(?=\d|an?\s|half)", re.IGNORECASE
)
_UNTIL = re.compile(r"\s*(?:(?:to|until|till|til|and|before)\s+|[-–—]\s*)", re.IGNORECASE)
_ONLY_UNTIL = re.compile(r"\s*(?:until|till|til|before)\s+", re.IGNORECASE)
_PERIOD = re.compile(r"\s*(?P<which>this|last)\s+(?P<period>week|month|year)(?!\w)", re.IGNORECASE)
_RANGE = re.compile(
    r"(?<![\d:-])(\d{1,2})([:.]\d{2})\s?[-–—]\s?(\d{1,2})([:.]\d{2})(?![\d:])", re.ASCII
)
_END = re.compile(r"[\s.!?]*$")


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`; None: without a limit."""

    start: datetime | None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)

    def text(self, zone: tzinfo) -> str:
        """The span in words, with the zone.

        >>> from datetime import UTC
        >>> Span(datetime(2026, 11, 30, 14, tzinfo=UTC)).text(UTC)
        'since 2026-11-30 14:00 UTC'
        """
        if self.start and self.end:
            return f"{written(self.start, zone)} to {written(self.end, zone)}"
        if self.start:
            return f"since {written(self.start, zone)}"
        return f"before {written(self.end, zone)}" if self.end else ""


def span(text: str, now: datetime, own: tzinfo) -> Span:
    """The span that the whole text is. A day without `since` is that day alone. Raises `NotATime`.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    >>> for each in ("since 14:00", "last 2h", "yesterday", "from 28 Nov to yesterday 9am"):
    ...     print(span(each, now, UTC).text(UTC))
    since 2026-11-30 14:00 UTC
    since 2026-11-30 13:00 UTC
    2026-11-29 00:00 UTC to 2026-11-30 00:00 UTC
    2026-11-28 00:00 UTC to 2026-11-29 09:00 UTC
    """
    plain = _RANGE.sub(_apart, text.translate(PLAIN))
    found = _last(plain, now, own) or _period(plain, now, own) or _before(plain, now, own)
    return found or _from(plain, now, own)


def _apart(found: re.Match[str]) -> str:
    """`14:00-15:30` is a range, unlike `14:00-03:00`, which has an offset."""
    return (
        f"{found[1]}{found[2]} to {found[3]}{found[4]}"
        if int(found[3]) >= int(found[1])
        else found[0]
    )


def _last(plain: str, now: datetime, own: tzinfo) -> Span | None:
    """`last 2h`, `2h`, `2h ago`."""
    lead = _LAST.match(plain)
    found = _expression(plain, lead.end() if lead else 0, now, own)
    if found is None or found.length is None or not _END.match(plain, found.end):
        return None
    _check(found)
    return Span(now - found.length)


def _period(plain: str, now: datetime, own: tzinfo) -> Span | None:
    """`this week`, `last month`, also after `since`."""
    lead = _SINCE.match(plain)
    found = _PERIOD.match(plain, lead.end() if lead else 0)
    if found is None or not _END.match(plain, found.end()):
        return None
    today = now.astimezone(own).date()
    begins = _first_of(found["period"].lower(), today)
    if found["which"].lower() == "this":
        return Span(_midnight(begins, own))
    start = _midnight(_first_of(found["period"].lower(), begins - timedelta(days=1)), own)
    return Span(
        start, None if lead and lead["lead"].lower() == "since" else _midnight(begins, own)
    )


def _before(plain: str, now: datetime, own: tzinfo) -> Span | None:
    lead = _ONLY_UNTIL.match(plain)
    if lead is None:
        return None
    found = _expression(plain, lead.end(), now, own)
    if found is None or not _END.match(plain, found.end):
        raise _unclear(plain)
    return Span(None, _limits(found, now, own)[0])


def _from(plain: str, now: datetime, own: tzinfo) -> Span:
    lead = _SINCE.match(plain)
    found = _expression(plain, lead.end() if lead else 0, now, own)
    if found is None:
        raise _unclear(plain)
    start, day_ends = _limits(found, now, own)
    if _END.match(plain, found.end):
        is_since = found.clock is not None or (lead and lead["lead"].lower() not in ("on", "at"))
        return Span(start, None if is_since else day_ends)
    until = _UNTIL.match(plain, found.end)
    other = _expression(plain, until.end(), now, own) if until else None
    if other is None or not _END.match(plain, other.end):
        raise _unclear(plain)
    if other.length == timedelta():  # `to now`
        return Span(start)
    if other.day is None and found.day:
        other = replace(other, day=found.day)  # `yesterday 9:00 to 11:00`
    end = _limits(other, now, own)[1]
    if end <= start:
        raise NotATime(
            f"{quote(other.written)} is before {quote(found.written)}; write the earlier one first"
        )
    return Span(start, end)


def _expression(plain: str, at: int, now: datetime, own: tzinfo) -> Expression | None:
    return expression_at(plain, at, own, now)


def _limits(found: Expression, now: datetime, own: tzinfo) -> tuple[datetime, datetime]:
    """When it begins and ends: a day lasts until the next, a time is both."""
    _check(found)
    if found.day is None or found.clock is not None:
        at = now - found.length if found.length is not None else in_past(found, now, own)
        return at, at
    zone = found.zone or own
    day = days_back(found, now.astimezone(zone).date())[0]
    start = instant(day, time(), zone, found)
    if day == date.max:
        raise NotATime(f"{quote(found.written)} isn't a time in the calendar")
    end = _midnight(day + timedelta(days=1), zone)
    if start > now:
        raise NotATime(f"{quote(found.written)} is in the future")
    return start, end


def _check(found: Expression) -> None:
    if found.problem:
        raise NotATime(found.problem)


def _first_of(period: str, day: date) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day.replace(month=1, day=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _unclear(plain: str) -> Unreadable:
    return Unreadable(f"{quote(plain)} isn't a time; write {EXAMPLES}")
