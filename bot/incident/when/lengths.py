"""How long: `20m`, `1h 30m`, `20 minutes`, `1.5 hours`, `half an hour`, `an hour`."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.incident.durations import LONGEST
from bot.incident.when.problem import quote

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds", "w": "weeks"}
_ORDER = "wdhms"
_ONE_TO_TEN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {
    **{word: count for count, word in enumerate(_ONE_TO_TEN, 1)},
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
}
_UNIT = r"(?:weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])"
_ONE = re.compile(
    r"(?P<half>half[ -](?:an?\s+)?|(?:a\s+)?quarter\s+of\s+an\s+)?"
    rf"(?P<count>\d{{1,9}}(?:[.,]\d{{1,2}})?\s*|(?:an?|{'|'.join(_WORDS)})\s+|)"
    rf"(?P<unit>{_UNIT})",
    re.ASCII | re.IGNORECASE,
)
NOON = 12
_HALF_CLOCK = re.compile(r"(?P<hour>\d{1,2})h(?P<minute>\d{2})(?![\dm])", re.ASCII | re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,\s*)?(?:and\s+)?(?=\d)", re.IGNORECASE)
_AND_A_HALF = re.compile(r"\s+and\s+a\s+half(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Length:
    """How long, and where the text goes on. `short`: written like `20m`, which needs no word
    before it. `problem`: why it can't be used."""

    length: timedelta
    end: int
    short: bool
    problem: str = ""


def length_at(text: str, at: int) -> Length | None:
    """The length at this place of the text; None if there is none.

    >>> length_at("1 hour 30 mins", 0)
    Length(length=datetime.timedelta(seconds=5400), end=14, short=False, problem='')
    >>> length_at("half an hour", 0).length, length_at("an hour and a half", 0).length
    (datetime.timedelta(seconds=1800), datetime.timedelta(seconds=5400))
    """
    total, end, short = timedelta(), at, True
    found = _ONE.match(text, at)
    unit = "w"
    while found and (found["count"] or found["half"]) and _is_next(unit, found, first=end == at):
        unit = found["unit"][0].lower()
        try:
            total += _one(found)
        except OverflowError:
            total = LONGEST * 2
        short = short and len(found["unit"]) == 1
        end = found.end()
        if half := _AND_A_HALF.match(text, end):
            total += timedelta(**{_UNITS[found["unit"][0].lower()]: 0.5})
            end = half.end()
        joined = _JOINED.match(text, end)
        found = _ONE.match(text, joined.end()) if joined else None
    if end == at:
        return None
    if unclear := _HALF_CLOCK.match(text, at):
        hour, minute = int(unclear["hour"]), unclear["minute"]
        if hour > NOON or (len(unclear["hour"]) > 1 and hour < 10):
            return None  # "17h30" and "09h30" are times of day
        write = f"`{hour:02}:{minute}` or `{hour}h {minute}m`"
        problem = f"{quote(unclear[0])} could be a time or a duration; write {write}"
        return Length(total, unclear.end(), False, problem)
    return Length(total, end, short, _problem(total, text[at:end]))


def _is_next(unit: str, found: re.Match[str], *, first: bool) -> bool:
    """Whether it can follow this unit: "20m 2 days of logs" are twenty minutes."""
    return first or _ORDER.index(found["unit"][0].lower()) > _ORDER.index(unit)


def _one(found: re.Match[str]) -> timedelta:
    written = found["count"].strip().replace(",", ".")
    count = float(written) if written[:1].isdigit() else float(_WORDS.get(written.lower(), 1))
    part = (found["half"] or "").lower()
    count *= 0.25 if part.startswith("quarter") else 0.5 if part else 1.0
    return timedelta(**{_UNITS[found["unit"][0].lower()]: count})


def _problem(length: timedelta, written: str) -> str:
    if length > LONGEST:
        return f"{quote(written)} is longer than a year; write a date"
    if not length:
        return f"{quote(written)} is too short; write one like `20m`"
    return ""
