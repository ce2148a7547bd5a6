"""Deadlines as people write them at the end of a task: `by 14:30`, `tomorrow`, `2h`."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.incident import durations

EXAMPLES = "`30m`, `2h`, `14:30`, `tomorrow`, `friday` or `2026-11-24`"
END_OF_DAY = time(23, 59)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_WRITTEN = re.compile(
    r"(?:^|\s)(?:(?:due|by|until|in|on|at)\s+){0,2}(?:"
    r"(?P<length>(?:\d{1,9}[dhm] ?)+)"
    rf"|(?:(?P<day>today|tomorrow|{'|'.join(WEEKDAYS)}|\d{{4}}-\d{{1,2}}-\d{{1,2}})(?:(?:T|\s+(?:at\s+)?)(?=\d))?)?"
    r"(?P<time>(?:(?<=\s)|(?<=^)|(?<=T))\d{1,2}:\d{2})?"
    r")[.!?]?\s*$",
    re.ASCII | re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\b(?:in|within)\s+((?:\d{1,9} ?(?:m|mins?|minutes?|h|hrs?|hours?|d|days?) ?)+)(?=[.!?]?$)",
    re.ASCII | re.IGNORECASE,
)
_LETTER = re.compile(r"(\d) ?([dhm])[a-z]*", re.IGNORECASE)


class NotADeadline(ValueError):
    """The text isn't a deadline; the message says what is wrong and what to write."""


def split(text: str, now: datetime, zone: tzinfo) -> tuple[str, datetime | None]:
    """Split `text` into the task and the deadline at its end; None if there is no deadline. A day
    means its end; a time without a day is its next occurrence.

    >>> now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    >>> split("Restart the pods by 16:30", now, UTC)
    ('Restart the pods', datetime.datetime(2026, 11, 21, 16, 30, tzinfo=datetime.timezone.utc))
    >>> split("Restart the pods", now, UTC)
    ('Restart the pods', None)
    >>> split("Restart the pods within 20 minutes", now, UTC)
    ('Restart the pods', datetime.datetime(2026, 11, 21, 15, 20, tzinfo=datetime.timezone.utc))
    """
    text = _SPOKEN.sub(_short, text.rstrip())
    found = _WRITTEN.search(text)
    if found is None or not any(found.groups()):
        return text.strip(), None
    written = found[0].strip()
    try:
        at = _moment(found, now, zone)
    except durations.NotADuration as wrong:
        raise NotADeadline(f"{wrong.fault}; write {EXAMPLES}") from None
    except (ValueError, OverflowError):
        raise NotADeadline(f'"{written}" isn\'t a time; write {EXAMPLES}') from None
    if at <= now:
        raise NotADeadline(f'"{written}" is in the past; write a future time, like {EXAMPLES}')
    return text[: found.start()].rstrip(" ,;"), at


def _short(spoken: re.Match[str]) -> str:
    """The short form `in 20m` of "within 20 minutes"."""
    return "in " + _LETTER.sub(r"\1\2", spoken[1])


def _moment(found: re.Match[str], now: datetime, zone: tzinfo) -> datetime:
    if found["length"]:
        return now + durations.parse(found["length"])
    today = now.astimezone(zone).date()
    days = {"today": today, "tomorrow": today + timedelta(days=1)}
    for ahead in map(timedelta, range(7)):
        days[WEEKDAYS[(today + ahead).weekday()]] = today + ahead
    written = (found["day"] or "").lower()
    day = days.get(written) or (date(*map(int, written.split("-"))) if written else today)
    clock = time.fromisoformat(found["time"].zfill(5)) if found["time"] else END_OF_DAY
    at = datetime.combine(day, clock, zone)
    if at <= now:
        at = at.replace(fold=1)  # when clocks go back, the same time occurs twice
    if at <= now and written in ("", *WEEKDAYS):
        at = datetime.combine(day + timedelta(days=7 if written else 1), clock, zone)
    return at.astimezone(UTC)
