"""The instant that an expression means: the latest one in the past, or the next one."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.incident.when.clocks import END_OF_DAY, Clock
from bot.incident.when.days import WEEKDAYS
from bot.incident.when.expression import CLOCKS, Expression
from bot.incident.when.problem import NotATime, quote
from bot.incident.when.written import zone_name

NOON = timedelta(hours=12)


def in_future(found: Expression, now: datetime, own: tzinfo) -> datetime:
    """The next instant of this description. A day without a time means its end. Raises
    `NotATime`."""
    if found.problem:
        raise NotATime(found.problem)
    if found.length is not None:
        if found.ago and found.length:
            raise NotATime(f"{quote(found.written)} is in the past; write a future time")
        return now + found.length
    zone = found.zone or own
    today = now.astimezone(zone).date()
    clock = found.clock.at if found.clock and found.clock.at else END_OF_DAY
    if found.day and found.day.weekday == today.weekday():
        _same_weekday(found, clock, today, now, zone)
    for day in _days_ahead(found, today):
        at = instant(day, clock, zone, found)
        if at <= now:
            at = instant(day, clock, zone, found, fold=1)  # when clocks go back, it occurs twice
        if at > now:
            if found.clock and found.clock.either and found.day is None and found.zone is None:
                _either(found.clock, day, today, now, zone)
            return at.astimezone(UTC)
    raise NotATime(f"{quote(found.written)} is in the past; write a future time")


def in_past(found: Expression, now: datetime, own: tzinfo) -> datetime:
    """The latest instant of this description. Raises `NotATime` if it is still to come."""
    if found.problem:
        raise NotATime(found.problem)
    if found.length is not None:
        if not found.ago and found.length:
            raise NotATime(f"{quote(found.written)} isn't in the past; write `20m ago`")
        return now - found.length
    zone = found.zone or own
    today = now.astimezone(zone).date()
    if found.clock is None or found.clock.at is None or found.clock.kind == "end":
        raise NotATime(f"At what time, {found.written}? Write {CLOCKS} after it")
    clock, at = found.clock, None
    for day in days_back(found, today):
        at = _once(instant(day, clock.at or time(), zone, found), now, zone)
        if at <= now:
            break
    assert at is not None
    if found.day is None and at > now:
        raise NotATime(_not_yet(found, today, zone))
    if clock.either and found.day is None and found.zone is None and at + NOON <= now:
        raise NotATime(_two(clock, at, at + NOON, now, zone))
    return at.astimezone(UTC)


def _same_weekday(
    found: Expression, clock: time, today: date, now: datetime, zone: tzinfo
) -> None:
    """Raises `NotATime` for `monday` on a Monday, if the time is still to come today."""
    if found.day and not found.day.which and instant(today, clock, zone, found) > now:
        name = WEEKDAYS[today.weekday()].title()
        raise NotATime(
            f"It's {name} today; write `today` or `{today + timedelta(days=7):%Y-%m-%d}`"
        )


def _days_ahead(found: Expression, today: date) -> list[date]:
    day = found.day
    if day is None:
        return [today, today + timedelta(days=1)]
    dates = day.dates(today)
    if day.which == "next":
        raise NotATime(_which(found, [each for each in dates if each > today][:2]))
    return [each for each in dates if each >= today] or dates[-1:]


def days_back(found: Expression, today: date) -> list[date]:
    """The days that it may be, the latest first; only for a day of the week or of a month are
    there several. The first is still to come if none has passed."""
    day = found.day
    if day is None:
        return [today]
    dates = day.dates(today)
    if day.which in ("next", "last"):
        raise NotATime(_which(found, [each for each in dates if each < today][-2:]))
    past = [each for each in dates if each <= today]
    return past[::-1] or dates[:1]


def instant(day: date, clock: time, zone: tzinfo, found: Expression, fold: int = 0) -> datetime:
    try:
        at = datetime.combine(day, clock, zone).replace(fold=fold)
        there = at.astimezone(UTC).astimezone(zone)
    except (OverflowError, ValueError):
        raise NotATime(f"{quote(found.written)} isn't a time in the calendar") from None
    if there.replace(tzinfo=None, fold=0) != at.replace(tzinfo=None, fold=0):
        raise NotATime(
            f"{quote(found.written)} doesn't exist: clocks in {zone_name(zone, at)} go forward "
            "then; write an hour later"
        )
    return at.astimezone(UTC)


def _once(at: datetime, now: datetime, zone: tzinfo) -> datetime:
    """Raises `NotATime` if the clocks showed this time twice, and both have passed."""
    local = at.astimezone(zone)
    again = local.replace(fold=1)
    if local.fold == 0 and again.utcoffset() != local.utcoffset() and again <= now:
        raise NotATime(
            f'"{local:%H:%M}" was twice that night; '
            f"write `{local:%H:%M %Z}` or `{again:%H:%M %Z}` after the date"
        )
    return at


def _either(clock: Clock, day: date, today: date, now: datetime, zone: tzinfo) -> None:
    """Raises `NotATime` if `2:30` has passed today: it could be the one in the afternoon."""
    assert clock.at is not None
    noon = datetime.combine(today, clock.at, zone) + NOON
    if day > today:
        noon += timedelta(days=noon <= now)
        raise NotATime(_two(clock, noon, datetime.combine(day, clock.at, zone), now, zone))


def _two(clock: Clock, one: datetime, other: datetime, now: datetime, zone: tzinfo) -> str:
    today = now.astimezone(zone).date()
    local = sorted((one.astimezone(zone), other.astimezone(zone)))
    days = ("" if each.date() == today else "tomorrow " for each in local)
    first, second = (f"`{day}{at:%H:%M}`" for day, at in zip(days, local, strict=True))
    assert clock.at is not None
    typed = f'"{clock.at.hour}:{clock.at:%M}"'
    return f"{typed} could be morning or afternoon; write {first} or {second}"


def _not_yet(found: Expression, today: date, zone: tzinfo) -> str:
    yesterday = today - timedelta(days=1)
    typed = " ".join(found.written.split())
    return (
        f"{typed} is in the future ({zone_name(zone)}); "
        f"for yesterday, write `{yesterday:%Y-%m-%d} {typed}`"
    )


def _which(found: Expression, dates: list[date]) -> str:
    could = " or ".join(f"`{each:%Y-%m-%d}`" for each in dates)
    return f"{quote(found.written)} could be two days; write {could}"
