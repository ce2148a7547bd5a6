"""Durations as people and files write them: `15m`, `2h`, `1h30m`, `7d`."""

import re
from datetime import timedelta

LONGEST = timedelta(days=366)
SHOWN = 60  # characters quoted of a text that isn't a duration

_WRITTEN = re.compile(
    r"(?:(?P<days>[0-9]{1,9})d)? ?(?:(?P<hours>[0-9]{1,9})h)? ?"
    r"(?:(?P<minutes>[0-9]{1,9})m)? ?(?:(?P<seconds>[0-9]{1,9})s)?"
)


class NotADuration(ValueError):
    """The text isn't a duration; the message says what is wrong and what to write. `fault` is the
    first half alone, for callers with better examples.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(f"{fault}. Enter a duration, like 20m.")
        self.fault = fault


def parse(text: str) -> timedelta:
    """Parse a duration: more than zero, at most a year.

    >>> parse("1h30m") == parse("1H 30M") == timedelta(minutes=90)
    True
    >>> parse("20x")
    Traceback (most recent call last):
    bot.incident.durations.NotADuration: "20x" isn't a duration. Enter a duration, like 20m.
    """
    match = _WRITTEN.fullmatch(text.strip().lower())
    if match is None or match.lastgroup is None:
        written = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        raise NotADuration(f'"{written}" isn\'t a duration')
    length = timedelta(**{unit: int(digits or 0) for unit, digits in match.groupdict().items()})
    # A year is the limit because a deadline has to be a date that a calendar can hold.
    if length > LONGEST:
        raise NotADuration(f'"{text}" is longer than a year')
    if not length:
        raise NotADuration(f'"{text}" is too short')
    return length


def format_duration(length: timedelta) -> str:
    """Format `length`, to the second, in a form that `parse` accepts.

    >>> [format_duration(timedelta(minutes=each)) for each in (90, 3 * 24 * 60, 0)]
    ['1h 30m', '3d', '0m']
    >>> format_duration(timedelta(minutes=-5))
    '-5m'
    """
    sign = "-" if length < timedelta() else ""
    minutes, seconds = divmod(int(abs(length).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    return sign + (" ".join(f"{count}{unit}" for count, unit in parts if count) or "0m")
