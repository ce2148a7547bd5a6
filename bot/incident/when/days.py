"""A day: `today`, `tomorrow`, `friday`, `2026-12-24`, `24 Dec`, `Dec 24th, 2026`."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.incident.when.problem import quote

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_SHORT = {"tues": 1, "thur": 3, "thurs": 3, "weds": 2}
_DAY_NAMES = {
    **{name: at for at, name in enumerate(WEEKDAYS)},
    **{name[:3]: at for at, name in enumerate(WEEKDAYS)},
    **_SHORT,
}
_MONTH = rf"(?P<month>{'|'.join(f'{each[:3]}(?:{each[3:]})?' for each in MONTHS)}|sept)\.?"
_WEEKDAY = "|".join(sorted(_DAY_NAMES, key=len, reverse=True))

_NAMED = re.compile(
    r"(?P<relative>the\s+day\s+after\s+tomorrow|the\s+day\s+before\s+yesterday|today|tonight"
    r"|tom+or+ow|tomo|2morrow|tmrow|tmrw|tmr|tmw|yesterday)(?![\w'])",
    re.IGNORECASE,
)
_OF_WEEK = re.compile(
    rf"(?:(?P<which>next|last|this|coming)\s+)?(?P<weekday>{_WEEKDAY})(?![\w'])", re.IGNORECASE
)
_ISO = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?!\d|-\d|/)",
    re.ASCII,
)
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)", re.ASCII)
_DAY_DOT_MONTH = re.compile(
    r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?P<end>\.(?!\d))?"
    r"(?![\d:]|\s*[ap]\.?m|\s?(?:h|hrs|hours|uhr)(?!\w))",
    re.ASCII | re.IGNORECASE,
)
_SLASHED = re.compile(
    r"(?P<one>\d{1,2})/(?P<other>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?(?![\w/])", re.ASCII
)
_DAY_MONTH = re.compile(
    rf"(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?{_MONTH}(?!\w)"
    r"(?:,?\s+(?P<year>\d{4})(?![\d:.]))?",
    re.ASCII | re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:.]\w|\w)"
    r"(?:,?\s+(?P<year>\d{4})(?![\d:.]))?",
    re.ASCII | re.IGNORECASE,
)
_RELATIVE = {"yesterday": -1, "today": 0, "tonight": 0}  # any other is tomorrow


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and where the text goes on. One of `ahead` (days from today), `weekday` and `month`
    with `day` is set. `short`: like `sat`, which may be another word. `is_time`: could be
    a time of day instead. `problem`: why it isn't a
    day, or could be two.
    """

    end: int
    ahead: int | None = None
    weekday: int | None = None
    which: str = ""
    year: int | None = None
    month: int = 0
    day: int = 0
    short: bool = False
    is_time: bool = False
    problem: str = ""

    def dates(self, today: date) -> list[date]:
        """The dates that it may be, in order; none if the calendar has no such day."""
        if self.ahead is not None:
            return [today + timedelta(days=self.ahead)]
        if self.weekday is not None:
            first = today + timedelta(days=(self.weekday - today.weekday()) % 7)
            return [first + timedelta(days=7 * week) for week in range(-2, 3)]
        years = [self.year] if self.year else [today.year + more for more in range(-4, 9)]
        return [date(year, self.month, self.day) for year in years if self._exists(year)]

    def _exists(self, year: int) -> bool:
        try:
            date(year, self.month, self.day)
        except ValueError:
            return False
        return True


def day_at(text: str, at: int) -> Day | None:
    """The day at this place of the text; None if there is none.

    >>> from datetime import date
    >>> day_at("24 Dec", 0).dates(date(2026, 11, 30))[4].isoformat()
    '2026-12-24'
    """
    if found := _NAMED.match(text, at):
        name = " ".join(found["relative"].lower().split())
        ahead = 2 if "after" in name else -2 if "before" in name else _RELATIVE.get(name, 1)
        unclear = '"tonight" could be any hour; write one, like `22:00`'
        problem = unclear if name == "tonight" else ""
        return Day(found.end(), ahead, problem=problem)
    if found := _OF_WEEK.match(text, at):
        name, which = found["weekday"].lower(), (found["which"] or "").lower()
        return Day(found.end(), weekday=_DAY_NAMES[name], which=which, short=name not in WEEKDAYS)
    for pattern in (_ISO, _DOTTED, _DAY_MONTH, _MONTH_DAY):
        if found := pattern.match(text, at):
            return _date(found)
    if found := _SLASHED.match(text, at):
        return _slashed(found)
    found = _DAY_DOT_MONTH.match(text, at)
    return _dotted(found) if found else None


def _dotted(found: re.Match[str]) -> Day | None:
    """`24.12` is a date, since it's no time; `14.30` is a time; `1.12` could be both, unless its
    minutes are ones that people round to."""
    day, month = int(found["day"]), int(found["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    two, end = len(found["month"]) == 2, bool(found["end"])
    if (not two and not end) or (two and day < 24 and month % 5 == 0 and not end):
        return None
    date_only = Day(found.end(), month=month, day=day, short=True)
    if two and day >= 24:
        return _checked(date_only, found[0])
    other = "time" if two else "number"
    write = f"`{day} {MONTHS[month - 1][:3].title()}`"
    write = f"`{day:02}:{month:02}` or {write}" if two else write
    problem = f"{quote(found[0].rstrip('.'))} could be a {other} or a date; write {write}"
    return replace(date_only, problem=problem, is_time=two)


def _date(found: re.Match[str]) -> Day:
    named = found["month"].lower()
    month = (
        int(named)
        if named.isdigit()
        else next(at for at, each in enumerate(MONTHS, 1) if each.startswith(named[:3]))
    )
    year = int(found["year"]) if found["year"] else None
    return _checked(Day(found.end(), year=year, month=month, day=int(found["day"])), found[0])


def _slashed(found: re.Match[str]) -> Day | None:
    """`24/12` and `12/24` are clear; `3/4` isn't."""
    one, other = int(found["one"]), int(found["other"])
    year = int(found["year"]) if found["year"] else None
    year = year + 2000 if year is not None and year < 100 else year
    if one > 12 >= other > 0:
        return _checked(Day(found.end(), year=year, month=other, day=one), found[0])
    if other > 12 >= one > 0:
        return _checked(Day(found.end(), year=year, month=one, day=other), found[0])
    if one == other and 0 < one <= 12:
        return _checked(Day(found.end(), year=year, month=one, day=one), found[0])
    if not 0 < one <= 12 or not 0 < other <= 12:
        return Day(found.end(), problem=f"{quote(found[0])} isn't a date; write `2026-12-24`")
    could = f"{one} {MONTHS[other - 1].title()} or {other} {MONTHS[one - 1].title()}"
    of = f" {year}" if year else ""
    first, second = (
        f"{a} {MONTHS[b - 1][:3].title()}{of}" for a, b in ((one, other), (other, one))
    )
    write = f"`{first}` or `{second}`"
    return Day(found.end(), problem=f"{quote(found[0])} could be {could}; write {write}")


def _checked(day: Day, written: str) -> Day:
    leap = day.year or 2024
    try:
        date(leap, day.month, day.day)
    except ValueError:
        problem = f"{quote(written)} isn't a date in the calendar; write one like `2026-12-24`"
        return Day(day.end, problem=problem)
    return day
