"""`muster import`: load what `muster export` wrote into this store.

The whole file is read and compared with the store before anything is written. Each stream is
written atomically, with its indexes and wake-ups; a second import finds it there.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from redis import Redis

from bot import policy as policies
from bot.errors import CommandError
from bot.export import VERSION, Row, compact
from bot.incident.incident import LONG_AGO
from bot.incident.kind import PREFIX
from bot.incident.policy import Policy
from bot.kinds import KINDS
from bot.rebuild import index, recall_lost_receipts
from bot.settings import Settings
from bot.store import Store, Unreadable, codec, pending_calls
from bot.store.histories import DAMAGE
from bot.store.transfer import Index, Raw
from bot.store.workspaces import Identity, remember_as, remembered
from bot.streams.delivery import Told
from bot.streams.ids import StreamId, is_stream_id, number_of, prefix_of
from bot.streams.kind import Kinds, SharedValue, UnknownKind
from bot.wiring.connection import connect, open_store

TRIES = 20
_SPAN = re.compile(r"(?P<stream>[^:]+):[0-9]{1,15}:[0-9]{1,15}", re.ASCII)  # see bot.store.records
UNREADABLE = Index(LONG_AGO, False, {}, None, None, reconcile_now=True, draft=False)


class InvalidRow(Exception):
    """The problem with a line."""


@dataclass(frozen=True, slots=True)
class Head:
    """`known_by`: the digests of the bot tokens of this workspace. `counters`: the highest number
    used, by prefix.
    """

    identity: Identity
    known_by: tuple[str, ...]
    counters: Mapping[str, int]


Numbered = Iterator[tuple[int, Row]]


def import_file(settings: Settings, file: Path, kinds: Kinds = KINDS) -> str:
    """Import `file`; returns a one-sentence summary. Raises CommandError with the line that is
    wrong.
    """
    redis: Redis = connect(settings)
    try:
        with file.open("rb") as lines:
            head = _head(file, lines)
            _is_ours(settings, redis, file, head)
            begin = lines.tell()
            importing = Import(file, open_store(redis, head.identity.team, kinds))
            importing.check(_numbered(file, lines))
            lines.seek(begin)
            remember_as(redis, head.known_by, head.identity)
            for (
                prefix,
                counter,
            ) in head.counters.items():  # before the streams, because somebody may declare
                importing.store.transfer.skip_to(prefix, counter)
            return importing.write(_numbered(file, lines))
    except OSError as denied:
        raise CommandError(f"can't read {file}: {denied.strerror}") from None


@dataclass(frozen=True, slots=True)
class Import:
    file: Path
    store: Store
    shared: dict[str, Any] = field(default_factory=dict)

    def check(self, rows: Numbered) -> None:
        """Check that every line is valid, and that no stream conflicts with the store's."""
        number, ended = 1, False
        for number, row in rows:
            try:
                if ended:
                    raise InvalidRow("comes after the end")
                ended = self._check_row(row, number)
            except InvalidRow as wrong:
                raise _stop(self.file, number, str(wrong)) from None
        if not ended:
            raise _stop(self.file, number, "is the last line, but the export isn't complete")

    def write(self, rows: Numbered) -> str:
        """Write everything, in the order of the file; returns how much of it was new."""
        new = dict.fromkeys((kind.prefix for kind in self.store.kinds), 0)
        here, telling = 0, list[StreamId]()
        for number, row in rows:
            match row:
                case {"name": name, "incident": stream_id}:
                    self.store.transfer.put_row("names", name, stream_id)
                case {"place": place, "channel": channel}:
                    self.store.transfer.put_row("places", place, channel)
                case {"paper": name, "text": text, "for_ms": for_ms}:
                    self.store.transfer.restore_document(name, text, for_ms)
                case {"policy": digest, "text": text}:
                    self.store.transfer.put_policy(digest, text)
                case {"stream": stream_id} | {"incident": stream_id}:
                    is_new = self._import_stream(stream_id, row, number)
                    new[prefix_of(stream_id)] += is_new
                    here += not is_new
                    if Told in self.store.kinds.of(stream_id).stored_as:
                        telling.append(stream_id)
        for stream_id in telling:  # by now all targets in the file are imported
            with suppress(Unreadable):  # reconciling it quarantines it
                recall_lost_receipts(self.store, stream_id)
        already = f", {here} already here" if here else ""
        return f"{self._counted(new)} of workspace {self.store.team} imported{already}."

    def _counted(self, new: Mapping[str, int]) -> str:
        """The number of streams by kind: of the first kind, and of others with any."""
        first, *_ = self.store.kinds
        kinds = [kind for kind in self.store.kinds if kind is first or new[kind.prefix]]
        counts = [(new[kind.prefix], kind.title) for kind in kinds]
        return ", ".join(f"{n} {title}" if n == 1 else f"{n} {title}s" for n, title in counts)

    # --- checks ----------------------------------------------------------------------------

    def _check_row(self, row: Row, number: int) -> bool:
        """Whether this is the end. Raises `InvalidRow`."""
        match row:
            case {"name": str(), "incident": str()} | {"place": str(), "channel": str()}:
                pass
            case {"paper": str(), "text": str(), "for_ms": None | int()}:
                pass
            case {"policy": str(digest), "text": str(text)}:
                self.shared[digest] = _policy(digest, text)
            case {"stream": str(stream_id), "events": [_, *_]} | {
                "incident": str(stream_id),
                "events": [_, *_],
            }:
                self._sound_stream(stream_id, row)
                self._same(stream_id, _events(row))
            case {"end": int(count)} if count == number - 1:
                return True
            case {"end": int(count)}:
                raise InvalidRow(f"says {count} lines come before it, but there are {number - 1}")
            case _:
                raise InvalidRow("isn't a line of an export")
        return False

    def _sound_stream(self, stream_id: StreamId, row: Row) -> None:
        if not is_stream_id(stream_id):
            raise InvalidRow("doesn't name an incident")
        try:
            kind = self.store.kinds.of(stream_id)
        except UnknownKind:
            raise InvalidRow(f"contains {stream_id}, which a newer Muster wrote") from None
        if kind.prefix == PREFIX and number_of(stream_id) is None:
            raise InvalidRow("names no incident")
        if not _are_causes(row.get("causes", {}), stream_id):
            raise InvalidRow(f"is damaged: the causes of {stream_id} make no sense")
        if "damaged" in row:  # it was like that in its store: import it unchanged
            return
        try:
            self._read(stream_id, row)
        except codec.UnknownEvent as unknown:
            raise InvalidRow(
                f"holds {stream_id}, which a newer Muster wrote ({unknown})"
            ) from None
        except DAMAGE as damage:
            raise InvalidRow(
                f"is damaged: {stream_id} can't be decoded ({type(damage).__name__})"
            ) from None

    def _read(self, stream_id: StreamId, row: Row) -> None:
        """Raises what parsing invalid input raises."""
        kind = self.store.kinds.of(stream_id)
        history = [
            codec.load(kind, event, seq, self._shared)
            for seq, event in enumerate(_events(row), start=1)
        ]
        if not kind.begins(history[0].event):
            raise TypeError
        kind.replay(stream_id, history)
        for note in _notes(row).values():
            pending_calls.parse(note)

    def _shared(self, _: SharedValue, digest: str) -> Any:
        return self.shared[digest]

    def _same(self, stream_id: StreamId, events: list[bytes]) -> list[bytes]:
        """How the store's stream compares: missing, shorter, equal or longer. Raises
        `InvalidRow`.
        """
        try:
            here = self.store.transfer.raw(stream_id)
        except Unreadable:
            raise InvalidRow(f"contains {stream_id}, which can't be read in this store") from None
        both = min(len(here.events), len(events))
        if here.events[:both] != events[:both]:
            raise InvalidRow(
                f"contains an {stream_id} that differs from the one in this store; "
                "import into an empty one (another MUSTER_DATA or REDIS_URL)"
            )
        return here.events

    # --- writing ---------------------------------------------------------------------------

    def _import_stream(self, stream_id: StreamId, row: Row, number: int) -> bool:
        """Whether anything of it was missing here."""
        for _ in range(TRIES):
            events = _events(row)
            try:
                here = self._same(stream_id, events)
            except InvalidRow as wrong:  # it was declared since the check
                raise CommandError(
                    f"{self.file}:{number}: {wrong}. Everything before this line was imported."
                ) from None
            lacking = events[len(here) :]
            under_way = _notes(row) if lacking else {}  # otherwise it has been handled here
            ours = self.store.transfer.raw(stream_id)
            whole = Raw([*here, *lacking], {**under_way, **ours.pending})
            laid = self.store.transfer.write_index(
                stream_id,
                self._index(stream_id, whole, "awaited" in row),
                after=len(here),
                events=lacking,
                pending=under_way,
                causes=row.get("causes", {}),
            )
            if laid is not None:
                return bool(lacking)
        raise CommandError(
            f"{stream_id} keeps changing; stop what runs on this store and try again"
        )

    def _index(self, stream_id: StreamId, whole: Raw, awaited: bool) -> Index:
        try:
            found = index(self.store, stream_id, self.store.transfer.decode(stream_id, whole))
        except Unreadable:
            # The process that reconciles it quarantines it, and tells the admins.
            return UNREADABLE
        return replace(found, reconcile_now=found.reconcile_now or awaited)


def _head(file: Path, lines: BinaryIO) -> Head:
    """The first line. Raises `CommandError`."""
    _, head = next(_numbered(file, lines, first=1), (1, {}))
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
            return Head(Identity(team, url, bot_user, bot_id), tuple(map(str, tokens)), counters)
    raise CommandError(f"{file} isn't a Muster export: its first line isn't an export header")


def _counters(head: Row) -> dict[str, int] | None:
    """Up to version 1 only incidents were counted. None if invalid."""
    match head:
        case {"counters": dict(counters)} if all(type(one) is int for one in counters.values()):
            return counters
        case {"version": 1, "counter": int(counter)}:
            return {PREFIX: counter}
    return None


def _is_ours(settings: Settings, redis: "Redis", file: Path, head: Head) -> None:
    """Stop if the token is known to belong to another workspace."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    known, team = remembered(redis, token) if token else None, head.identity.team
    if known and known.team != team:
        raise CommandError(
            f"{file} is from workspace {team}, but SLACK_BOT_TOKEN is from {known.team}"
        )


def _numbered(file: Path, lines: BinaryIO, first: int = 2) -> Numbered:
    """The lines with their numbers. Raises `CommandError` for a line that isn't a JSON object; if
    it is the first one, because the file isn't an export.
    """
    for number, line in enumerate(iter(lines.readline, b""), start=first):
        try:
            row = json.loads(line.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict) and number > 1:
            raise _stop(file, number, "is damaged: it isn't a JSON object")
        yield number, row if isinstance(row, dict) else {}


def _events(row: Row) -> list[bytes]:
    """Events as they were in their store."""
    return [_bytes(each if isinstance(each, str) else compact(each)) for each in row["events"]]


def _notes(row: Row) -> dict[bytes, bytes]:
    return {_bytes(key): _bytes(note) for key, note in row.get("notes", {}).items()}


def _are_causes(given: object, stream_id: StreamId) -> bool:
    """Whether each cause has the span of its events in this stream."""
    if not isinstance(given, dict):
        return False
    spans = [_SPAN.fullmatch(span) if isinstance(span, str) else None for span in given.values()]
    return all(span is not None and span["stream"] == stream_id for span in spans)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _policy(digest: str, text: str) -> Policy:
    if policies.digest(text) != digest:
        raise InvalidRow("is damaged: the policy doesn't match its digest")
    try:
        return policies.parse(text)
    except ValueError:
        raise InvalidRow(
            "contains a policy that this Muster can't read; upgrade it first"
        ) from None


def _stop(file: Path, number: int, why: str) -> CommandError:
    return CommandError(f"{file}:{number}: {why}. Nothing was imported.")
