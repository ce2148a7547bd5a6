"""Reads the words that people type: what they mean by them, however they are decorated."""

import re
import unicodedata
from dataclasses import dataclass

_EMOJI = re.compile(r":[a-z0-9_+'-]{1,100}:", re.IGNORECASE)  # `:lock:`
_WORD = re.compile(r"[^\s\u200b]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. `plain`: see `fold`; empty if it is only emoji. `emoji`: their names."""

    start: int
    end: int
    plain: str
    emoji: tuple[str, ...] = ()


def fold(word: str) -> str:
    """The letters and digits of a word, in lower case: without accents, punctuation, dashes,
    emoji, invisible and direction marks, and without the difference between widths.

    >>> fold("*SEV-1*:"), fold("ＳＥＶ１"), fold("pri\\u200bvate"), fold(":lock:"), fold("1.")
    ('sev1', 'sev1', 'private', '', '1')
    """
    decomposed = unicodedata.normalize("NFKD", _EMOJI.sub("", word)).casefold()
    return "".join(char for char in decomposed if char.isalnum())


def bare(word: str) -> str:
    """A word without the punctuation, emoji and invisible marks around and in it, in lower case;
    what stands between its letters stays.

    >>> bare("*Done*!"), bare("#2."), bare("1:1"), bare("--help"), bare("?")
    ('done', '2', '1:1', 'help', '')
    """
    plain = unicodedata.normalize("NFKC", _EMOJI.sub("", word)).casefold()
    seen = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    begins = next((at for at, char in enumerate(seen) if char.isalnum()), len(seen))
    ends = next((at for at, char in enumerate(reversed(seen)) if char.isalnum()), 0)
    return seen[begins : len(seen) - ends]


def words(text: str, most: int) -> list[Word]:
    """The first words of a text, at most so many that have letters or digits; emoji between them
    don't count.

    >>> [word.plain for word in words("sev 1 - :lock: *private* Ada", most=4)]
    ['sev', '1', '', 'private', 'ada']
    """
    found: list[Word] = []
    for match in _WORD.finditer(text):
        plain = fold(match[0])
        emoji = tuple(fold(name.strip(":")) for name in _EMOJI.findall(match[0]))
        if plain or emoji:
            found.append(Word(match.start(), match.end(), plain, emoji))
        if sum(bool(word.plain) for word in found) == most:
            break
    return found


def is_near(word: str, meant: str) -> bool:
    """Whether `word` is `meant`, or a typing error away: one letter more, less, other, or two
    neighbours swapped.

    >>> is_near("privat", "private"), is_near("prviate", "private"), is_near("pirate", "private")
    (True, True, False)
    """
    if word == meant:
        return True
    if abs(len(word) - len(meant)) > 1:
        return False
    same = 0
    for one, other in zip(word, meant, strict=False):
        if one != other:
            break
        same += 1
    rest, wanted = word[same:], meant[same:]
    if len(word) == len(meant):
        swapped = len(rest) > 1 and rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
        return rest[1:] == wanted[1:] or swapped
    return rest[1:] == wanted if len(word) > len(meant) else rest == wanted[1:]
