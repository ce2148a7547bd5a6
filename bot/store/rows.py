"""The read model: a row for each stream, stored beside it, so that lists don't replay histories.

A row is written with each version-checked append, and when reconciling a stream is finished;
deliveries after that make it stale. A stale row is never shown: the reader replays that stream and
writes its row. So a store without rows gets them as it is read.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from redis import ResponseError

from bot.store import codec
from bot.store.base import Connection, Part
from bot.store.histories import DAMAGE, Unreadable
from bot.store.records import Streams
from bot.streams.ids import StreamId
from bot.streams.kind import AnyKind

A_TRIP = 1000  # rows per round trip
KEPT = 1000  # decoded rows

log = structlog.get_logger()


class Rows(Part):
    """Reads rows, replaying stale ones. Raises `redis.RedisError` when the store is down."""

    def __init__(self, connection: Connection, streams: Streams) -> None:
        super().__init__(connection)
        self._streams = streams
        self._decoded: dict[StreamId, tuple[bytes, int, Any]] = {}  # a row, its length, the result

    def read(self, prefix: str, ids: Sequence[StreamId]) -> Iterator[tuple[StreamId, Any]]:
        """Read the rows of many streams of a kind, in this order; an `Unreadable` in place of a
        damaged one.

        A row is used only if its version is the stream's length at the moment of reading and its
        schema is the kind's. Quarantined streams are always replayed.
        """
        kind = self._connection.kinds.of(f"{prefix}-0")
        for start in range(0, len(ids), A_TRIP):
            yield from self._trip(kind, ids[start : start + A_TRIP])

    def peek(self, prefix: str, ids: Sequence[StreamId], field: str) -> dict[StreamId, Any]:
        """A stored field of these rows as they are, without replaying stale ones; damaged and
        missing ones are left out. Deliveries make a row stale; what was decided since isn't
        missing in it. For choosing rows to `read`, not for showing."""
        if not ids:
            return {}
        found: dict[StreamId, Any] = {}
        kept: list[Any] = self.redis.hmget(f"{self.prefix}rows:{prefix}", [*ids])
        for stream_id, row in zip(ids, kept, strict=True):
            if row is not None:
                try:
                    found[stream_id] = codec.stored_field(row, field)
                except DAMAGE:
                    continue
        return found

    def _trip(self, kind: AnyKind, ids: Sequence[StreamId]) -> list[tuple[StreamId, Any]]:
        kept, lengths = self._run("ROWS", kind.prefix, *ids)
        found = {
            stream_id: self._current(kind, stream_id, row, length)
            for stream_id, row, length in zip(ids, kept, lengths, strict=True)
        }
        stale = [stream_id for stream_id, row in found.items() if row is None]
        found |= self._replay(kind, stale)
        return [(stream_id, found[stream_id]) for stream_id in ids]

    def _current(self, kind: AnyKind, stream_id: StreamId, row: bytes | None, length: int) -> Any:
        """Decode a row, unless it is as it was the last time; None if it is missing, stale or
        damaged."""
        if row is None:
            return None
        before = self._decoded.get(stream_id)
        if before is not None and before[:2] == (row, length):
            return before[2]
        found = _decode(kind, stream_id, row, length)
        if len(self._decoded) >= KEPT:
            self._decoded.clear()
        self._decoded[stream_id] = row, length, found
        return found

    def _replay(self, kind: AnyKind, stale: Sequence[StreamId]) -> dict[StreamId, Any]:
        """Compute the rows from the histories, and write them."""
        found, written = dict[StreamId, Any](), list[str | int]()
        for stream_id, state in self._streams.states(stale):
            if isinstance(state, Unreadable):
                found[stream_id] = state
                continue
            found[stream_id] = kind.read_row(stream_id, kind.summary(state))
            if version := state.version:
                written += [stream_id, version, codec.dump_row(kind, state)]
        if written:
            self._write(written)
        return found

    def _write(self, written: Sequence[str | int]) -> None:
        """Write rows. A store that refuses writes, full or a replica, can still be read."""
        try:
            self._run("WRITE_ROWS", *written)
        except ResponseError as refused:
            log.debug("rows not written", why=str(refused))


def _decode(kind: AnyKind, stream_id: StreamId, row: bytes, length: int) -> Any:
    try:
        fields = codec.load_row(kind, row, length)
        return None if fields is None else kind.read_row(stream_id, fields)
    except DAMAGE:
        return None
