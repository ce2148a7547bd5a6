"""Recognizes a severity in what people type: `sev1`, `SEV-1`, `sev one`, `sev0/private`, `crit`.

`plain`: a word as `fold` leaves it.
"""

import re

from bot.incident.policy import Policy, Severity
from bot.listeners.words import Word, fold, is_near

SEVERITY_NAMES = ("sev", "severity", "prio", "priority")  # before a number of its own
LONG = 5  # letters of an alias that may be mistyped; shorter ones resemble too much
BEGUN = 4  # letters of a longer alias that may stand for it: `crit`

_NUMBER_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_NAMES = "|".join(SEVERITY_NAMES)
_NUMBERED = re.compile(rf"(?:{_NAMES})(\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})|p(\d)")
_BEGINS = re.compile(rf"((?:{_NAMES})\d{{1,2}})(?=\D)")  # `sev0Database`
_SHORT = re.compile(r"s(\d)")  # also a title: `S3 is down`


def policy_names(policy: Policy, plain: str) -> Severity | None:
    """The severity that has this word as id or alias, compared without decoration."""
    for severity in policy.severities:
        if plain in (fold(severity.id), *map(fold, severity.aliases)):
            return severity
    return None


def number_of(plain: str) -> str:
    """The number of a word that names a severity by it; empty for other words.

    >>> number_of("sev1"), number_of("severityone"), number_of("p0"), number_of("sev01")
    ('1', '1', '0', '1')
    >>> number_of("seven"), number_of("p99")
    ('', '')
    """
    found = _NUMBERED.fullmatch(plain)
    return digits_of(found[1] or found[2]) if found else ""


def digits_of(plain: str) -> str:
    """The number that a word is; empty for other words.

    >>> digits_of("one"), digits_of("01"), digits_of("00"), digits_of("1st")
    ('1', '1', '0', '')
    """
    plain = _NUMBER_WORDS.get(plain, plain)
    return plain.lstrip("0") or "0" if plain.isdecimal() else ""


def resembles(policy: Policy, plain: str) -> Severity | None:
    """The severity that a word could be meant for, the most severe if for several; None if for
    none.
    """
    if number := number_of(plain):
        return _numbered(policy, number)
    for severity in policy.severities:  # the most severe first
        for name in map(fold, (severity.id, *severity.aliases)):
            long_enough = len(name) >= LONG or (_digits(name) and len(name) > 2)
            if long_enough and is_near(plain, name):
                return severity
            if len(plain) >= BEGUN and len(name) > len(plain) and name.startswith(plain):
                return severity
    return None


def glued(policy: Policy, word: Word) -> Severity | None:
    """The most severe severity that a word could name besides something else: `sev1/Checkout`,
    `sev0Database`; or `s1`, if that is more severe than the default.
    """
    begins = _BEGINS.match(word.plain)
    numbers = [number_of(part) for part in (*word.parts, "".join(word.parts[:2]))]
    numbers += [number_of(begins[1])] if begins else []
    found = [_numbered(policy, number) for number in numbers if number]
    found += [policy_names(policy, part) for part in word.parts]
    short = _SHORT.fullmatch(word.plain)
    meant = _numbered(policy, short[1]) if short else None
    if meant and policy.rank(meant.id) < policy.rank(policy.default_severity().id):
        found.append(meant)
    return worst(policy, *found)


def worst(policy: Policy, *found: Severity | None) -> Severity | None:
    """The most severe of these; None if there is none."""
    return min(filter(None, found), key=lambda each: policy.rank(each.id), default=None)


def after_number(plain: str) -> str:
    """The letters glued to a severity; empty if there are none.

    >>> after_number("sev1private"), after_number("sev1"), after_number("private")
    ('private', '', '')
    """
    begins = _BEGINS.match(plain)
    return plain[begins.end() :] if begins else ""


def could_mean_severity(policy: Policy, plain: str) -> bool:
    """Whether a word is a severity, is one that isn't in the policy (`sev9`), or could be meant
    for one.
    """
    named = policy_names(policy, plain) or resembles(policy, plain)
    return named is not None or bool(number_of(plain))


def _numbered(policy: Policy, number: str) -> Severity | None:
    for severity in policy.severities:
        if number in (_digits(name) for name in (severity.id, *severity.aliases)):
            return severity
    return None


def _digits(name: str) -> str:
    return "".join(char for char in name if char.isdecimal())
