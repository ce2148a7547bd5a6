"""When something is due, by its text: `Restart the pods by 14:30`."""

import re
from datetime import datetime, tzinfo
from difflib import get_close_matches

from bot.incident.when.days import WEEKDAYS
from bot.incident.when.ending import LEADS, deadline_in
from bot.incident.when.expression import expression_at
from bot.incident.when.moment import PLAIN, Moment, as_moment
from bot.incident.when.problem import NotATime, quote
from bot.incident.when.resolve import in_future

_BY = r"(?:^|(?<=[\s(]))(?:due|deadline|by|before|until|till)(?:\s*+:)?\s++"
_ASKS = re.compile(
    rf"{_BY}(?P<typed>(?:~|around\s+|about\s+)?\d{{1,2}}(?:[:.h]\d\S*|\s?[ap]m?\b\S*|\s+o['’]?clock)"
    r"(?:\s+[^\s<@]+){0,2})\s*$",
    re.IGNORECASE,
)
_NEARLY = re.compile(rf"{_BY}(?P<typed>[a-z]{{5,10}})[.!?]*\s*$", re.IGNORECASE)
_NAMES = (*WEEKDAYS, "tomorrow", "tonight", "midnight")
# "by tom 9am": the words directly before the time may belong to it.
_UNREAD = re.compile(rf"{_BY}[^\s<@]+\s*$", re.IGNORECASE)
_BARE = re.compile(rf"{_BY}(?:1?\d|2[0-4])(?=[.!?\s]*$)", re.IGNORECASE)  # "by 6"
_EMOJI = re.compile(r":[a-z0-9_+-]+:", re.IGNORECASE)


def future(text: str, now: datetime, own: tzinfo) -> Moment | None:
    """The time at the end of `text`, after a word like `by` or alone; None if there is none.
    Raises `NotATime` for a time that isn't clear, or has passed.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    >>> found = future("Restart the pods by 4:30pm", now, UTC)
    >>> found.at.strftime("%d %H:%M"), found.rest
    ('21 16:30', 'Restart the pods')
    >>> future("Restart the pods", now, UTC)
    """
    plain = text.translate(PLAIN).rstrip()
    if found := deadline_in(plain, own, now):
        start, expression, end = found
        if unread := _UNREAD.search(plain[:start]):
            start = unread.start()
            raise _not_read(text[start:end], text[start:end], _around(text[:start], text[end:]))
        rest = _around(text[:start], text[end:])
        try:
            return as_moment(expression, in_future(expression, now, own), rest)
        except NotATime as unclear:
            raise NotATime(str(unclear), text[start:end].strip(), rest) from None
    unread = _ASKS.search(plain) or _NEARLY.search(plain)
    if unread and (
        unread.re is _ASKS or get_close_matches(unread["typed"].lower(), _NAMES, 1, 0.8)
    ):
        before = _around(text[: unread.start()], "")
        raise _not_read(unread["typed"], text[unread.start() :].strip(), before)
    return None


def _not_read(wrong: str, typed: str, rest: str) -> NotATime:
    return NotATime(
        f"{quote(wrong)} isn't a time; write it like `14:30` or `2:30pm`", typed.strip(), rest
    )


def only_future(text: str, now: datetime, own: tzinfo) -> Moment | None:
    """The time that the whole text is; None if the text is empty. Raises `NotATime`."""
    if not text.strip():
        return None
    plain = text.translate(PLAIN).strip()
    lead = LEADS.match(plain)
    found = expression_at(plain, lead.end() if lead else 0, own, now)
    if found is None or plain[found.end :].strip(" .!?"):
        wrong = quote(text) if found is None else quote(plain[found.end :])
        raise NotATime(f"{wrong} isn't a time; write {_examples(now, own)}")
    return as_moment(found, in_future(found, now, own), "")


def find_unread(text: str, now: datetime, own: tzinfo) -> str:
    """A time after `by` in the middle of a text, which isn't when it is due; empty if there is
    none.

    >>> from datetime import UTC
    >>> find_unread("Restart by 14:30 and look", datetime(2026, 11, 21, 15, 0, tzinfo=UTC), UTC)
    'by 14:30'
    """
    plain = text.translate(PLAIN)
    if bare := _BARE.search(plain):
        return text[bare.start() : bare.end()].strip()
    for lead in re.finditer(r"(?<!\S)(?:due|by|before|until)\s+", plain, re.IGNORECASE):
        found = expression_at(plain, lead.end(), own, now)
        if found and found.sure and not found.problem:
            return text[lead.start() : found.end]
    return ""


def _examples(now: datetime, own: tzinfo) -> str:
    later = now.astimezone(own)
    return f"`30m`, `14:30`, `tomorrow 9am`, `friday` or `{later:%Y-%m-%d}`"


def _around(before: str, after: str) -> str:
    """The words before and after the time; not the punctuation that belonged to it."""
    marks = ' ,.!?\t\n*_`"”’)' + ("" if _EMOJI.search(after) else ":")
    before, after = before.rstrip(' ,;:\t\n-–—*_`"“‘(').lstrip(), after.strip(marks)
    return " ".join(filter(None, (before, after)))
