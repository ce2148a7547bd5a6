"""One time at one place of a text, with all that belongs to it: day, time of day, zone; or how
long from now, or ago."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.incident.when.clocks import Clock, clock_at, hour_at
from bot.incident.when.days import Day, day_at
from bot.incident.when.lengths import length_at
from bot.incident.when.problem import quote
from bot.incident.when.zones import Zone, zone_at

CLOCKS = "`14:30` or `2:30pm`"

_JOINS = re.compile(r"(?:T(?=\d)|\s*+(?:,\s*+)?(?:(?:at|by|@)\s++)?(?=\S))", re.IGNORECASE)
_AT = re.compile(r"\b(?:at|by)\s|@", re.IGNORECASE)
_ON = re.compile(r"\s*+(?:,\s*+)?(?:on\s++)?(?=\w)", re.IGNORECASE)
_AGO = re.compile(r"\s+(?:(?P<ago>ago)|from\s+now)(?!\w)", re.IGNORECASE)
_NOW = re.compile(r"(?:right\s+|just\s+)?now(?!\w)", re.IGNORECASE)
_VAGUE = re.compile(
    r"(?:(?:this|next|tomorrow|today|yesterday|\w+day)\s+)?"
    r"(?:morning|afternoon|evening|night|week(?:end)?|month|eow|eob|cob|asap|lunch(?:time)?"
    r"|close\s+of\s+business|(?:the\s+)?end\s+of\s+(?:(?:the|this)\s+)?(?:week|month|business|shift)"
    r"(?:\s+day)?|the\s+(?:next\s+)?hour|(?:a\s+)?(?:few|couple(?:\s+of)?|some)\s+(?:minutes|mins"
    r"|hours|days)|(?:half|quarter|\d{1,2}|five|ten|twenty)\s+(?:past|to)\s+\w+)(?!\w)",
    re.IGNORECASE,
)
_PART = re.compile(r"\s+(?:morning|afternoon|evening|night)(?!\w)", re.IGNORECASE)
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Expression:
    """A time as typed: `text[start:end]`. Either `length` (with `ago`), or `day`, `clock` or both.
    `sure`: nothing else than a time, even without a word like `by` before it. `problem`: the
    sentence about the part that isn't clear.
    """

    start: int
    end: int
    written: str
    length: timedelta | None = None
    ago: bool = False
    is_short: bool = False
    day: Day | None = None
    clock: Clock | None = None
    zone: tzinfo | None = None
    problem: str = ""

    @property
    def sure(self) -> bool:
        if self.length is not None:
            return self.is_short or self.ago
        if self.clock is None:
            return self.day is not None and not self.day.short and not self.day.problem
        return not self.clock.loose or self.day is not None or self.zone is not None


def expression_at(text: str, start: int, own: tzinfo, now: datetime) -> Expression | None:
    """The longest time that begins at this place; None if there is none."""
    if found := _NOW.match(text, start):
        return Expression(start, found.end(), found[0], length=timedelta())
    return _length(text, start) or _from_parts(text, start, own, now) or _vague(text, start)


def _length(text: str, start: int) -> Expression | None:
    found = length_at(text, start)
    if found is None:
        return None
    ago = _AGO.match(text, found.end)
    end = ago.end() if ago else found.end
    return Expression(
        start,
        end,
        text[start:end],
        length=found.length,
        ago=bool(ago and ago["ago"]),
        is_short=found.short,
        problem=found.problem,
    )


def _from_parts(text: str, start: int, own: tzinfo, now: datetime) -> Expression | None:
    """A day, a time of day, or both in either order; and a zone."""
    day = day_at(text, start)
    end = day.end if day else start
    joined = _JOINS.match(text, end) if day else None
    clock = clock_at(text, joined.end() if joined else end)
    if clock is None and joined and _AT.search(joined[0]):
        clock = hour_at(text, joined.end())
    if day and day.is_time and clock is None and (found := _as_clock(text, start, own, now)):
        day, clock = None, found
    if clock and day and clock.loose and clock.at is None:
        clock = None  # "24 Dec 99.99" isn't a time
    if day is None and clock is None:
        return None
    end = clock.end if clock else end
    zone = _zone(text, end, own, now) if clock else None
    end = zone.end if zone else end
    if day is None and (on := _ON.match(text, end)) and (day := day_at(text, on.end())):
        end = day.end
        if zone is None and (zone := _zone(text, end, own, now)):
            end = zone.end
    if clock is None and (vague := _part_of_day(text, end)):
        return _unclear(text, start, vague)
    return Expression(
        start,
        end,
        text[start:end],
        day=day,
        clock=clock,
        zone=zone.zone if zone else None,
        problem=_problem(day, clock, zone, text[start:end]),
    )


def _as_clock(text: str, start: int, own: tzinfo, now: datetime) -> Clock | None:
    """`9.12` as a time of day, if a zone or a day after it says that it's one."""
    clock = clock_at(text, start)
    if clock is None or clock.at is None:
        return None
    on = _ON.match(text, clock.end)
    follows = _zone(text, clock.end, own, now) or (on and day_at(text, on.end()))
    return clock if follows else None


def _zone(text: str, end: int, own: tzinfo, now: datetime) -> Zone | None:
    space = _SPACE.match(text, end)
    at = space.end() if space else end
    bracketed = text[at : at + 1] == "("
    found = zone_at(text, at + bracketed, own, now, attached=at == end)
    if found is None or not bracketed:
        return found
    closed = text[found.end : found.end + 1] == ")"
    return Zone(found.zone, found.end + 1, found.problem) if closed else None


def _problem(day: Day | None, clock: Clock | None, zone: Zone | None, written: str) -> str:
    """The first part that isn't clear."""
    if day and day.problem and not (clock and clock.at and (day.ahead == 0 or day.is_time)):
        return day.problem
    if clock and clock.at is None:
        return f"{quote(written)} isn't a time; write it like {CLOCKS}"
    if clock and day and clock.kind == "midnight":
        return f"{quote(written)} could be when that day begins or ends; write `00:00` or `23:59`"
    if clock and clock.at and clock.kind == "hour" and clock.either:
        hour = clock.at.hour
        return (
            f"{quote(written)} could be morning or afternoon; write `{hour:02}:00` "
            f"or `{(hour + 12) % 24:02}:00`"
        )
    return zone.problem if zone else ""


def _part_of_day(text: str, end: int) -> int | None:
    """Where `tomorrow afternoon` ends, if it continues at this place."""
    found = _PART.match(text, end)
    return found.end() if found else None


def _vague(text: str, start: int) -> Expression | None:
    found = _VAGUE.match(text, start)
    return _unclear(text, start, found.end()) if found else None


def _unclear(text: str, start: int, end: int) -> Expression:
    written = text[start:end]
    problem = f"{quote(written)} isn't exact; write the time, like `09:00` or `tomorrow 09:00`"
    return Expression(start, end, written, problem=problem)
