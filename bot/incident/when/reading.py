"""Where in a text people write a time: a milestone's at its beginning, a task's at its end."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches

from bot.incident.when.clocks import clock_at
from bot.incident.when.days import WEEKDAYS
from bot.incident.when.expression import Expression, expression_at
from bot.incident.when.problem import NotATime, quote
from bot.incident.when.resolve import in_future, in_past
from bot.incident.when.written import zone_name

AFTER = ' ,;:-–—.*_`"”’)'  # between a time and the words that follow it
LONGEST = 14  # words; no time has more

# As wide as the character they stand for, so that places in the text stay the same.
PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
PLAIN |= dict.fromkeys(map(ord, '\u00a0\u2009\u202f\u3000\n\r\t*`"“”„'), " ")
PLAIN |= dict.fromkeys(map(ord, "\u2236\u02d0\ua789"), ":")

_LEADS = re.compile(
    r"(?P<lead>(?:(?:due|deadline|by|before|until|til|till|in|within|on|at|around|about|~"
    r"|no\s+later\s+than|@)\s*:?\s+){1,3})~?",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\s*(?:due|by|before|until|till)\s+", re.IGNORECASE)
_SINCE = re.compile(r"(?:(?:at|on|since|around|about|@)\s+|~\s*)", re.IGNORECASE)
_NUMBERS_TOO = frozenset({"by", "in", "on", "at"})  # "reduce by 1500", "listen at 1935"
_DANGLES = re.compile(
    r"(?:^|\s)(?:to|for|of|from|every|each|than|last|over|after|past|per|and|or|is|was|are|about"
    r"|around|least|most|the|a|an|with|between|since|during|under|above|next|this|=|-|\+)\s+$",
    re.IGNORECASE,
)
_FOR = re.compile(r"\s*(?:for|in|until|till|til|to)\s+", re.IGNORECASE)
_RANGE = re.compile(r"[\s,;:\-–—.]+(?:(?:to|until|till|and|or)\s+)?", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}-")
_WORD = re.compile(r"\S+")
_OPENS = re.compile(r"[(\[“„‘'-]*")
_SHARP = re.compile(r"\s+(?:sharp|(?:at\s+the\s+)?latest)(?!\w)", re.IGNORECASE)
_POLITE = re.compile(
    r"(?:[\s,]+(?:please|pls|plz|thanks|thank\s+you|thx))?(?:\s*:[a-z0-9_+-]+:|[^\w<>@])*$",
    re.IGNORECASE,
)
_BY = r"(?:^|(?<=[\s(]))(?:due|deadline|by|before|until|till)\s*:?\s+"
_ASKS = re.compile(
    rf"{_BY}(?P<typed>(?:~|around\s+|about\s+)?\d{{1,2}}(?:[:.h]\d\S*|\s?[ap]m?\b\S*|\s+o['’]?clock)"
    r"(?:\s+[^\s<@]+){0,2})\s*$",
    re.IGNORECASE,
)
_NEARLY = re.compile(rf"{_BY}(?P<typed>[a-z]{{5,10}})[.!?]*\s*$", re.IGNORECASE)
_EMOJI = re.compile(r":[a-z0-9_+-]+:", re.IGNORECASE)
_NAMES = (*WEEKDAYS, "tomorrow", "tonight", "midnight")
_DAY_PART = re.compile(r"tonight|tom\w+ |(?!yesterday|today)\w+day ", re.IGNORECASE)
_HOURS = re.compile(r"\d{2}h", re.IGNORECASE)
_BY_HOURS = re.compile(r"\b(?:by|before|until|till|til|at)\s*:?\s+$", re.IGNORECASE)
# "by tom 9am": the words directly before the time may belong to it.
_UNREAD = re.compile(rf"{_BY}[^\s<@]+\s*$", re.IGNORECASE)
_BARE = re.compile(rf"{_BY}(?:1?\d|2[0-4])(?=[.!?\s]*$)", re.IGNORECASE)  # "by 6"
_REPEATS = re.compile(
    r"\b(?:daily|nightly|weekly|hourly|always|usually|(?:every|each)\s+\w+)\s*(?:(?:at|by|@)\s*)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant that was typed as `typed`, and the other words. `zone`: the zone that was typed
    with it, if any. `length`: how long from now, if it was typed so; then no zone matters.
    """

    at: datetime
    rest: str
    typed: str
    zone: tzinfo | None = None
    length: timedelta | None = None

    @property
    def wait(self) -> timedelta | datetime:
        """How long from now if it was typed so, else the instant."""
        return self.at if self.length is None else self.length

    def how(self, own: tzinfo) -> str:
        """How it was read, to be said back: the person's zone, or the time with the zone that
        they typed; empty if no zone matters."""
        if self.length is not None:
            return ""
        return self.typed if self.zone else zone_name(own, self.at)


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
    found = None
    for word in list(_WORD.finditer(plain))[-LONGEST:]:
        if found := _ending(plain, word.start() + _opens(word[0]), own, now):
            break
    if found := found or _beginning(plain, own, now):
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
    lead = _LEADS.match(plain)
    found = expression_at(plain, lead.end() if lead else 0, own, now)
    if found is None or plain[found.end :].strip(" .!?"):
        wrong = quote(text) if found is None else quote(plain[found.end :])
        raise NotATime(f"{wrong} isn't a time; write {due_examples(now, own)}")
    return as_moment(found, in_future(found, now, own), "")


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


def examples(now: datetime, own: tzinfo) -> str:
    today = now.astimezone(own)
    return f"`14:05` (today, {zone_name(own, now)}), `{today:%Y-%m-%d} 14:05` or `20m ago`"


def due_examples(now: datetime, own: tzinfo) -> str:
    later = now.astimezone(own)
    return f"`30m`, `14:30`, `tomorrow 9am`, `friday` or `{later:%Y-%m-%d}`"


def _ending(
    plain: str, start: int, own: tzinfo, now: datetime
) -> tuple[int, Expression, int] | None:
    """The expression that begins here and with which the text ends, with the places where it and
    the words before it begin and where it ends; None if this isn't one."""
    lead = _LEADS.match(plain, start)
    found = expression_at(plain, lead.end() if lead else start, own, now)
    if found is None:
        return None
    sharp = _SHARP.match(plain, found.end)
    end = sharp.end() if sharp else found.end
    if not _POLITE.fullmatch(plain, end) or _REPEATS.search(plain[:start]):
        return None
    if lead and _BY_HOURS.search(lead["lead"]) and _HOURS.fullmatch(found.written):
        found = _either_hours(found)
    if lead:
        return (start, found, end) if _is_led(found, lead["lead"]) else None
    alone = not plain[:start].strip() or plain[:start].rstrip().endswith(">")
    is_time = found.clock or found.is_short or _YEAR.match(found.written)
    if found.problem and not is_time and not _DAY_PART.match(found.written):
        return None  # without a word before it, it may mean something else
    if (
        not (is_time or found.sure or alone or found.problem)
        or (found.clock and not found.sure)
        or _DANGLES.search(plain[:start])
        or found.written[:3] == "now"
    ):
        return None
    return start, found, end


def _opens(word: str) -> int:
    """How many characters of a word open a bracket or a quotation."""
    found = _OPENS.match(word)
    return found.end() if found and found.end() < len(word) else 0


def _either_hours(found: Expression) -> Expression:
    """`by 17h` may be a time of day."""
    hours = int(found.written[:-1])
    if hours >= 24:
        return found
    problem = f"{quote(found.written)} could be {hours:02}:00 or {hours} hours; write "
    return replace(found, problem=f"{problem}`{hours:02}:00` or `in {hours}h`")


def _is_led(found: Expression, lead: str) -> bool:
    """Whether the words before it make it a time: `by 1500` may be a number."""
    words = lead.lower().split()
    if found.sure or found.length or found.problem or (found.day and found.clock is None):
        return True
    last = words[-1].strip(":")
    if found.clock and found.clock.kind == "digits":
        return last not in _NUMBERS_TOO
    return last not in ("in", "within")


def _beginning(plain: str, own: tzinfo, now: datetime) -> tuple[int, Expression, int] | None:
    """The expression with which the text begins, if a word before it says that it's a deadline:
    "by 14:30 restart the pods"."""
    lead = _FIRST.match(plain)
    found = expression_at(plain, lead.end(), own, now) if lead else None
    if found is None or not re.match(r"[\s,:]", plain[found.end :]):
        return None
    is_time = found.sure or (found.clock and found.problem)
    return (0, found, found.end) if is_time else None


def _around(before: str, after: str) -> str:
    """The words before and after the time; not the punctuation that belonged to it."""
    marks = ' ,.!?\t\n*_`"”’)' + ("" if _EMOJI.search(after) else ":")
    before, after = before.rstrip(' ,;:\t\n-–—*_`"“‘(').lstrip(), after.strip(marks)
    return " ".join(filter(None, (before, after)))


def as_moment(found: Expression, at: datetime, rest: str) -> Moment:
    """The instant that an expression means, and the words that aren't part of it."""
    return Moment(at, rest, " ".join(found.written.split()), found.zone, found.length)
