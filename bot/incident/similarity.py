"""Whether two titles may well be about the same thing, as far as their words tell."""

import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

NEAR = 0.8  # of the letters: a slip of the pen is the same word
MOST = 2 / 3  # of the words


@lru_cache(maxsize=512)
def words(title: str) -> tuple[str, ...]:
    """What a person would call the words of it, whatever their case and the marks between them.

    >>> words("Checkout: is DOWN!!")
    ('checkout', 'is', 'down')
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    return tuple("".join(each if each.isalnum() else " " for each in folded).split())


def same(one: str, other: str) -> bool:
    """The same words; of titles without any, the same signs."""
    return (words(one) or one.strip()) == (words(other) or other.strip())


def alike(one: str, other: str) -> bool:
    """Most of the words are the same, or all of the shorter title's: two at least. What has a
    number is another thing under another number."""
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
    """Its words, and those of them that have a number."""
    found = frozenset(words(title))
    return found, frozenset(each for each in found if any(letter.isdigit() for letter in each))


def _size(parts: tuple[frozenset[str], frozenset[str]]) -> int:
    return len(parts[0])


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    letters = SequenceMatcher(None, one, other, autojunk=False)
    ways = (letters.real_quick_ratio, letters.quick_ratio, letters.ratio)  # the cheap ones first
    return all(way() >= NEAR for way in ways)
