"""Raw access to everything in the store, for export, import and rebuilding the indexes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from redis import ResponseError

from bot.store.base import Connection, Part, counter_key, index_keys, text
from bot.store.histories import Loaded, Unreadable
from bot.store.records import Streams
from bot.store.scripts import HEAVY
from bot.streams.ids import StreamId, prefix_of

WAKE_UPS = ("due", "pages", "again", HEAVY)  # indexes that may name a stream that doesn't exist


@dataclass(frozen=True, slots=True)
class Raw:
    """A stream's events and pending calls as stored bytes, readable or not. `causes`: the commands
    it received from other streams, each with the span of its events."""

    events: list[bytes] = field(default_factory=list)
    pending: dict[bytes, bytes] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """The index entries of a stream. `channels`: id to name. `due`, `page`: when its next timer
    and its next page are due (incident time). `reconcile_now`: it has pending effects. `heavy`:
    the keys of its heavy effects. `row`: its row in lists. `subscribers`: everyone who ever
    subscribed."""

    created_at: datetime
    is_open: bool
    channels: Mapping[str, str]
    due: datetime | None
    page: datetime | None
    reconcile_now: bool
    heavy: Sequence[str] = ()
    row: str = ""
    subscribers: Sequence[str] = ()


class Transfer(Part):
    """Reads and writes raw data. Raises `redis.RedisError` if the store is down."""

    def __init__(self, connection: Connection, streams: Streams) -> None:
        super().__init__(connection)
        self._streams = streams

    def raw(self, stream_id: StreamId) -> Raw:
        """A stream's stored bytes. Raises `Unreadable` if the key isn't a stream."""
        try:
            events, notes, _ = self._run("LOAD", stream_id)
        except ResponseError as wrong:
            if str(wrong).startswith("WRONGTYPE"):
                raise Unreadable(stream_id, "WrongType") from None
            raise
        pending = dict(zip(notes[::2], notes[1::2], strict=True))
        # read after the events, so that no event lacks its cause; drop causes of later events
        causes = {
            cause: span
            for cause, span in self.table(f"causes:{stream_id}").items()
            if _last_of(span) <= len(events)
        }
        return Raw(events, pending, causes)

    def drop_lost_causes(self, stream_id: StreamId) -> int:
        """Remove the causes of events that were lost; returns how many."""
        causes, length = self.table(f"causes:{stream_id}"), self._streams.length(stream_id)
        lost = [cause for cause, span in causes.items() if _last_of(span) > length]
        for cause in lost:
            self.delete_row(f"causes:{stream_id}", cause)
        return len(lost)

    def decode(self, stream_id: StreamId, raw: Raw) -> Loaded:
        """Decode `raw`. Raises `Unreadable`."""
        pairs = [part for pair in raw.pending.items() for part in pair]
        return self._streams.loaded(stream_id, (raw.events, pairs, 0))

    def recorded_ids(self) -> Iterator[StreamId]:
        """The ids of all streams with events, independent of the indexes."""
        start = len(f"{self.prefix}events:")
        for key in self.redis.scan_iter(f"{_literally(self.prefix)}events:*", count=1000):
            yield key.decode()[start:]

    def ids_since(self, prefix: str, at: datetime) -> list[StreamId]:
        """The streams of a kind created at `at` or later, oldest first."""
        ms = int(at.timestamp() * 1000)
        kept = cast(
            list[bytes], self.redis.zrangebyscore(self._streams.listing_key(prefix), ms, "+inf")
        )
        return [each.decode() for each in kept]

    def is_scheduled(self, stream_id: StreamId) -> bool:
        """Whether it is being reconciled or scheduled to be."""
        return self.redis.zscore(f"{self.prefix}again", stream_id) is not None

    def write_index(
        self,
        stream_id: StreamId,
        index: Index,
        *,
        after: int,
        events: Sequence[bytes] = (),
        pending: Mapping[bytes, bytes] | None = None,
        causes: Mapping[str, str] | None = None,
    ) -> int | None:
        """Write the index, and before it `events`, pending calls and causes; returns how many
        entries changed.

        All or nothing: returns None and writes nothing unless the stream has `after` events now.
        """
        pairs = [part for pair in (pending or {}).items() for part in pair]
        listing, open_key = index_keys(prefix_of(stream_id))
        written = json.dumps(
            {
                "id": stream_id,
                "listing": listing,
                "open_key": open_key,
                "after": after,
                "events": len(events),
                "declared": _score(index.created_at),
                "open": index.is_open,
                "channels": dict(index.channels),
                "subscribers": list(index.subscribers),
                "due": _score(index.due),
                "pages": _score(index.page),
                "wake": index.reconcile_now,
                "heavy": list(index.heavy),
                "row": index.row,
                "causes": dict(causes or {}),
                "kind": prefix_of(stream_id),
            }
        )
        changed = int(self._run("WRITE_INDEX", written, *events, *pairs))
        return None if changed < 0 else changed

    def list_unread(self, stream_id: StreamId) -> bool:
        """Add an unreadable stream to the list; returns whether it was missing."""
        listing = self._streams.listing_key(prefix_of(stream_id))
        return bool(self.redis.zadd(listing, {stream_id: 0}, nx=True))

    def drop_strays(self, stream_id: StreamId) -> int:
        """Remove the index entries of an id without events, whether it is a stream id or not."""
        prefix = stream_id.partition("-")[0]
        return int(
            self._run("DROP", stream_id, index_keys(prefix)[1], f"rows:{prefix}", *WAKE_UPS)
        )

    def indexed_ids(self) -> set[str]:
        """All ids in any index."""
        found: set[bytes] = set()
        for kind in self._connection.kinds:
            key = f"{self.prefix}{index_keys(kind.prefix)[1]}"
            found |= cast(set[bytes], self.redis.smembers(key))
            rows = self.redis.hkeys(f"{self.prefix}rows:{kind.prefix}")
            found |= set(cast(list[bytes], rows))
        for name in WAKE_UPS:
            found |= set(cast(list[bytes], self.redis.zrange(f"{self.prefix}{name}", 0, -1)))
        return {each.decode() for each in found}

    # --- values stored beside the streams --------------------------------------------------

    def counted_to(self, prefix: str) -> int:
        """The last number given to a stream of this kind."""
        return int(text(self.redis.get(f"{self.prefix}{counter_key(prefix)}")) or 0)

    def skip_to(self, prefix: str, number: int) -> bool:
        """Make the next number of this kind higher than `number`; returns whether it was lower."""
        return bool(self._run("SKIP_TO", counter_key(prefix), number))

    def policy_text(self, digest: str) -> str | None:
        return text(self.redis.get(f"{self.prefix}policy:{digest}"))

    def put_policy(self, digest: str, written: str) -> None:
        self.redis.set(f"{self.prefix}policy:{digest}", written, nx=True)

    def table(self, name: str) -> dict[str, str]:
        """All rows of `channels`, `names` or `places`, or of a stream's causes."""
        kept = cast(dict[bytes, bytes], self.redis.hgetall(f"{self.prefix}{name}"))
        return {key.decode(): value.decode() for key, value in kept.items()}

    def put_row(self, name: str, key: str, value: str) -> None:
        """Add a row to one of these tables, unless it exists."""
        self.redis.hsetnx(f"{self.prefix}{name}", key, value)

    def delete_row(self, name: str, key: str) -> None:
        self.redis.hdel(f"{self.prefix}{name}", key)

    def all_documents(self) -> Iterator[tuple[str, str, int | None]]:
        """All documents: name, text, and remaining lifetime in ms, None if unlimited."""
        start = len(f"{self.prefix}paper:")
        for key in self.redis.scan_iter(f"{_literally(self.prefix)}paper:*", count=1000):
            with self.redis.pipeline() as both:
                both.get(key)
                both.pttl(key)
                kept, left = both.execute()
            if kept is not None:
                yield key.decode()[start:], kept.decode(), left if left >= 0 else None

    def restore_document(self, name: str, written: str, for_ms: int | None) -> None:
        """Store a document, unless one of this name exists."""
        self.redis.set(f"{self.prefix}paper:{name}", written, nx=True, px=for_ms)


def _last_of(span: str) -> int:
    """The number of the last event of a span, as stored by `bot.store.records`."""
    return int(span.rpartition(":")[2])


def _score(at: datetime | None) -> int:
    return -1 if at is None else int(at.timestamp() * 1000)


def _literally(prefix: str) -> str:
    """Escape a text for a SCAN pattern."""
    return "".join(f"\\{char}" if char in "*?[]\\^" else char for char in prefix)
