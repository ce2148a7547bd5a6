"""When the next update is promised: `in 10m Rolled back`, `Rolled back. Next update at 15:30.`"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.incident.when.expression import Expression, expression_at
from bot.incident.when.moment import PLAIN, Moment, as_moment
from bot.incident.when.problem import NotATime, quote
from bot.incident.when.resolve import in_future

_FIRST = re.compile(
    r"\s*(?P<sure>next(?:\s+(?:status\s+)?update)?[\s:,]+)?(?:in|within)\s+", re.IGNORECASE
)
_WITHIN = re.compile(
    r"(?<!\w)(?:(?:next|another|the\s+next)\s+(?:status\s+)?update"
    r"|(?:(?<=\()|(?<=[,;.:–—-]\s))next(?:\s+one)?(?=\s+(?:in|within|at|by)\s)"
    r"|(?:(?:i|we)(?:['’]ll|\s+will)|will)\s+(?:post\s+an(?:other)?\s+)?update"
    r"(?:\s+(?:you|again|everyone|everybody))?)"
    r"(?:\s*(?:is|will\s+be|will\s+follow|follows|comes|due|expected|planned|[:,–—-]))*"
    r"\s*(?:(?:in|within|at|by|before|around|about|~|@)\s*)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:or\s+(?:so|earlier|sooner|less)|at\s+(?:the\s+)?latest|max)\W*", re.IGNORECASE
)
# "update in 10", "next update at 3.": minutes, or a time of day?
_BARE = re.compile(r"\d{1,2}(?=\s*(?:$|[,;:.!)–—-](?!\d)))")
_SEPARATOR = re.compile(r"\s*[,;:–—.-]")
# "in 10m we fail over" is a sentence: these words begin its other half.
_SUBJECT = re.compile(
    r"\s+(?:i|we|it|he|she|they|you|the|this|that|these|those|there|our|their|its|my|all|both|a|an"
    r"|every\w+|@\S+)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Promise:
    """`text`: the update itself. `at`: when the next one is promised; None if it isn't. `unsure`:
    the beginning of the text, if it may be a promise or a part of the text. `unread`: a promise
    that isn't clear, and `why`. `vague`: nothing to mend, like `tomorrow morning`."""

    text: str
    at: Moment | None = None
    unsure: str = ""
    unread: str = ""
    why: str = ""
    vague: bool = False


def promise(text: str, now: datetime, own: tzinfo) -> Promise:
    """Find the promised time in the text of an update. At its beginning, `in 10m` isn't part of
    the update; a sentence about the next update is. Raises `NotATime` if the beginning isn't
    clear.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    >>> found = promise("in 10m Rolled back", now, UTC)
    >>> found.text, found.at.at.strftime("%H:%M")
    ('Rolled back', '15:10')
    >>> found = promise("Rolled back. Next update at 15:30.", now, UTC)
    >>> found.text, found.at.at.strftime("%H:%M")
    ('Rolled back. Next update at 15:30.', '15:30')
    >>> found = promise("In 10 minutes we fail over", now, UTC)
    >>> found.text, found.at.at.strftime("%H:%M"), found.unsure
    ('In 10 minutes we fail over', '15:10', 'In 10 minutes')
    """
    plain = text.translate(PLAIN)
    return _first(text, plain, now, own) or _within(text, plain, now, own) or Promise(text)


def _first(text: str, plain: str, now: datetime, own: tzinfo) -> Promise | None:
    lead = _FIRST.match(plain)
    found = expression_at(plain, lead.end(), own, now) if lead else None
    if lead and found is None and (number := _BARE.match(plain, lead.end())):
        separator = _SEPARATOR.match(plain, number.end())
        kept = text[separator.end() if separator else number.end() :].strip()
        raise NotATime(_no_unit(number[0]), text[lead.start() : number.end()].strip(), kept)
    if lead is None or found is None or found.length is None or found.ago:
        return None
    rest = text[found.end :]
    if rest[:1].isalnum():
        return None  # "in 10mb"
    separator = _SEPARATOR.match(rest)
    sure = lead["sure"] or separator or not rest.strip()
    if not sure and (not found.is_short or _SUBJECT.match(rest)):
        return _within(text, plain, now, own) or _unsure(text, lead, found, now, own)
    kept = rest[separator.end() if separator else 0 :].strip()
    kept = text if _ABOUT.fullmatch(kept) else kept
    try:
        return Promise(kept, as_moment(found, in_future(found, now, own), kept))
    except NotATime as unclear:
        raise NotATime(str(unclear), _typed(text, lead, found), kept) from None


def _unsure(
    text: str, lead: re.Match[str], found: Expression, now: datetime, own: tzinfo
) -> Promise:
    try:
        at = as_moment(found, in_future(found, now, own), text)
    except NotATime:
        return Promise(text)
    return Promise(text, at, unsure=_typed(text, lead, found))


def _within(text: str, plain: str, now: datetime, own: tzinfo) -> Promise | None:
    """The last sentence about the next update that has a time."""
    for lead in reversed([*_WITHIN.finditer(plain)]):
        found = expression_at(plain, lead.end(), own, now)
        if found is None and (number := _BARE.match(plain, lead.end())):
            return Promise(text, unread=number[0], why=_no_unit(number[0]))
        if found is None or found.ago or plain[found.end : found.end + 1].isalnum():
            continue
        try:
            return Promise(text, as_moment(found, in_future(found, now, own), text))
        except NotATime as unclear:
            return Promise(
                text, unread=found.written.strip(), why=str(unclear), vague=found.clock is None
            )
    return None


def _no_unit(number: str) -> str:
    return f"{quote(number)} could be minutes or a time, like `20m` or `14:30`"


def _typed(text: str, lead: re.Match[str], found: Expression) -> str:
    return text[lead.start() : found.end].strip()
