"""Stream ids: a kind's prefix, a hyphen, and a number or a name.

Ids that come from outside (a queue, a file, a command line, a person) are parsed only here.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

StreamId = str

_ID = re.compile(r"(?P<prefix>[A-Z]{2,8})-(?P<name>[A-Za-z0-9_]{1,40})", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)


class MalformedId(ValueError):
    """Not a stream id."""


def is_stream_id(given: object) -> bool:
    """Whether `given`, which may be anything, is the id of a stream.

    >>> is_stream_id("INC-7"), is_stream_id("inc-7"), is_stream_id(7)
    (True, False, False)
    """
    return isinstance(given, str) and _ID.fullmatch(given) is not None


def prefix_of(stream_id: StreamId) -> str:
    """The prefix that names the stream's kind. Raises `MalformedId`.

    >>> prefix_of("ROTA-primary")
    'ROTA'
    """
    found = _ID.fullmatch(stream_id)
    if found is None:
        raise MalformedId(stream_id)
    return found["prefix"]


def numbered(prefix: str, number: int) -> StreamId:
    """The id of the `number`th stream of a kind whose streams are numbered."""
    return f"{prefix}-{number}"


def number_of(stream_id: StreamId) -> int | None:
    """The number in a stream id; None if the stream has a name instead.

    >>> number_of("INC-7"), number_of("ROTA-primary"), number_of("INC-07")
    (7, None, None)
    """
    found = _ID.fullmatch(stream_id)
    if found is None or not _NUMBER.fullmatch(found["name"]):
        return None
    return int(found["name"])


def named(prefix: str, name: str) -> StreamId:
    """The id of a stream with a name chosen by people; a name that doesn't fit is hashed.

    >>> named("ROTA", "primary")
    'ROTA-primary'
    >>> named("ROTA", "Bereitschaft Süd")
    'ROTA-h_85d77d2b3ec9d864b10d'
    """
    plain = f"{prefix}-{name}"
    if is_stream_id(plain) and not name.startswith("h_"):
        return plain
    return f"{prefix}-h_{hashlib.sha256(name.encode()).hexdigest()[:20]}"


# --- as people write them ------------------------------------------------------------------


class Certainty(Enum):
    """How sure it is that a text means an id."""

    EXACT = auto()  # `INC-7`, `inc-7`, `*INC-7*:`
    NEAR = auto()  # `inc 7`, `INC-07`, `ICN-7`
    SIGNED = auto()  # `#7`
    NUMBER = auto()  # `7`


@dataclass(frozen=True, slots=True)
class Spelled:
    """An id at the beginning of a text that a person wrote, and what follows it."""

    id: StreamId
    certainty: Certainty
    rest: str


_EMOJI = r":[A-Za-z][A-Za-z0-9_+'-]{0,99}:"  # `:fire:`
_PART = re.compile(rf"({_EMOJI})|[^\s:,;]+|[:,;]+")
_BETWEEN = re.compile(r"(?:[\s:,;]|[-\u2010-\u2015](?=\s))+")
_LETTERS_AND_NUMBER = re.compile(r"([^\W\d_]{1,10})([^\w]|_)*([0-9]{1,40})")
_DIGITS = re.compile(r"[0-9]{1,40}")
_LOOKED_AT = 6  # parts of a text: the letters, the number, and marks around them


def spelled(text: str, prefix: str, *also: str) -> Spelled | None:
    """The id of a stream of this kind that `text` begins with, however it is decorated; None if it
    begins with something else. `also`: other words for the kind, as in `incident 7`.

    >>> spelled("*inc-7*: rolled back", "INC")
    Spelled(id='INC-7', certainty=<Certainty.EXACT: 1>, rest='rolled back')
    >>> spelled("inc #7", "INC").certainty, spelled("7", "INC").certainty
    (<Certainty.NEAR: 2>, <Certainty.NUMBER: 4>)
    >>> spelled("INC-7's pool", "INC"), spelled("sev1", "INC")
    (None, None)
    """
    parts = [(part, _plain(part[0])) for part in _parts(text)]
    if not parts:
        return None
    (first, plain), after = parts[0], parts[1:2]
    words = (prefix.casefold(), *(each.casefold() for each in also))
    if both := _LETTERS_AND_NUMBER.fullmatch(plain):
        certainty = _certainty(both, plain, prefix.casefold(), words)
        return certainty and _spelled(prefix, both[3], certainty, text[first.end() :])
    if after and _DIGITS.fullmatch(after[0][1]) and any(_is_near(plain, word) for word in words):
        return _spelled(prefix, after[0][1], Certainty.NEAR, text[after[0][0].end() :])
    if _DIGITS.fullmatch(plain):
        sign = "#" in unicodedata.normalize("NFKC", first[0])
        certainty = Certainty.SIGNED if sign else Certainty.NUMBER
        return _spelled(prefix, plain, certainty, text[first.end() :])
    return None


def _parts(text: str) -> list[re.Match[str]]:
    """The first parts of a text that have letters or digits."""
    found: list[re.Match[str]] = []
    for looked_at, part in enumerate(_PART.finditer(text)):
        if not part[1] and _plain(part[0]):
            found.append(part)
        if len(found) == 2 or looked_at == _LOOKED_AT:
            break
    return found


def _plain(word: str) -> str:
    """A word in lower case, without accents, invisible marks and the punctuation around it."""
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    seen = "".join(char for char in decomposed if unicodedata.category(char) not in ("Cf", "Mn"))
    return seen.strip("".join(char for char in seen if not char.isalnum()))


def _certainty(
    found: re.Match[str], plain: str, prefix: str, words: tuple[str, ...]
) -> Certainty | None:
    letters, between, number = found[1], found[2], found[3]
    one_mark = len(plain) == len(letters) + len(number) + (1 if between else 0)
    if letters == prefix and one_mark and (number == "0" or not number.startswith("0")):
        return Certainty.EXACT
    long_enough = len(letters) >= len(prefix)  # `ic-1` and `in 2` are other words
    if letters in words or (long_enough and between and any(_is_near(letters, w) for w in words)):
        return Certainty.NEAR
    return None


def _is_near(word: str, meant: str) -> bool:
    """Whether `word` is `meant`, or has its letters in another order, or one other letter."""
    if sorted(word) == sorted(meant):
        return True
    others = sum(one != other for one, other in zip(word, meant, strict=False))
    return len(word) == len(meant) and others == 1


def _spelled(prefix: str, number: str, certainty: Certainty, rest: str) -> Spelled:
    return Spelled(numbered(prefix, int(number)), certainty, _BETWEEN.sub("", f" {rest}", count=1))
