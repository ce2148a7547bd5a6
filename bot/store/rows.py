"""The read model: what lists show of each stream, kept beside it, so that nobody replays its
history to list it.

A row is as old as the last append that was version-checked, or the last time the stream was at
rest; what was delivered since makes it stale. A stale row is never shown: the reader replays that
stream, and writes the row that it should have had. So a store without rows gets them as it is
read.
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

A_TRIP = 1000  # rows that are read together

log = structlog.get_logger()


class Rows(Part):
    """Raises `redis.RedisError` when the store is away, as all of it does."""

    def __init__(self, connection: Connection, streams: Streams) -> None:
        super().__init__(connection)
        self._streams = streams

    def read(self, prefix: str, ids: Sequence[StreamId]) -> Iterator[tuple[StreamId, Any]]:
        """Many streams of a kind as its `read_row` has them, in this order; `Unreadable` in the
        place of one that is.

        Each is as its stream was when it was read: a row counts only if its version is the
        stream's length in the same moment, and its schema the kind's. Of what is quarantined the
        history counts alone.
        """
        kind = self._connection.kinds.of(f"{prefix}-0")
        for start in range(0, len(ids), A_TRIP):
            yield from self._trip(kind, ids[start : start + A_TRIP])

    def _trip(self, kind: AnyKind, ids: Sequence[StreamId]) -> list[tuple[StreamId, Any]]:
        kept, lengths = self._run("ROWS", kind.prefix, *ids)
        found = {
            each: _current(kind, each, row, length)
            for each, row, length in zip(ids, kept, lengths, strict=True)
        }
        stale = [each for each, row in found.items() if row is None]
        found |= self._replay(kind, stale)
        return [(each, found[each]) for each in ids]

    def _replay(self, kind: AnyKind, stale: Sequence[StreamId]) -> dict[StreamId, Any]:
        """What the histories say, and from now on the rows."""
        found, written = dict[StreamId, Any](), list[str | int]()
        for each, state in self._streams.states(stale):
            if isinstance(state, Unreadable):
                found[each] = state
                continue
            found[each] = kind.read_row(each, kind.summary(state))
            if version := kind.version(state):
                written += [each, version, codec.dump_row(kind, state)]
        if written:
            self._write(written)
        return found

    def _write(self, written: Sequence[str | int]) -> None:
        """A store that takes no writes now, full or a replica, is read all the same."""
        try:
            self._run("WRITE_ROWS", *written)
        except ResponseError as refused:
            log.debug("rows not written", why=str(refused))


def _current(kind: AnyKind, stream_id: StreamId, row: bytes | None, length: int) -> Any:
    """What the row says, if it is the stream's as it is; else None."""
    if row is None:
        return None
    try:
        fields = codec.load_row(kind, row, length)
        return None if fields is None else kind.read_row(stream_id, fields)
    except DAMAGE:
        return None
