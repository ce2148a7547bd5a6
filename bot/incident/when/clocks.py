"""A time of day: `14:30`, `14.30`, `1430`, `2:20pm`, `2 p.m.`, `noon`, `eod`."""

import re
from dataclasses import dataclass
from datetime import time

END_OF_DAY = time(23, 59)

_NAMED = re.compile(
    r"(?P<noon>(?:12(?::00)?\s*)?(?:noon|midday))(?!\w)"
    r"|(?P<midnight>(?:(?:12|00)(?::00)?\s*)?midnight)(?!\w)"
    r"|(?P<end>eod|(?:the\s+)?end\s+of\s+(?:the\s+)?day)(?!\w)",
    re.IGNORECASE,
)
_TWELVE = re.compile(
    r"(?P<hour>\d{1,4})(?:[:.](?P<minute>\d{1,2}))?(?::(?P<second>\d{2}))?"
    r"(?:\s*(?P<half>[ap])\.?\s*m(?:\.(?!\w)|(?!\w))"
    r"|\s+in\s+the\s+(?P<part>morning|afternoon|evening)(?!\w))",
    re.ASCII | re.IGNORECASE,
)
_COLON = re.compile(
    r"(?P<hour>\d{1,2})(?P<dot>[:.h])(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.]\d{1,6})?)?"
    r"(?!\d|[:.]\d|[:]\w)(?:\s?(?:h|hrs|hours|uhr)(?!\w))?",
    re.ASCII | re.IGNORECASE,
)
_FOUR = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?![\w:.-]*\d)(?=Z|\W|$)", re.ASCII)
_HOUR = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*o['’]?clock)?(?![\w:.]\w|\w)", re.ASCII | re.IGNORECASE
)
_OCLOCK = re.compile(r"(?P<hour>\d{1,2})\s*o['’]?clock(?!\w)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, and where the text goes on. `loose`: could be a number (`14.30`, `1430`)
    unless something else says that it's a time. `either`: could be before or after noon.
    `kind`: `end`, `midnight`,
    `digits` (`1430`), `hour` (`9`), or empty. `at` is None if there is no such time.
    """

    at: time | None
    end: int
    loose: bool = False
    either: bool = False
    kind: str = ""


def clock_at(text: str, at: int) -> Clock | None:
    """The time of day at this place of the text; None if nothing here looks like one.

    >>> [clock_at(each, 0).at.strftime("%H:%M") for each in ("14:30", "2:20 p.m.", "12am", "noon")]
    ['14:30', '14:20', '00:00', '12:00']
    >>> clock_at("25:00", 0).at, clock_at("13pm", 0).at, clock_at("pods", 0)
    (None, None, None)
    """
    if found := _NAMED.match(text, at):
        return _named(found)
    if found := _TWELVE.match(text, at):
        return Clock(_twelve(found), found.end())
    if found := _COLON.match(text, at):
        hour = int(found["hour"])
        either = hour > 0 and len(found["hour"]) == 1  # "02:30" is in the night, "2:30" isn't sure
        return Clock(_time(found), found.end(), found["dot"] == ".", either)
    if found := _FOUR.match(text, at):
        of_day = _time(found)
        return Clock(of_day, found.end(), loose=True, kind="digits") if of_day else None
    if found := _OCLOCK.match(text, at):
        return _hour(found)
    return None


def hour_at(text: str, at: int) -> Clock | None:
    """The hour alone (`9`), where it can't be anything else: after `tomorrow at`."""
    found = _HOUR.match(text, at)
    return _hour(found) if found else None


def _hour(found: re.Match[str]) -> Clock:
    hour = int(found["hour"])
    return Clock(_of_day(hour, 0, 0), found.end(), either=0 < hour <= 12, kind="hour")


def _named(found: re.Match[str]) -> Clock:
    if found["noon"]:
        return Clock(time(12), found.end())
    if found["midnight"]:
        return Clock(time(), found.end(), kind="midnight")
    return Clock(END_OF_DAY, found.end(), kind="end")


def _twelve(found: re.Match[str]) -> time | None:
    """`2:20pm`; None for `13pm` and `0am`."""
    digits = found["hour"]
    hour, minute = int(digits), int(found["minute"] or 0)
    if len(digits) > 2 and not found["minute"]:  # 230pm
        hour, minute = divmod(hour, 100)
    if not 1 <= hour <= 12 or (found["minute"] and len(found["minute"]) == 1):
        return None
    after_noon = (found["half"] or "").lower() == "p" or (found["part"] or "").lower() in (
        "afternoon",
        "evening",
    )
    return _of_day(hour % 12 + 12 * after_noon, minute, int(found["second"] or 0))


def _time(found: re.Match[str]) -> time | None:
    second = found.groupdict().get("second")
    return _of_day(int(found["hour"]), int(found["minute"]), int(second or 0))


def _of_day(hour: int, minute: int, second: int) -> time | None:
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None
