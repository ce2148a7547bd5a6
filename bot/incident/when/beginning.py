"""A time at the beginning of a text: a milestone's, how long to snooze."""

import re
from datetime import datetime, timedelta, tzinfo

from bot.incident.when.clocks import clock_at
from bot.incident.when.expression import expression_at
from bot.incident.when.moment import AFTER, PLAIN, Moment, as_moment
from bot.incident.when.problem import NotATime, quote
from bot.incident.when.resolve import in_future, in_past
from bot.incident.when.written import zone_name

_SINCE = re.compile(r"(?:(?:at|on|since|around|about|@)\s+|~\s*)", re.IGNORECASE)
_FOR = re.compile(r"\s*(?:for|in|until|till|til|to)\s+", re.IGNORECASE)
_RANGE = re.compile(r"[\s,;:\-–—.]+(?:(?:to|until|till|and|or)\s+)?", re.IGNORECASE)


def past(text: str, now: datetime, own: tzinfo) -> Moment:
    """The time at the beginning of `text`. A time without a day is today's. Raises `NotATime`.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    >>> found = past("2:20pm the graphs say so", now, UTC)
    >>> found.at.strftime("%d %H:%M"), found.rest
    ('21 14:20', 'the graphs say so')
    """
    plain = text.translate(PLAIN)
    since = _SINCE.match(plain)
    begins = since.end() if since else len(plain) - len(plain.lstrip())
    found = expression_at(plain, begins, own, now)
    if found is None:
        raise NotATime(f"Write {examples(now, own)}")
    rest = text[found.end :]
    if rest[:1].isalnum() or re.match(r"[:.]\d", rest):
        raise NotATime(f"{quote(text[: found.end + 4])} isn't a time; write {examples(now, own)}")
    second = _RANGE.match(plain, found.end)
    if second and found.clock and (clock := clock_at(plain, second.end())):
        raise NotATime(f"{quote(text[found.start : clock.end])} has two times; write one")
    return as_moment(found, in_past(found, now, own), rest.lstrip(AFTER).strip())


def wait(text: str, now: datetime, own: tzinfo) -> Moment:
    """How long to wait, or until when, at the beginning of `text`: `20m the backup restores`,
    `until 15:00 …`. Raises `NotATime`.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    >>> found = wait("for half an hour, the backup", now, UTC)
    >>> found.length, found.rest
    (datetime.timedelta(seconds=1800), 'the backup')
    >>> found = wait("until 4pm: lunch", now, UTC)
    >>> found.length, found.at.hour, found.rest
    (None, 16, 'lunch')
    """
    plain = text.translate(PLAIN)
    lead = _FOR.match(plain)
    found = expression_at(plain, lead.end() if lead else 0, own, now)
    if found is None or (found.length is None and not lead) or plain[found.end :][:1].isalnum():
        word = quote("".join((plain[lead.end() :] if lead else plain).split(maxsplit=1)[:1]))
        raise NotATime(f"{word} isn't a duration; write `20m`, `2h` or `until 15:00`")
    if found.length == timedelta() and not found.problem:
        raise NotATime(f"{quote(found.written)} is too short; write `20m` or `2h`")
    at = in_future(found, now, own)
    if at <= now:
        raise NotATime(f"{quote(found.written)} is in the past; write `20m` or `until 15:00`")
    return as_moment(found, at, text[found.end :].lstrip(AFTER).strip())


def examples(now: datetime, own: tzinfo) -> str:
    today = now.astimezone(own)
    return f"`14:05` (today, {zone_name(own, now)}), `{today:%Y-%m-%d} 14:05` or `20m ago`"
