"""Where in a text its deadline stands: at the end, or at the beginning after a word like `by`."""

import re
from dataclasses import replace
from datetime import datetime, tzinfo

from bot.incident.when.expression import Expression, expression_at
from bot.incident.when.problem import quote

LONGEST = 14  # words; no time has more
LEADS = re.compile(
    r"(?P<lead>(?:(?:due|deadline|by|before|until|til|till|in|within|on|at|around|about|~"
    r"|no\s+later\s+than|@)(?:\s*+:)?\s++){1,3})~?",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\s*(?:due|by|before|until|till)\s+", re.IGNORECASE)
_NUMBERS_TOO = frozenset({"by", "in", "on", "at"})  # "reduce by 1500", "listen at 1935"
_DANGLES = re.compile(
    r"(?:^|\s)(?:to|for|of|from|every|each|than|last|over|after|past|per|and|or|is|was|are|about"
    r"|around|least|most|the|a|an|with|between|since|during|under|above|next|this|=|-|\+)\s+$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}-")
_WORD = re.compile(r"\S+")
_OPENS = re.compile(r"[(\[“„‘'-]*")
_SHARP = re.compile(r"\s+(?:sharp|(?:at\s+the\s+)?latest)(?!\w)", re.IGNORECASE)
_POLITE = re.compile(
    r"(?:[\s,]++(?:please|pls|plz|thanks|thank\s+you|thx))?(?::[a-z0-9_+-]+:|[^\w<>@])*+$",
    re.IGNORECASE,
)
_DAY_PART = re.compile(r"tonight|tom\w+ |(?!yesterday|today)\w+day ", re.IGNORECASE)
_HOURS = re.compile(r"\d{2}h", re.IGNORECASE)
_BY_HOURS = re.compile(r"\b(?:by|before|until|till|til|at)(?:\s*+:)?\s++$", re.IGNORECASE)
_REPEATS = re.compile(
    r"\b(?:daily|nightly|weekly|hourly|always|usually|(?:every|each)\s+\w+)\s*(?:(?:at|by|@)\s*)?$",
    re.IGNORECASE,
)


def deadline_in(plain: str, own: tzinfo, now: datetime) -> tuple[int, Expression, int] | None:
    """The expression that says when it's due, with the places where it and the words before it
    begin and where it ends; None if there is none."""
    for word in list(_WORD.finditer(plain))[-LONGEST:]:
        if found := _ending(plain, word.start() + _opens(word[0]), own, now):
            return found
    return _beginning(plain, own, now)


def _ending(
    plain: str, start: int, own: tzinfo, now: datetime
) -> tuple[int, Expression, int] | None:
    """The expression that begins here and with which the text ends, with the places where it and
    the words before it begin and where it ends; None if this isn't one."""
    lead = LEADS.match(plain, start)
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
