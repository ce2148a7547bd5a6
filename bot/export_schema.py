"""Checks of the values in an export, beyond their types: a file may be damaged, or forged.

Each check returns what is wrong, in a few words; empty if nothing is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.settings import is_loopback
from bot.store.workspaces import Identity

MOST = 10**12 - 1  # the highest number of a stream
TEXT_MAX = 50_000  # characters of one text; a message in Slack has at most 40,000
NAME_MAX = 250  # characters of a key
TITLE_MAX = 1000  # characters
FOR_MAX = 10 * 366 * 86_400_000  # ms
DOCUMENT_MAX = 10_000_000  # characters
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_TEAM = re.compile(r"[A-Z0-9]{2,24}", re.ASCII)
_USER = re.compile(r"[A-Z0-9]{1,24}|", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{16}", re.ASCII)


def of_head(identity: Identity, known_by: tuple[str, ...], counters: Mapping[str, int]) -> str:
    """The mistake in the first line."""
    if not _TEAM.fullmatch(identity.team):
        return "the team isn't the id of a workspace"
    if not is_web_address(identity.url):
        return "the url isn't a web address"
    if not (_USER.fullmatch(identity.bot_user) and _USER.fullmatch(identity.bot_id)):
        return "the bot isn't one of Slack's ids"
    if not all(map(_DIGEST.fullmatch, known_by)):
        return "known_by has something that isn't a digest"
    if not all(0 <= number <= MOST for number in counters.values()):
        return f"a counter isn't between 0 and {MOST:,}"
    return ""


def of_time(at: datetime) -> str:
    """The mistake in a time."""
    if at.tzinfo is None:
        return "a time has no zone"
    return "" if EARLIEST <= at <= LATEST else "a time is before 2000 or after 2200"


def of_event(event: object) -> str:
    """The mistake in the values of an event."""
    for name, value in _values(event, ""):
        if isinstance(value, datetime) and (wrong := of_time(value)):
            return wrong
        if isinstance(value, str):
            most = TITLE_MAX if name == "title" else TEXT_MAX
            if len(value) > most:
                return f"{name or 'a text'} has {len(value):,} characters, {most:,} at most"
            if name in ("url", "link", "permalink") and value and not is_web_address(value):
                return f"{name} isn't a web address"
    return ""


def of_text(name: str, text: str) -> str:
    """The mistake in a short text: a key, a name."""
    return "" if 0 < len(text) <= NAME_MAX else f"{name} has more than {NAME_MAX} characters"


def of_document(name: str, text: str, for_ms: int | None) -> str:
    """The mistake in a document, a draft for example."""
    if for_ms is not None and not 0 < for_ms <= FOR_MAX:
        return f"for_ms isn't between 1 and {FOR_MAX:,}"
    if len(text) > DOCUMENT_MAX:
        return f"a document has {len(text):,} characters, {DOCUMENT_MAX:,} at most"
    return of_text("the name of a document", name)


def is_web_address(url: str) -> bool:
    """Whether it is an address of the web, and so harmless as a link: https, or http on this
    machine, as the local Slack has it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return safe and bool(host) and len(url) <= TEXT_MAX


def _values(value: object, name: str) -> Iterator[tuple[str, object]]:
    """The values in an event, with the names of their fields."""
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _values(getattr(value, each.name), each.name)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield "", key
            yield from _values(each, name)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _values(each, name)
    else:
        yield name, value
