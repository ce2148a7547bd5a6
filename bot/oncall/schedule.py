"""Rotations, and who is on call at a given moment.

A rotation is pure arithmetic: shift number n begins n periods after the anchor, so the answer
doesn't depend on when it is asked or on earlier answers. Handovers are in the team's local time;
"monday 09:00" stays at nine when the clocks change.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

# The first Monday of 1970. Any fixed Monday would do, but changing it moves every rotation.
ANCHOR = date(1970, 1, 5)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_WRITTEN = re.compile(
    rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)}) +)?(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
)


@dataclass(frozen=True, slots=True)
class Handover:
    """When a shift ends and the next one begins, in local time. `weekday` (0 is Monday)
    if weekly.
    """

    at: time
    weekday: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Handover":
        """
        >>> Handover.parse("monday 09:00")
        Handover(at=datetime.time(9, 0), weekday=0)
        >>> Handover.parse("17:30")
        Handover(at=datetime.time(17, 30), weekday=None)
        >>> Handover.parse("noon")
        Traceback (most recent call last):
        ValueError: "noon" isn\'t a handover time: write monday 09:00 (weekly) or 09:00 (daily).
        """
        match = _WRITTEN.fullmatch(text.strip().lower())
        if match is None:
            raise ValueError(
                f'"{text}" isn\'t a handover time: write monday 09:00 (weekly) or 09:00 (daily).'
            )
        weekday = match["weekday"]
        return cls(
            at=time(int(match["hour"]), int(match["minute"])),
            weekday=None if weekday is None else WEEKDAYS.index(weekday),
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """One rotation: `members` (Slack user ids) take turns in this order, forever.

    The first member takes over at the first handover on or after `starts` (without it, at an
    anchor in 1970). The rotation extends backwards, too, so there is no gap before it.
    """

    id: str
    timezone: str
    rotation: Literal["weekly", "daily"]
    handover: Handover
    members: tuple[str, ...]
    starts: date | None = None

    def __post_init__(self) -> None:
        if (self.rotation == "weekly") != (self.handover.weekday is not None):
            raise ValueError(
                f"{self.id}: a weekly handover needs a weekday; a daily one can't have one"
            )

    @property
    def period(self) -> timedelta:
        return timedelta(days=7 if self.rotation == "weekly" else 1)


def on_call(schedule: Schedule, at: datetime) -> str | None:
    """The user id of the person on call at `at` (aware); None if the rotation has no members.

    >>> monday = Handover.parse("monday 09:00")
    >>> week = Schedule("primary", "UTC", "weekly", monday, ("UANN", "UBOB"))
    >>> on_call(week, datetime(2026, 3, 2, 8, 59, tzinfo=UTC))
    'UBOB'
    >>> on_call(week, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    'UANN'
    """
    if not schedule.members:
        return None
    return schedule.members[_shift(schedule, at) % len(schedule.members)]


def next_handover(schedule: Schedule, at: datetime) -> datetime:
    """When the shift at `at` (aware) ends, in UTC; always later than `at`.

    >>> day = Schedule("secondary", "Europe/Berlin", "daily", Handover.parse("09:00"), ())
    >>> next_handover(day, datetime(2026, 7, 1, 7, 0, tzinfo=UTC)).isoformat()
    '2026-07-02T07:00:00+00:00'
    """
    return _begins(schedule, _shift(schedule, at) + 1)


def shift_start(schedule: Schedule, at: datetime) -> datetime:
    """When the shift that holds `at` (aware) began, in UTC; never later than `at`."""
    return _begins(schedule, _shift(schedule, at))


def _shift(schedule: Schedule, at: datetime) -> int:
    """The number of the shift at `at`; shift 0 belongs to the first member."""
    if at.tzinfo is None:
        raise ValueError("on-call needs a moment with a time zone")
    days = at.astimezone(ZoneInfo(schedule.timezone)).date() - _first_day(schedule)
    # Counting days is an estimate: one too many before the hour of the handover, one too few
    # if clocks have just gone back over midnight. Comparing instants decides.
    shift = days // schedule.period
    while _begins(schedule, shift) > at:
        shift -= 1
    while _begins(schedule, shift + 1) <= at:
        shift += 1
    return shift


def _begins(schedule: Schedule, shift: int) -> datetime:
    """The instant at which `shift` begins.

    A local time that the clocks skip is read with the offset before the change (02:30 becomes
    03:30); one that occurs twice is the first one, as RFC 5545 reads local times.
    """
    day = _first_day(schedule) + shift * schedule.period
    wall = datetime.combine(day, schedule.handover.at, tzinfo=ZoneInfo(schedule.timezone))
    return wall.astimezone(UTC)


def _first_day(schedule: Schedule) -> date:
    anchor = schedule.starts or ANCHOR
    if schedule.handover.weekday is None:
        return anchor
    return anchor + timedelta(days=(schedule.handover.weekday - anchor.weekday()) % 7)
