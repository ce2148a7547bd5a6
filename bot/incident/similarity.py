"""Whether two titles may be about the same thing, judged by their words."""

import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

NEAR = 0.8  # of the letters, so that a typo still matches
MOST = 2 / 3  # of the words


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
    """Whether most words match, or all of the shorter title's, at least two. Words with digits
    must match exactly.
    """
    (shorter, numbers), (longer, others) = sorted((_parts(one), _parts(other)), key=_size)
    if numbers != others:
        return False
    shared = sum(any(_near(each, word) for word in longer) for each in shorter)
    everything = len(shorter) + len(longer) - shared
    return same(one, other) or (
        shared >= 2 and (shared == len(shorter) or shared / everything >= MOST)
    )


@lru_cache(maxsize=512)
def _parts(title: str) -> tuple[frozenset[str], frozenset[str]]:
    """All words, and those with digits."""
    found = frozenset(words(title))
    return found, frozenset(each for each in found if any(letter.isdigit() for letter in each))


def _size(parts: tuple[frozenset[str], frozenset[str]]) -> int:
    return len(parts[0])


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    letters = SequenceMatcher(None, one, other, autojunk=False)
    ways = (letters.real_quick_ratio, letters.quick_ratio, letters.ratio)  # the cheap checks first
    return all(way() >= NEAR for way in ways)
