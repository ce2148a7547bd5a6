"""Reads the words that people type: what they mean by them, however they are decorated."""

import re
import unicodedata
from dataclasses import dataclass

_EMOJI = re.compile(r":[a-z0-9_+'-]{1,100}:", re.IGNORECASE)  # `:lock:`
_NOTHING = ("incident", "theincident", "thisincident")
FILLERS = ("it", "this", "now", "please", "pls")
_WORD = re.compile(r"[^\s\u200b]+")
# Letters of other alphabets that look like Latin ones; a decomposition leaves them as they are.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u0456\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0475"
    "\u03b1\u03b5\u03b9\u03bd\u03bf\u03c1\u03c4\u0131\u1d18\u0280\u026a\u1d20\u1d00\u1d1b\u1d07",
    "aeiopctyxsvaeivoptiprivate",
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. `plain`: see `fold`; empty if it is only emoji. `emoji`: their names.
    `parts`: what stands between its dashes, slashes and other punctuation, if that's several.
    """

    start: int
    end: int
    plain: str
    emoji: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def fold(word: str) -> str:
    """The letters and digits of a word, in lower case: without accents, punctuation, dashes,
    emoji, invisible and direction marks, and without the difference between widths.

    >>> fold("*SEV-1*:"), fold("ＳＥＶ１"), fold("pri\\u200bvate"), fold(":lock:"), fold("1.")
    ('sev1', 'sev1', 'private', '', '1')
    """
    return "".join(char for char in _decomposed(word) if char.isalnum())


def parts_of(word: str) -> tuple[str, ...]:
    """The parts of a word that punctuation joins, as `fold` reads each; empty if it's only one.

    >>> parts_of("private/Ada"), parts_of("private\u2014Ada"), parts_of("pri\u200bvate!")
    (('private', 'ada'), ('private', 'ada'), ())
    """
    split = "".join(
        char if char.isalnum() else "" if _is_invisible(char) else " "
        for char in _decomposed(word)
    )
    parts = tuple(split.split())
    return parts if len(parts) > 1 else ()


def _decomposed(word: str) -> str:
    plain = unicodedata.normalize("NFKD", _EMOJI.sub("", word)).casefold()
    plain = plain.translate(_LOOKALIKES)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc")


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


def says_nothing(text: str, *also: str) -> bool:
    """Whether words after a command add nothing to it: `resolve incident`. `also`: more such
    words, as `fold` leaves them. `FILLERS` (`escalate now`, `ack it`) only do where no text is
    expected: elsewhere they are one.

    >>> says_nothing("this incident."), says_nothing("?"), says_nothing("it works")
    (True, True, False)
    >>> says_nothing("now"), says_nothing("now", *FILLERS)
    (False, True)
    """
    return fold(text) in ("", *_NOTHING, *also)


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
            found.append(Word(match.start(), match.end(), plain, emoji, parts_of(match[0])))
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
