"""The lines of an export as `muster import` reads them; `bot.export` says what they contain."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot import export_schema
from bot import policy as policies
from bot.errors import CommandError
from bot.export import VERSION, Row, compact
from bot.incident.kind import PREFIX
from bot.incident.policy import Policy
from bot.store.workspaces import Identity
from bot.streams.ids import StreamId

_SPAN = re.compile(r"(?P<stream>[^:]+):[0-9]{1,15}:[0-9]{1,15}", re.ASCII)  # see bot.store.records

Numbered = Iterator[tuple[int, Row]]


class InvalidRow(Exception):
    """A line is wrong; says why."""


@dataclass(frozen=True, slots=True)
class Head:
    """`known_by`: the digests of the bot tokens of this workspace. `counters`: the highest number
    used, by prefix.
    """

    identity: Identity
    known_by: tuple[str, ...]
    counters: Mapping[str, int]


def read_head(file: Path, lines: BinaryIO) -> Head:
    """The first line. Raises `CommandError` if the file isn't an export, or is a newer one than
    this Muster reads.
    """
    _, head = next(read_rows(file, lines, first=1), (1, {}))
    match head:
        case {"muster": "export", "version": int(version)} if version > VERSION:
            raise CommandError(f"{file} was written by a newer Muster; upgrade this one first")
        case {
            "muster": "export",
            "team": str(team),
            "url": str(url),
            "bot_user": str(bot_user),
            "bot_id": str(bot_id),
            "known_by": [*tokens],
        } if (counters := _counters(head)) is not None:
            identity, known_by = Identity(team, url, bot_user, bot_id), tuple(map(str, tokens))
            if wrong := export_schema.of_head(identity, known_by, counters):
                raise rejected(file, 1, f"can't be right: {wrong}")
            return Head(identity, known_by, counters)
    raise CommandError(f"{file} isn't a Muster export: its first line isn't an export header")


def _counters(head: Row) -> dict[str, int] | None:
    """Up to version 1 only incidents were counted. None if invalid."""
    match head:
        case {"counters": dict(counters)} if all(type(one) is int for one in counters.values()):
            return counters
        case {"version": 1, "counter": int(counter)}:
            return {PREFIX: counter}
    return None


def read_rows(file: Path, lines: BinaryIO, first: int = 2) -> Numbered:
    """The lines from where `lines` stands, with their numbers; `first` is the number of the next
    one. Raises `CommandError` for a line that isn't a JSON object; the first line of the file is
    then empty instead, because `read_head` has a better message.
    """
    for number, line in enumerate(iter(lines.readline, b""), start=first):
        try:
            row = json.loads(line.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict) and number > 1:
            raise rejected(file, number, "is damaged: it isn't a JSON object")
        yield number, row if isinstance(row, dict) else {}


def rejected(file: Path, number: int, why: str) -> CommandError:
    """The error that names a line which keeps the whole file from being imported."""
    return CommandError(f"{file}:{number}: {why}. Nothing was imported.")


# --- fields of a row -----------------------------------------------------------------------


def events_of(row: Row) -> list[bytes]:
    """The events of a stream, byte for byte as they were in their store."""
    return [_bytes(event if isinstance(event, str) else compact(event)) for event in row["events"]]


def pending_calls_of(row: Row) -> dict[bytes, bytes]:
    """The calls of a stream that were in progress, by key, as they were in their store."""
    return {_bytes(key): _bytes(call) for key, call in row.get("notes", {}).items()}


def are_causes(causes: object, stream_id: StreamId) -> bool:
    """Whether each cause has the span of its events in this stream."""
    if not isinstance(causes, dict):
        return False
    spans = [_SPAN.fullmatch(span) if isinstance(span, str) else None for span in causes.values()]
    return all(span is not None and span["stream"] == stream_id for span in spans)


def parse_policy(digest: str, text: str) -> Policy:
    """The policy with this digest. Raises `InvalidRow`."""
    if policies.digest(text) != digest:
        raise InvalidRow("is damaged: the policy doesn't match its digest")
    try:
        return policies.parse(text)
    except ValueError:
        raise InvalidRow(
            "contains a policy that this Muster can't read; upgrade it first"
        ) from None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
