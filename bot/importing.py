"""`muster import`: load what `muster export` wrote into this store.

The whole file is read and compared with the store before anything is written. Each stream is
written atomically, with its indexes and wake-ups; a second import finds it there.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from redis import Redis

from bot import export_schema
from bot.errors import CommandError
from bot.export import Row
from bot.export_lines import (
    Head,
    InvalidRow,
    Numbered,
    are_causes,
    events_of,
    parse_policy,
    pending_calls_of,
    read_head,
    read_rows,
    rejected,
)
from bot.incident.incident import LONG_AGO
from bot.incident.kind import PREFIX
from bot.kinds import KINDS
from bot.rebuild import index, recall_lost_receipts
from bot.settings import Settings
from bot.store import HeldBack, Store, Unreadable, codec, pending_calls
from bot.store.histories import DAMAGE
from bot.store.transfer import Index, Raw
from bot.store.workspaces import remember_as, remembered
from bot.streams.delivery import Told
from bot.streams.ids import StreamId, is_stream_id, number_of, prefix_of
from bot.streams.kind import Kinds, SharedValue, UnknownKind
from bot.wiring.connection import connect, open_store

TRIES = 20
UNREADABLE = Index(LONG_AGO, False, {}, None, None, reconcile_now=True)


def import_file(settings: Settings, file: Path, kinds: Kinds = KINDS) -> str:
    """Import `file`; returns a one-sentence summary. Raises CommandError with the line that is
    wrong.
    """
    redis: Redis = connect(settings)
    try:
        with file.open("rb") as lines:
            head = read_head(file, lines)
            _check_workspace(settings, redis, file, head)
            second_line = lines.tell()
            importing = Import(file, open_store(redis, head.identity.team, kinds))
            importing.check(read_rows(file, lines))
            lines.seek(second_line)
            with importing.store.acknowledging(always=True):
                remember_as(redis, head.known_by, head.identity)
                # Before the streams: somebody may declare an incident meanwhile.
                for prefix, counter in head.counters.items():
                    importing.store.transfer.skip_to(prefix, counter)
                return importing.write(read_rows(file, lines))
    except OSError as error:
        raise CommandError(f"can't read {file}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class Import:
    """An import of `file` into `store`; `shared`: the policies of the file, by digest."""

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
                raise rejected(self.file, number, str(wrong)) from None
        if not ended:
            raise rejected(self.file, number, "is the last line, but the export isn't complete")

    def write(self, rows: Numbered) -> str:
        """Write everything, in the order of the file; returns how much of it was new."""
        new = dict.fromkeys((kind.prefix for kind in self.store.kinds), 0)
        known, telling = 0, list[StreamId]()
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
                    known += not is_new
                    if Told in self.store.kinds.of(stream_id).stored_as:
                        telling.append(stream_id)
        for stream_id in telling:  # by now all targets in the file are imported
            with suppress(Unreadable):  # reconciling it quarantines it
                recall_lost_receipts(self.store, stream_id)
        already = f", {known} already here" if known else ""
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
            case {"name": str(name), "incident": str(value)} | {
                "place": str(name),
                "channel": str(value),
            }:
                _require(export_schema.of_text("a key", name))
                _require(export_schema.of_text("its value", value))
            case {"paper": str(name), "text": str(text), "for_ms": None | int() as for_ms}:
                _require(export_schema.of_document(name, text, for_ms))
            case {"policy": str(digest), "text": str(text)}:
                self.shared[digest] = parse_policy(digest, text)
            case {"stream": str(stream_id), "events": [_, *_]} | {
                "incident": str(stream_id),
                "events": [_, *_],
            }:
                self._check_stream(stream_id, row)
                self._compare(stream_id, events_of(row))
            case {"end": int(count)} if count == number - 1:
                return True
            case {"end": int(count)}:
                raise InvalidRow(f"says {count} lines come before it, but there are {number - 1}")
            case _:
                raise InvalidRow("isn't a line of an export")
        return False

    def _check_stream(self, stream_id: StreamId, row: Row) -> None:
        if not is_stream_id(stream_id):
            raise InvalidRow("doesn't name an incident")
        try:
            kind = self.store.kinds.of(stream_id)
        except UnknownKind:
            raise InvalidRow(f"contains {stream_id}, which a newer Muster wrote") from None
        if kind.prefix == PREFIX and number_of(stream_id) is None:
            raise InvalidRow("names no incident")
        if not are_causes(row.get("causes", {}), stream_id):
            raise InvalidRow(f"is damaged: the causes of {stream_id} make no sense")
        try:
            self._replay(stream_id, row)
        except codec.UnknownEvent as unknown:
            if "damaged" in row:
                return
            raise InvalidRow(
                f"holds {stream_id}, which a newer Muster wrote ({unknown})"
            ) from None
        except HeldBack as held:
            raise InvalidRow(f"can't be imported: {held.reason}") from None
        except DAMAGE as damage:
            if "damaged" in row:  # it was like that in its store: import it unchanged
                return
            raise InvalidRow(
                f"is damaged: {stream_id} can't be decoded ({type(damage).__name__})"
            ) from None

    def _replay(self, stream_id: StreamId, row: Row) -> None:
        """Raises what parsing invalid input raises."""
        kind = self.store.kinds.of(stream_id)
        history = [
            codec.load(kind, event, seq, self._shared)
            for seq, event in enumerate(events_of(row), start=1)
        ]
        if not kind.begins(history[0].event):
            raise TypeError
        for each in history:
            _require(export_schema.of_time(each.at) or export_schema.of_event(each.event))
        self.store.level.require(kind, [each.event for each in history])
        kind.replay(stream_id, history)
        for call in pending_calls_of(row).values():
            pending_calls.parse(call)

    def _shared(self, _: SharedValue, digest: str) -> Any:
        return self.shared[digest]

    def _compare(self, stream_id: StreamId, events: list[bytes]) -> list[bytes]:
        """The events that the store has of this stream: none, fewer, the same or more. Raises
        `InvalidRow` if they differ.
        """
        try:
            stored = self.store.transfer.raw(stream_id)
        except Unreadable:
            raise InvalidRow(f"contains {stream_id}, which can't be read in this store") from None
        both = min(len(stored.events), len(events))
        if stored.events[:both] != events[:both]:
            raise InvalidRow(
                f"contains an {stream_id} that differs from the one in this store; "
                "import into an empty one (another MUSTER_DATA or REDIS_URL)"
            )
        return stored.events

    # --- writing ---------------------------------------------------------------------------

    def _import_stream(self, stream_id: StreamId, row: Row, number: int) -> bool:
        """Whether anything of it was missing here."""
        for _ in range(TRIES):
            events = events_of(row)
            try:
                stored = self._compare(stream_id, events)
            except InvalidRow as wrong:  # it was declared since the check
                raise CommandError(
                    f"{self.file}:{number}: {wrong}. Everything before this line was imported."
                ) from None
            missing = events[len(stored) :]
            # If no events are missing, the calls in progress have been handled here.
            pending = pending_calls_of(row) if missing else {}
            ours = self.store.transfer.raw(stream_id)
            whole = Raw([*stored, *missing], {**pending, **ours.pending})
            written = self.store.transfer.write_index(
                stream_id,
                self._index(stream_id, whole, "awaited" in row),
                after=len(stored),
                events=missing,
                pending=pending,
                causes=row.get("causes", {}),
            )
            if written is not None:
                return bool(missing)
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


def _require(wrong: str) -> None:
    """Raise `InvalidRow` if something is wrong."""
    if wrong:
        raise InvalidRow(f"can't be right: {wrong}")


def _check_workspace(settings: Settings, redis: Redis, file: Path, head: Head) -> None:
    """Raises `CommandError` if the token is known to belong to another workspace."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    known, team = remembered(redis, token) if token else None, head.identity.team
    if known and known.team != team:
        raise CommandError(
            f"{file} is from workspace {team}, but SLACK_BOT_TOKEN is from {known.team}"
        )
