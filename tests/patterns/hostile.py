"""Hostile texts for a pattern: each part of it that repeats, very often, after what leads there.

A pattern takes quadratic time if it looks at the same stretch again from each of its places, and
exponential time if it can divide the stretch in many ways. Either shows with a long stretch of
what it repeats that ends in something else.
"""

import re
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]  # private: only it has the tree
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import Any

OFTEN = 8  # a repetition of at least this many can be long
ENDS = ("", "\x00")
ALSO = (" ", "\n", "a", "1", ", ", "a ", "<", "&amp;", "_", "-", ".", "\u200b", "<@U1> ")
_CLASSES = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_NOT_WORD": "-",
}


def texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of about this length."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    seen: dict[tuple[str, str], None] = {}
    for before, repeated in _repeats(list(tree), ""):
        if repeated:
            seen[before, repeated] = None
            seen["", repeated] = None
            seen["", before + repeated] = None
            seen["", before + repeated + " "] = None
            seen["", before + " "] = None
            seen["", before] = None
    for before, repeated in filter(lambda each: each[1], seen):
        stretch = repeated * (length // len(repeated))
        for end in ENDS:
            yield before + stretch + end
    for unit in ALSO:
        yield unit * (length // len(unit)) + ENDS[-1]


def _repeats(nodes: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """Each repetition in the pattern: a text that leads to it, and what it repeats."""
    for kind, value in nodes:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, most, body = value
            inner = list(body)
            if most is op.MAXREPEAT or most >= OFTEN:
                for each in _samples(inner):
                    yield before, each
            yield from _repeats(inner, before)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from _repeats(list(branch), before)
        elif kind is op.SUBPATTERN:
            yield from _repeats(list(value[3]), before)
        elif kind is op.ATOMIC_GROUP:
            yield from _repeats(list(value), before)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(list(value[1]), before)
        before += _sample([(kind, value)])


def _samples(nodes: list[Any]) -> list[str]:
    """Texts that match; one for each way that the first choice can go."""
    if len(nodes) == 1 and nodes[0][0] is op.IN:
        return [*dict.fromkeys(filter(None, (_char([each]) for each in nodes[0][1])))]
    if len(nodes) == 1 and nodes[0][0] is op.SUBPATTERN:
        return _samples(list(nodes[0][1][3]))
    if len(nodes) == 1 and nodes[0][0] is op.BRANCH:
        return [_sample(list(branch)) for branch in nodes[0][1][1]]
    return [_sample(nodes)]


def _sample(nodes: list[Any]) -> str:
    """One text that these nodes match, for most patterns."""
    text = ""
    for kind, value in nodes:
        if kind is op.LITERAL:
            text += chr(value)
        elif kind is op.NOT_LITERAL:
            text += "a" if value != ord("a") else "b"
        elif kind is op.ANY:
            text += "a"
        elif kind is op.IN:
            text += _char(value)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, _, body = value
            text += _sample(list(body)) * max(least, 1 if least else 0)
        elif kind is op.SUBPATTERN:
            text += _sample(list(value[3]))
        elif kind is op.ATOMIC_GROUP:
            text += _sample(list(value))
        elif kind is op.BRANCH:
            text += _sample(list(value[1][0]))
    return text


def _char(items: list[Any]) -> str:
    """A character of a class."""
    if items and items[0][0] is op.NEGATE:
        shut_out = "".join(_char([each]) for each in items[1:])
        return next((each for each in "a -1.\n" if each not in shut_out), "\u00e9")
    for kind, value in items:
        if kind is op.LITERAL:
            return chr(value)
        if kind is op.RANGE:
            return chr(value[0])
        if kind is op.CATEGORY:
            return _CLASSES.get(str(value), "a")
    return ""
