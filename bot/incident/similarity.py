"""Whether two titles may be about the same thing, judged by their words."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

NEAR = 0.8  # of the letters, so that a typo still matches
MOST = 2 / 3  # of the words
SHORT = 4  # letters; a shorter word has to be the same
STEM = 3  # letters that are left without the ending

# They connect words and say nothing of what is broken; `not` and `no` do.
_CONNECT = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "it",
        "its",
        "our",
        "we",
        "i",
        "my",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "and",
        "or",
        "but",
        "as",
        "also",
        "again",
        "now",
        "currently",
        "still",
        "just",
        "some",
        "all",
    ]
)
_ENDINGS = ("ings", "ing", "ers", "ies", "ed", "es", "er", "s")
_COMPOUND = re.compile(r"(?<=\w)[-_./:](?=\w)")  # `db-3`, `eu-west-1`, `v2.3`


@lru_cache(maxsize=512)
def words(title: str) -> tuple[str, ...]:
    """The words of a title, without case and punctuation.

    >>> words("Checkout: is DOWN!!")
    ('checkout', 'is', 'down')
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    return tuple("".join(each if each.isalnum() else " " for each in folded).split())


def same(one: str, other: str) -> bool:
    """Whether the words are the same; for titles without words, the characters."""
    return (words(one) or one.strip()) == (words(other) or other.strip())


def alike(one: str, other: str) -> bool:
    """Whether most words match, or all of the shorter title's, at least two (or both have only
    one). The order, typos, plurals and other endings don't matter, nor do words that only connect.
    Words with digits must be the same in both titles.
    """
    if same(one, other):
        return True
    if _numbers(one) != _numbers(other):
        return False
    mine, theirs = _plain(one), _plain(other)
    both = (_compounded(mine, theirs), _compounded(theirs, mine))
    shorter, longer = sorted(both, key=len)
    shared = sum(any(_near(each, word) for word in longer) for each in shorter)
    if len(words(one)) == len(words(other)) == 1:
        return shared == 1
    everything = len(shorter) + len(longer) - shared
    return shared >= 2 and (shared == len(shorter) or shared / everything >= MOST)


@lru_cache(maxsize=512)
def _numbers(title: str) -> frozenset[str]:
    """The words with digits; `db-3` is one."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    found = words(_COMPOUND.sub("", folded))
    return frozenset(word for word in found if any(letter.isdigit() for letter in word))


@lru_cache(maxsize=512)
def _plain(title: str) -> tuple[str, ...]:
    """The words that say what is broken, without endings and accents."""
    found = words(title)
    telling = [word for word in found if word not in _CONNECT and not word.isdigit()]
    return tuple(_stem(word) for word in telling or found)


def _stem(word: str) -> str:
    """
    >>> _stem("failing"), _stem("failed"), _stem("fails"), _stem("lagging"), _stem("queries")
    ('fail', 'fail', 'fail', 'lag', 'quer')
    >>> _stem("database"), _stem("databases"), _stem("dns")
    ('databas', 'databas', 'dns')
    """
    letters = unicodedata.normalize("NFKD", word)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= STEM:
            bare = bare.removesuffix(ending)
            break
    while len(bare) > STEM and bare[-1] in ("e", bare[-2]):
        bare = bare[:-1]
    return bare


def _compounded(mine: Sequence[str], theirs: Sequence[str]) -> frozenset[str]:
    """My words, two of them as one where the other title writes them so: check out, checkout."""
    pairs = {one + other: (one, other) for one, other in pairwise(mine)}
    kept = list(mine)
    for both in pairs.keys() & set(theirs):
        for half in pairs[both]:
            kept = [word for word in kept if word != half]
        kept.append(both)
    return frozenset(kept)


def _near(one: str, other: str) -> bool:
    """Whether two words are the same but for a typo. A typo hardly ever changes the first letter
    (import, export; mail, fail)."""
    if one == other:
        return True
    if min(len(one), len(other)) < SHORT or not _begin_alike(one, other):
        return False
    if sorted(one) == sorted(other):  # letters that changed places
        return True
    letters = SequenceMatcher(None, one, other, autojunk=False)
    ways = (letters.real_quick_ratio, letters.quick_ratio, letters.ratio)  # the cheap checks first
    return all(way() >= NEAR for way in ways)


def _begin_alike(one: str, other: str) -> bool:
    if one[0] == other[0]:
        return True
    swapped = one[:2] == other[1::-1]
    missed = one[1:] == other or other[1:] == one
    return swapped or missed
