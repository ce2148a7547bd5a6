"""Lists of streams: all of a kind, the open ones, the one of a channel."""

from collections.abc import Iterator
from typing import cast

from bot.store.base import Part, index_keys, text
from bot.streams.ids import StreamId, number_of

A_TRIP = 200  # streams per round trip
FEW = 100  # open streams that are read at once


class Listings(Part):
    """Finds streams without reading them."""

    def find(self, channel: str) -> StreamId | None:
        """The stream of this channel, if any."""
        return text(self.redis.hget(f"{self.prefix}channels", channel))

    def all_ids(self, prefix: str, *, latest: int | None = None) -> list[StreamId]:
        """All ids of a kind, or the latest ones, oldest first."""
        first = 0 if latest is None else -latest
        kept = cast(list[bytes], self.redis.zrange(self.listing_key(prefix), first, -1))
        return [each.decode() for each in kept]

    def newest_ids(self, prefix: str, before: int | None = None) -> Iterator[tuple[int, StreamId]]:
        """The streams of a kind with their position in the list, newest first, optionally only
        those before a position. Read lazily. Positions don't change: new streams are appended."""
        end = self.count(prefix) if before is None else min(before, self.count(prefix))
        while end > 0:
            start = max(0, end - A_TRIP)
            kept = cast(list[bytes], self.redis.zrange(self.listing_key(prefix), start, end - 1))
            yield from ((start + n, kept[n].decode()) for n in reversed(range(len(kept))))
            end = start

    def open_ids(self, prefix: str) -> list[StreamId]:
        """The ids of open streams, oldest first."""
        kept = cast(set[bytes], self.redis.smembers(f"{self.prefix}{index_keys(prefix)[1]}"))
        return sorted((each.decode() for each in kept), key=_by_number)

    def newest_open(
        self, prefix: str, before: int | None = None, *, at_once: int | None = None
    ) -> Iterator[StreamId]:
        """The ids of open streams, newest first, optionally only those with a number before this
        one. Read lazily, so many at once: ten thousand cost no more than a few."""
        trip = at_once or A_TRIP
        begin = "" if before is None else f"{prefix}-{before}"
        while True:
            few, kept = cast(
                tuple[int, list[bytes]],
                self._run("NEWEST_OPEN", *index_keys(prefix), FEW, trip, begin),
            )
            ids = [each.decode() for each in kept]
            if few:
                ids.sort(key=_by_number, reverse=True)
            yield from (each for each in ids if before is None or _by_number(each)[0] < before)
            if few or len(ids) < trip:
                return
            begin = ids[-1]

    def count(self, prefix: str) -> int:
        return int(self.redis.zcard(self.listing_key(prefix)))

    def length(self, stream_id: StreamId) -> int:
        """The number of events of a stream, readable or not."""
        return int(self.redis.xlen(f"{self.prefix}events:{stream_id}"))

    def listing_key(self, prefix: str) -> str:
        """The key of the sorted set of all streams of a kind."""
        return f"{self.prefix}{index_keys(prefix)[0]}"


def _by_number(stream_id: StreamId) -> tuple[int, StreamId]:
    return number_of(stream_id) or 0, stream_id
