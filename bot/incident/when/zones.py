"""The zone after a time: `UTC`, `CET`, `+02:00`, `Europe/Berlin`, `local time`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.incident.when.problem import quote

EXAMPLES = "`UTC`, `+02:00` or `Europe/Berlin`"
EAST_MOST, WEST_MOST = timedelta(hours=14), timedelta(hours=-12)

OFFSETS = {  # hours east of UTC
    **dict.fromkeys(("UTC", "GMT", "WET"), 0.0),
    **dict.fromkeys(("BST", "CET", "WEST"), 1.0),
    **dict.fromkeys(("CEST", "EET", "SAST"), 2.0),
    **dict.fromkeys(("EEST", "MSK"), 3.0),
    **dict.fromkeys(("HKT", "SGT", "AWST"), 8.0),
    **dict.fromkeys(("JST", "KST"), 9.0),
    **dict.fromkeys(("ACST",), 9.5),
    **dict.fromkeys(("AEST",), 10.0),
    **dict.fromkeys(("ACDT",), 10.5),
    **dict.fromkeys(("AEDT",), 11.0),
    **dict.fromkeys(("NZST",), 12.0),
    **dict.fromkeys(("NZDT",), 13.0),
    **dict.fromkeys(("EDT",), -4.0),
    **dict.fromkeys(("EST", "CDT"), -5.0),
    **dict.fromkeys(("MDT",), -6.0),
    **dict.fromkeys(("MST", "PDT"), -7.0),
    **dict.fromkeys(("PST", "AKDT"), -8.0),
    **dict.fromkeys(("AKST",), -9.0),
    **dict.fromkeys(("HST",), -10.0),
}
PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
AMBIGUOUS = {
    "AST": ("America/Halifax", "Asia/Riyadh"),
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
}
ALSO_WORDS = frozenset({"wet", "west", "et", "ct", "mt", "pt", "ist", "cst", "ast"})

_OFFSET = re.compile(
    r"(?P<base>(?:UTC|GMT)\s?)?(?P<sign>[+\-\u2212])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?"
    r"(?![\w:])",
    re.ASCII | re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z][A-Z_]*(?:/[A-Z0-9_+\-]+)+(?![\w/])", re.ASCII | re.IGNORECASE)
_LOCAL = re.compile(r"(?:(?:local|my)\s+time|local(?=[\s.!?)]*$))(?!\w)", re.ASCII | re.IGNORECASE)
_CITY = re.compile(
    r"(?:in\s+)?(?P<city>[A-Z]+(?:[ _][A-Z]+){0,2}?)(?:\s+(?P<time>time)(?!\w)|(?=[\s.!?)]*$))",
    re.ASCII | re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]{1,5}(?![\w/'-])", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone that was typed, and where the text goes on. `problem`: why it isn't one."""

    zone: tzinfo
    end: int
    problem: str = ""


def zone_at(text: str, at: int, own: tzinfo, now: datetime, *, attached: bool) -> Zone | None:
    """The zone at this place of the text; None if there is none. `attached`: it directly follows
    the digits of a time. An abbreviation is first looked for in the person's own zone: in India,
    IST is Indian.
    """
    if found := _OFFSET.match(text, at):
        return _offset(found, attached=attached)
    if found := _LOCAL.match(text, at):
        return Zone(own, found.end())
    if found := _NAME.match(text, at):
        return _place(found, text)
    if (found := _CITY.match(text, at)) and (name := _cities().get(_key(found["city"]))):
        return Zone(ZoneInfo(name), found.end())
    if found := _WORD.match(text, at):
        return _abbreviation(found, text, own, now, attached=attached)
    return None


def _offset(found: re.Match[str], *, attached: bool) -> Zone | None:
    if not found["base"] and len(found["hours"]) == 1:
        return None  # "14:05 -2 pods"
    if attached and not found["base"] and found["sign"] != "+" and int(found["hours"]) >= 10:
        return Zone(UTC, found.end(), f"{quote(found[0])} could end a range; write one time")
    length = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    length = length if found["sign"] == "+" else -length
    if not WEST_MOST <= length <= EAST_MOST or int(found["minutes"] or 0) % 15:
        return Zone(UTC, found.end(), f"{quote(found[0])} isn't an offset; write {EXAMPLES}")
    return Zone(timezone(length), found.end())


def _place(found: re.Match[str], text: str) -> Zone | None:
    names = _places()
    if name := names.get(found[0].casefold()):
        return Zone(ZoneInfo(name), found.end())
    area = found[0].partition("/")[0].casefold()
    if area not in {each.partition("/")[0] for each in names if "/" in each} and not (
        found[0][0].isupper() and _is_last(found, text)
    ):
        return None  # "14:05 CPU/memory alarms"
    near = get_close_matches(found[0].casefold(), names, n=1)
    like = f"; did you mean `{names[near[0]]}`?" if near else f"; write {EXAMPLES}"
    return Zone(UTC, found.end(), f"{quote(found[0])} isn't a time zone{like}")


def _abbreviation(
    found: re.Match[str], text: str, own: tzinfo, now: datetime, *, attached: bool
) -> Zone | None:
    word, end = found[0], found.end()
    name = word.upper()
    if attached and name == "Z":
        return Zone(UTC, end)
    if (offset := own_abbreviations(own, now).get(name)) is not None and len(word) > 1:
        return Zone(timezone(offset, name), end)
    if word in ALSO_WORDS:
        return None
    if name in OFFSETS:
        return Zone(timezone(timedelta(hours=OFFSETS[name]), name), end)
    if name in PLACES:
        return Zone(ZoneInfo(PLACES[name]), end)
    if name in AMBIGUOUS:
        which = " or ".join(f"`{each}`" for each in AMBIGUOUS[name])
        return Zone(UTC, end, f'"{word}" could be several time zones; write {which}')
    # Other words in capitals may begin a reason: "14:05 AWS says so".
    looks_like_one = len(word) > 2 and word.isupper() and word[-1] == "T"
    if looks_like_one or (len(word) > 1 and word.isupper() and _is_last(found, text)):
        return Zone(UTC, end, f"{quote(word)} isn't a time zone; write {EXAMPLES}")
    return None


def own_abbreviations(own: tzinfo, now: datetime) -> dict[str, timedelta]:
    """The abbreviations that this zone uses within the year, with their offsets."""
    found = {}
    for days in (-182, -91, 91, 182, 0):
        at = (now + timedelta(days=days)).astimezone(own)
        name, offset = at.tzname(), at.utcoffset()
        if name and offset is not None:
            found[name.upper()] = offset
    return found


# Old names of zones, which are words.
_NO_CITIES = frozenset({"ACT", "LHI", "NSW", "North", "South", "West"})


@cache
def _cities() -> dict[str, str]:
    """The zones by the names of their cities; not those that several have."""
    areas = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific")
    found: dict[str, list[str]] = {}
    for name in available_timezones():
        area, _, city = name.partition("/")
        if area in areas and "/" not in city and city not in _NO_CITIES:
            found.setdefault(_key(city), []).append(name)
    return {city: names[0] for city, names in found.items() if len(names) == 1}


def _key(city: str) -> str:
    return city.casefold().replace("_", " ")


@cache
def _places() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if "/" in name}


def _is_last(found: re.Match[str], text: str) -> bool:
    return not text[found.end() :].strip(" \t\n.!?)")
