"""Reads what follows `/incident declare`: severity, `private`, title.

What could be a severity or `private`, and isn't exactly one at its place, is never guessed: the
form asks, with what was understood filled in. A wrong guess would page fewer people, or announce
something private.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.incident.policy import Policy, Severity
from bot.listeners.severity_words import (
    BEGUN,
    SEVERITY_NAMES,
    after_number,
    digits_of,
    glued,
    number_of,
    policy_names,
    resembles,
    worst,
)
from bot.listeners.words import FILLERS, Word, fold, is_near, says_nothing, words
from bot.messages.text import unescape

PRIVATE = "private"
MEANS_PRIVATE = (
    "confidential",
    "nonpublic",
    "notpublic",
    "inviteonly",
)  # words that stay in the title
LOCKS = ("lock", "closedlockwithkey", "lockwithinkpen")  # emoji
SHORT_FOR_IT = "pvt"
NO_TITLE = ("anincident", "newincident", "anewincident", "anyway")
LOOKED_AT = 6  # words: the first five, and the other half of one that was split

_BETWEEN = re.compile(r"\A(?:[\s,\-–—]|:(?=\s))+")  # severity and title
_SHOWN_LOCKS = re.compile("[\U0001f50f\U0001f510\U0001f512]\ufe0f?")
_GLUED = re.compile(r"([^\s:,]{1,40}[:,])(?=\S)")  # `private:Ada`, `sev1:Checkout`


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading. `is_sure`: it can be declared without asking. `unknown`: a word that
    looks like a severity and isn't one, as it was typed.
    """

    title: str
    severity: Severity
    private: bool = False
    is_sure: bool = True
    unknown: str = ""


def read_declaration(text: str, policy: Policy) -> Reading:
    """Read a declaration. `text` is as Slack sent it."""
    text = _SHOWN_LOCKS.sub(":lock:", unescape(text))
    text = _GLUED.sub(lambda match: _unglued(match[1], policy), text, count=2)
    seen = words(text, LOOKED_AT)
    reading = Reading("", policy.default_severity())
    named, begins, place = False, 0, 0
    while place < len(seen):
        if not seen[place].plain and not is_private(seen[place]):
            place += 1  # an emoji, which may stand before the severity
            continue
        step, understood = _leading(seen, place, reading, policy, text, named=named)
        if not step:
            break
        named = named or understood.severity != reading.severity or bool(understood.unknown)
        named = named or policy_names(policy, seen[place].plain) is not None
        reading = understood
        place += step
        begins = seen[place - 1].end
    title = (_BETWEEN.sub("", text[begins:]) if begins else text).strip()
    reading = replace(reading, title="" if _is_no_title(title) else title)
    rest = [word for word in seen if word.start >= begins]
    reading = _of_the_title(rest, reading, policy, named=named)
    if _is_split_by_marks(text) or _ends_private(text):
        return replace(reading, private=True, is_sure=False)
    return reading


def is_private(word: Word) -> bool:
    """Whether it could be meant for `private`, also as the name of an emoji, or as one part of
    several: `private/Ada`, `sev1privat`."""
    parts = (*word.parts, after_number(word.plain))
    if _is_just_private(word) or any(is_near(part, PRIVATE) for part in parts):
        return True
    if any(name in LOCKS for name in word.emoji):
        return True
    return any(is_near(each, meant) for each in (word.plain, *parts) for meant in MEANS_PRIVATE)


def _is_just_private(word: Word) -> bool:
    return any(is_near(each, PRIVATE) for each in (word.plain, *word.emoji))


def _is_begun(plain: str) -> bool:
    """Whether it's the beginning of `private`, or short for it: `priv`, `pvt`."""
    return plain == SHORT_FOR_IT or (len(plain) >= BEGUN and PRIVATE.startswith(plain))


def _is_no_title(title: str) -> bool:
    """Whether it says nothing about what is broken: only punctuation, or the words of a button."""
    if any(unicodedata.category(char)[0] not in "PZC" for char in title):
        return bool(fold(title)) and says_nothing(title, *FILLERS, *NO_TITLE)
    return True


def _leading(
    seen: list[Word], place: int, reading: Reading, policy: Policy, text: str, *, named: bool
) -> tuple[int, Reading]:
    """How many of the next words stand before the title, and what was understood by them."""
    plain = seen[place].plain
    after = seen[place + 1].plain if place + 1 < len(seen) else ""
    if not reading.private:
        if _is_just_private(seen[place]):
            return 1, replace(reading, private=True, is_sure=False)
        if is_near(plain + after, PRIVATE):
            return 2, replace(reading, private=True, is_sure=False)
        if _is_begun(plain):
            return 1, replace(reading, private=True, is_sure=False)
    if named:
        return 0, reading
    if severity := policy_names(policy, plain):
        return 1, replace(reading, severity=severity)
    if plain.endswith(PRIVATE) and (severity := policy_names(policy, plain[: -len(PRIVATE)])):
        return 1, replace(reading, severity=severity, private=True, is_sure=False)
    if plain in SEVERITY_NAMES and digits_of(after):
        both = plain + digits_of(after)
        severity = policy_names(policy, both) or resembles(policy, both)
        return 2, _asked(reading, severity, text[seen[place].start : seen[place + 1].end])
    if plain in SEVERITY_NAMES:  # `severity critical`
        severity = policy_names(policy, after) or resembles(policy, after)
        if severity:
            return 2, _asked(reading, severity, "")
    if number_of(plain):
        word = text[seen[place].start : seen[place].end]
        meant = worst(policy, resembles(policy, plain), glued(policy, seen[place]))
        return 1, _asked(reading, meant, word)
    if place == 0 and (severity := resembles(policy, plain)):
        return 1, _asked(reading, severity, "")
    return 0, reading


def _asked(reading: Reading, severity: Severity | None, word: str) -> Reading:
    if severity is None:
        return replace(reading, is_sure=False, unknown=word)
    return replace(reading, severity=severity, is_sure=False)


def _of_the_title(seen: list[Word], reading: Reading, policy: Policy, *, named: bool) -> Reading:
    """Words of the title that could be meant otherwise: they stay in it, and the form asks."""
    if _says_private(seen):
        reading = replace(reading, private=True, is_sure=False)
    meant = _severity_in(seen, policy, named=named)
    if meant is None:
        return reading
    if policy.rank(meant.id) < policy.rank(reading.severity.id):
        return replace(reading, severity=meant, is_sure=False)
    return reading if named else replace(reading, is_sure=False)


def _severity_in(seen: list[Word], policy: Policy, *, named: bool) -> Severity | None:
    """The most severe severity that the title could name. If one was `named` before it, only
    another one right after that counts: `sev1 or sev0`.
    """
    looked_at = [word for word in seen if word.plain][: 2 if named else LOOKED_AT]
    plains = [word.plain for word in looked_at]
    found = [
        resembles(policy, plain)
        for plain in (*plains, *map("".join, pairwise(plains)))
        if number_of(plain)
    ]
    if not named:
        found += [glued(policy, word) for word in looked_at[:1]]
        found += [policy_names(policy, plain) for plain in plains]  # `Database gone, critical!`
    return worst(policy, *found)


def _ends_private(text: str) -> bool:
    """Whether it was added at the end: `…, private`."""
    last = words(text.rsplit(maxsplit=1)[-1], 1) if text.split() else []
    return bool(last) and _is_just_private(last[0])


def _is_split_by_marks(text: str) -> bool:
    """Whether invisible marks, which may stand between words, stand between the letters of
    `private`."""
    return _says_private(words(text.replace("\u200b", ""), LOOKED_AT))


def _says_private(seen: list[Word]) -> bool:
    pieces = [part for word in seen for part in (word.parts or (word.plain,)) if part]
    plains = [word.plain for word in seen if word.plain]
    pairs = (one + other for each in (plains, pieces) for one, other in pairwise(each))
    begun = any(map(_is_begun, pieces))
    meant = (PRIVATE, *MEANS_PRIVATE)
    split = any(is_near(pair, word) for pair in pairs for word in meant)
    return begun or split or any(map(is_private, seen))


def _unglued(word: str, policy: Policy) -> str:
    plain = fold(word)
    meant = is_near(plain, PRIVATE) or policy_names(policy, plain) or number_of(plain)
    return f"{word} " if meant else word
