"""Reads streams, one or many, and computes their state."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis import ResponseError

from bot.store import codec, pending_calls
from bot.store.base import Connection, text
from bot.store.listings import Listings
from bot.store.long_states import LONG, LongState, LongStates
from bot.store.pending_calls import PendingCall
from bot.streams.ids import StreamId, is_stream_id, prefix_of
from bot.streams.kind import AnyKind, SharedValue, UnknownKind
from bot.streams.record import Recorded

A_TRIP = 200  # streams per round trip

History = list[Recorded[Any]]


class Unreadable(Exception):
    """The stream is damaged, or was written by a newer Muster. `why`: the type of error only,
    because its message may quote what people wrote."""

    def __init__(self, stream_id: StreamId, why: str, place: str = "") -> None:
        super().__init__(f"{stream_id}: {why}{place and f' at {place}'}")
        self.stream_id = stream_id
        self.why = why


class MissingPolicy(Exception):
    """A shared value, such as an incident's frozen policy, is missing from the store."""


DAMAGE = (  # what decoding invalid data raises
    *(codec.UnknownEvent, MissingPolicy, UnknownKind),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as it was read. `at`: when, in real time, ms."""

    history: History
    pending: Mapping[str, PendingCall]
    at: int


@dataclass(frozen=True, slots=True)
class Current:
    """The current state of a stream; None if it has no events. `at`: when it was read, in real
    time, ms."""

    state: Any
    pending: Mapping[str, PendingCall]
    at: int


class Histories(Listings):
    """Reads streams and computes their state, by their kind."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.kinds = connection.kinds
        self._shared: dict[str, Any] = {}
        self._long = LongStates()

    def read(self, stream_id: StreamId) -> History:
        return self.load(stream_id).history

    def load(self, stream_id: StreamId) -> Loaded:
        """Read the history and the pending calls together. Raises `Unreadable`."""
        lines, kept, at = self._answer(stream_id, 0)
        return Loaded(self._decode(stream_id, lines), _pending(stream_id, kept), at)

    def state(self, stream_id: StreamId) -> Any:
        """The state of a stream; that of a new one if there is none. Raises `Unreadable`."""
        state = self.current(stream_id).state
        return self.added_up(stream_id, []) if state is None else state

    def current(self, stream_id: StreamId) -> Current:
        """Read the state and the pending calls together. Of a long stream that was read before,
        only the events since then are read. Raises `Unreadable`."""
        known = self._long.get(stream_id)
        if known is None:
            return self._whole(stream_id)
        lines, kept, at = self._answer(stream_id, known.version)
        if not lines or lines[0] != known.last:
            self._long.forget(stream_id)
            return self._whole(stream_id)
        since = self._decode(stream_id, lines[1:], after=known.version)
        state = known.state
        try:
            for recorded in since:
                state = self.kinds.of(stream_id).evolve(state, recorded)
        except DAMAGE as damage:
            raise Unreadable(stream_id, type(damage).__name__) from None
        if since:
            self._long.put(stream_id, LongState(state, known.version + len(since), lines[-1]))
        return Current(state, _pending(stream_id, kept), at)

    def warm(self, prefix: str) -> None:
        """Read the long ones among the open streams of a kind, before people wait for them."""
        ids = self.open_ids(prefix)
        with self.redis.pipeline(transaction=False) as trip:
            for stream_id in ids:
                trip.xlen(f"{self.prefix}events:{stream_id}")
            lengths = trip.execute(raise_on_error=False)
        for stream_id, length in zip(ids, lengths, strict=True):
            if isinstance(length, int) and length >= LONG:
                with suppress(Unreadable):  # which is reported when it is reconciled
                    self.current(stream_id)

    def _whole(self, stream_id: StreamId) -> Current:
        lines, kept, at = self._answer(stream_id, 0)
        history = self._decode(stream_id, lines)
        state = self.added_up(stream_id, history) if history else None
        if history:
            self._long.put(stream_id, LongState(state, len(history), lines[-1]))
        return Current(state, _pending(stream_id, kept), at)

    def _answer(self, stream_id: StreamId, first: int) -> tuple[list[bytes], list[bytes], int]:
        """The lines of a stream from this event on, its pending calls, and the time in ms."""
        try:
            lines, kept, at = self._run("LOAD", stream_id, first)
        except ResponseError as wrong:
            raise _wrong(stream_id, wrong) from None
        return lines, kept, at

    def states(self, ids: Sequence[StreamId]) -> Iterator[tuple[StreamId, Any]]:
        """The states of many streams, read in batches; an `Unreadable` in place of the state of a
        damaged one."""
        for start in range(0, len(ids), A_TRIP):
            together = ids[start : start + A_TRIP]
            with self.redis.pipeline(transaction=False) as trip:
                load = self._connection.scripts["LOAD"]
                for stream_id in together:
                    load(keys=[self.prefix], args=[stream_id], client=trip)
                answers = trip.execute(raise_on_error=False)
            for stream_id, answer in zip(together, answers, strict=True):
                try:
                    history = self.loaded(stream_id, answer).history
                    yield stream_id, self.added_up(stream_id, history)
                except Unreadable as damaged:
                    yield stream_id, damaged

    def titles(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The titles that these incidents were declared with, in one round trip. Leaves out
        unreadable ones."""
        with self.redis.pipeline(transaction=False) as trip:
            for stream_id in ids:
                trip.xrange(f"{self.prefix}events:{stream_id}", count=1)
            answers = trip.execute(raise_on_error=False)
        for stream_id, answer in zip(ids, answers, strict=True):
            try:
                yield stream_id, str(json.loads(answer[0][1][b"e"])["title"])
            except DAMAGE:
                continue

    def added_up(self, stream_id: StreamId, history: History) -> Any:
        """The state after a history. Raises `Unreadable`."""
        try:
            return self.kinds.of(stream_id).replay(stream_id, history)
        except DAMAGE as damage:
            raise Unreadable(stream_id, type(damage).__name__) from None

    def loaded(self, stream_id: StreamId, answer: Any) -> Loaded:
        """Decode the result of the script `LOAD`. Raises `Unreadable`."""
        if isinstance(answer, ResponseError):
            raise _wrong(stream_id, answer)
        if isinstance(answer, Exception):
            raise answer
        lines, kept, at = answer
        return Loaded(self._decode(stream_id, lines), _pending(stream_id, kept), at)

    def _decode(self, stream_id: StreamId, lines: list[bytes], after: int = 0) -> History:
        """Decode the events after the first `after` ones."""
        if not lines and not after:
            self._check_absent(stream_id)
            return []
        kind = self._kind(stream_id)
        history: History = []
        for seq, line in enumerate(lines, start=after + 1):
            try:
                history.append(codec.load(kind, line, seq, self._shared_value))
            except DAMAGE as damage:
                raise Unreadable(stream_id, type(damage).__name__, f"event {seq}") from None
        return history

    def _check_absent(self, stream_id: StreamId) -> None:
        """Raise `Unreadable` if the stream is listed, because then its events were lost; any other
        id may be absent."""
        if not is_stream_id(stream_id):
            return
        listing = self.listing_key(prefix_of(stream_id))
        if self.redis.zscore(listing, stream_id) is not None:
            raise Unreadable(stream_id, "NoEvents")

    def _kind(self, stream_id: StreamId) -> AnyKind:
        try:
            return self.kinds.of(stream_id)
        except UnknownKind:
            raise Unreadable(stream_id, "UnknownKind") from None

    def _shared_value(self, shared: SharedValue, digest: str) -> Any:
        if digest not in self._shared:
            kept = text(self.redis.get(f"{self.prefix}policy:{digest}"))
            if kept is None:
                raise MissingPolicy(digest)
            self._shared[digest] = shared.read(kept)
        return self._shared[digest]


def _wrong(stream_id: StreamId, answer: ResponseError) -> Exception:
    """The exception for a stream that the store refused to read."""
    if str(answer).startswith("WRONGTYPE"):
        return Unreadable(stream_id, "WrongType")
    return answer


def _pending(stream_id: StreamId, kept: list[bytes]) -> dict[str, PendingCall]:
    """Decode the pending calls: each key, followed by its call. Raises `Unreadable`."""
    try:
        pairs = zip(kept[::2], kept[1::2], strict=True)
        return {key.decode(): pending_calls.parse(each) for key, each in pairs}
    except DAMAGE as damage:
        raise Unreadable(stream_id, type(damage).__name__, "its notes") from None
