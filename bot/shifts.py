"""Who is on call at a time or in a window, as rows for `muster oncall`.

A row is one person's shift: `schedule`, `start`, `end` (aware, in the schedule's zone), `user`
(None: no one) and `because`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.errors import CommandError
from bot.incident.when import NotATime, point
from bot.oncall import Holding, Roster, Schedule, UnknownSchedule
from bot.terminal import one_line

FIRST_YEAR, LAST_YEAR = 1970, 2199  # years outside are typing mistakes

HoldingsOf = Callable[[str], Iterable[Holding]]  # of the schedule of that name


@dataclass(frozen=True, slots=True)
class Row:
    """One person's shift, or a time when no one is on call."""

    schedule: str
    start: datetime
    end: datetime
    user: str | None
    because: str


@dataclass(frozen=True, slots=True)
class TypedTime:
    """`friday 18:00` as typed at `now`, to be read in each schedule's zone."""

    text: str
    now: datetime


def parse_time(text: str, now: datetime) -> datetime | TypedTime:
    """Parse `2026-12-24T18:00`, with an offset or Z, or without (then naive); or words like
    `friday 18:00`. A date alone means midnight. Raises `ValueError` with the right form."""
    wants = f'"{text}" isn\'t a time. Write one like 2026-12-24T18:00 or 2026-12-24T18:00+01:00'
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return _parse_words(text, now, wants)
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise ValueError(f"{wants}, between {FIRST_YEAR + 1} and {LAST_YEAR - 1}")
    return moment


def _parse_words(text: str, now: datetime, wants: str) -> TypedTime:
    try:
        moment = point(text, now, UTC)
    except NotATime as unclear:
        why = str(unclear).replace("`", "")
        raise ValueError(wants if why.endswith("isn't a time") else f"{why}.") from None
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise ValueError(f"{wants}, between {FIRST_YEAR + 1} and {LAST_YEAR - 1}")
    return TypedTime(text, now)


def rows_at(roster: Roster, schedule: str | None, at: datetime | TypedTime) -> list[Row]:
    """The whole shifts around `at`; without an offset it is in each schedule's zone. `schedule`:
    None for all. Raises `CommandError` for an unknown one."""
    return _rows(roster, schedule, lambda name: [roster.on_call(name, _in_zone(roster, name, at))])


def rows_between(
    roster: Roster,
    schedule: str | None,
    start: datetime | TypedTime,
    end: datetime | TypedTime,
) -> list[Row]:
    """The shifts from `start` until `end`, cut to that window. Raises `CommandError` like
    `rows_at`, and if the window ends before it begins."""

    def shifts(name: str) -> Iterator[Holding]:
        begins, ends = _in_zone(roster, name, start), _in_zone(roster, name, end)
        if begins.astimezone(UTC) >= ends.astimezone(UTC):
            raise CommandError(f"--to ({_typed(end)}) has to be later than --from")
        return roster.shifts(name, begins, ends)

    return _rows(roster, schedule, shifts)


def as_json(rows: Iterable[Row]) -> str:
    """A JSON array of `{schedule, start, end, user, because}`, with times in ISO 8601 with
    offset."""
    return json.dumps(
        [
            {
                "schedule": row.schedule,
                "start": row.start.isoformat(),
                "end": row.end.isoformat(),
                "user": row.user,
                "because": row.because,
            }
            for row in rows
        ],
        indent=2,
        ensure_ascii=False,
    )


def as_text(rows: Iterable[Row], names: Mapping[str, str]) -> str:
    """One line per row, for people. `names`: theirs by id, as far as they are known."""
    cells = [
        (
            row.schedule,
            _person(row.user, names) if row.user else "nobody",
            f"{row.start:%a %Y-%m-%d %H:%M} to {row.end:%a %Y-%m-%d %H:%M} {row.end.tzinfo}",
            one_line(row.because),
        )
        for row in rows
    ]
    if not cells:
        return "There is no schedule: oncall.yml of the policy names them."
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _person(user: str, names: Mapping[str, str]) -> str:
    return f"{one_line(names[user])} ({user})" if user in names else user


def _rows(roster: Roster, schedule: str | None, holdings_of: HoldingsOf) -> list[Row]:
    """The rows, sorted by schedule, start and user."""
    try:
        names = [roster.schedule(schedule).id] if schedule else list(roster)
    except UnknownSchedule as unknown:
        raise CommandError(str(unknown)) from None
    rows = [
        row
        for name in names
        for holding in holdings_of(name)
        for row in _rows_of(roster.schedule(name), holding)
    ]
    return sorted(rows, key=lambda row: (row.schedule, row.start.astimezone(UTC), row.user or ""))


def _rows_of(schedule: Schedule, holding: Holding) -> Iterator[Row]:
    zone = ZoneInfo(schedule.timezone)
    start, end = holding.since.astimezone(zone), holding.until.astimezone(zone)
    for user in holding.users or (None,):
        yield Row(schedule.id, start, end, user, holding.because)


def _typed(moment: datetime | TypedTime) -> str:
    return moment.text if isinstance(moment, TypedTime) else moment.isoformat()


def _in_zone(roster: Roster, schedule: str, moment: datetime | TypedTime) -> datetime:
    if isinstance(moment, TypedTime):
        zone = ZoneInfo(roster.schedule(schedule).timezone)
        try:
            return point(moment.text, moment.now, zone)
        except NotATime as unclear:  # a time that the clocks skip in this zone
            raise CommandError(str(unclear).replace("`", "")) from None
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(roster.schedule(schedule).timezone))
