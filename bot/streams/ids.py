"""Stream ids: a kind's prefix, a hyphen, and a number or a name.

Ids that come from outside (a queue, a file, a command line) are parsed only here.
"""

import hashlib
import re

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
