"""Writes streams, atomically and once per intent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.store import codec
from bot.store.base import counter_key, index_keys, ms, text
from bot.store.confirmation import note_promise
from bot.store.heavy import wanted_keys
from bot.store.histories import Histories
from bot.store.level import Level
from bot.streams.actor import is_person, parse_actor
from bot.streams.ids import StreamId
from bot.streams.kind import AnyKind
from bot.streams.record import Recorded

SAME_TITLE_WITHIN = timedelta(seconds=60)
INTENT_KEPT = timedelta(days=1)  # as in lua/prelude.lua
ATTEND_AGAIN = timedelta(seconds=5)  # after an append, reconcile again unless it was finished


class Conflict(Exception):
    """Another process wrote first: read and decide again."""


@dataclass(frozen=True, slots=True)
class Span:
    """The events written by one intent: those after `start`, up to `end`. `before`: they had
    already been written."""

    stream_id: StreamId
    start: int
    end: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An incident with the same title, this stream, was declared a moment ago."""

    stream_id: StreamId


@dataclass(frozen=True, slots=True)
class Change:
    """Events to append to a stream that has `after` events. `state`: the state after them, for its
    row and its heavy effects."""

    stream_id: StreamId
    after: int
    events: Sequence[Any]
    state: Any = None


@dataclass(frozen=True, slots=True)
class Creation:
    """The first event of a stream that gets the next number of its kind.

    `title`: a hash of the title, to find duplicates; empty if duplicates are allowed. `source`: a
    unique key of its origin. `private`: don't report it to others as a duplicate. `anyway`: create
    it even if the same title was declared a moment ago. `above`: the number is higher than this
    one, which is in use, whatever the store says. `state`: the state after the event, if it is
    known; its id doesn't matter.
    """

    prefix: str
    event: Any
    at: datetime
    by: str
    intent: str
    title: str = ""
    source: str = ""
    private: bool = False
    anyway: bool = False
    above: int = 0
    state: Any = None


class Streams(Histories):
    """Appends events: decisions of people and timers, and deliveries."""

    def intended(self, intent: str) -> Span | None:
        """The events that this intent wrote; None if it is new."""
        kept = text(self.redis.get(f"{self.prefix}intent:{intent}"))
        if not kept:
            return None
        note_promise()  # its first delivery may not have been confirmed
        return _before(kept)

    def remember(self, intent: str, stream_id: StreamId, version: int) -> None:
        """Record that this intent changed nothing, so that repeating it changes nothing either."""
        note_promise()
        kept = f"{stream_id}:{version}:{version}"
        self.redis.set(f"{self.prefix}intent:{intent}", kept, nx=True, ex=INTENT_KEPT)

    def create(self, creation: Creation) -> Span | Duplicate:
        """Number a new stream and write its first event.

        Atomic. A repeated intent returns its first span. The same title within a minute, or the
        same source at any time, returns the existing stream as a `Duplicate`.
        """
        kind = self.kinds.of(f"{creation.prefix}-0")
        written = self._append(kind, [creation.event], at=creation.at, by=creation.by)
        state = creation.state
        if state is None:
            first = Recorded(creation.event, creation.at, creation.by, seq=1)
            state = kind.evolve(kind.new(f"{creation.prefix}-0"), first)
        status, answer = self._run(
            "CREATE",
            json.dumps(
                {
                    **written,
                    **self._of_state(kind, state),
                    "again_in": ms(ATTEND_AGAIN),
                    "intent": creation.intent,
                    "kind": creation.prefix,
                    "counter": counter_key(creation.prefix),
                    "title": creation.title,
                    "source": creation.source,
                    "private": creation.private,
                    "by": creation.by,
                    "window": ms(SAME_TITLE_WITHIN),
                    "anyway": creation.anyway,
                    "above": creation.above,
                }
            ),
        )
        if status == b"repeat":
            before = _before(answer.decode())
            return before if before.end else Duplicate(before.stream_id)
        if status == b"duplicate":
            return Duplicate(answer.decode())
        return Span(answer.decode(), 0, 1)

    def append(
        self,
        stream_id: StreamId,
        events: Sequence[Any],
        *,
        at: datetime,
        by: str,
        after: int | None = None,
        intent: str = "",
        arm: bool = True,
        done: Sequence[str] = (),
        state: Any = None,
    ) -> Span:
        """Append events, provided that the stream has `after` events (None: any number).

        `arm`: reconcile the stream soon, even if this process dies now. `done`: the effects whose
        pending calls this removes. `state`: the state after the events, for its row and its heavy
        effects; only with `after`. A repeated intent writes nothing and returns its first span.
        Raises `Conflict`.
        """
        kind = self.kinds.of(stream_id)
        status, answer = self._run(
            "APPEND",
            json.dumps(
                {
                    **self._append(kind, events, at=at, by=by),
                    **self._of_state(kind, state if after is not None else None),
                    "id": stream_id,
                    "after": -1 if after is None else after,
                    "again_in": ms(ATTEND_AGAIN) if arm else -1,
                    "intent": intent,
                    "done": list(done),
                }
            ),
        )
        if status == b"conflict":
            raise Conflict(stream_id)
        if status == b"repeat":
            return _before(answer.decode())
        end = int(answer)
        return Span(stream_id, end - len(events), end)

    def append_together(
        self, changes: Sequence[Change], *, at: datetime, by: str, intent: str
    ) -> Span:
        """Append to several streams, all or nothing. The intent is stored with the span of the
        first one. Raises `Conflict`, also if the intent was written meanwhile.
        """
        appends = [
            {
                **self._append(self.kinds.of(change.stream_id), change.events, at=at, by=by),
                **self._of_state(self.kinds.of(change.stream_id), change.state),
                "id": change.stream_id,
                "after": change.after,
                "again_in": ms(ATTEND_AGAIN),
            }
            for change in changes
        ]
        appends[0]["intent"] = intent
        first = changes[0]
        if not self._run("TOGETHER", *map(json.dumps, appends)):
            raise Conflict(first.stream_id)
        return Span(first.stream_id, first.after, first.after + len(first.events))

    def caused(self, target: StreamId, cause: str) -> Span | None:
        """The events that a stream, or a new one of a kind (by its prefix), wrote for this cause;
        None if it never received it, or the events were lost."""
        kept = text(self.redis.hget(f"{self.prefix}causes:{target}", cause))
        if kept is None:
            return None
        span = _before(kept)
        return span if self.length(span.stream_id) >= span.end else None

    def tell(
        self,
        stream_id: StreamId | None,
        events: Sequence[Any],
        *,
        prefix: str,
        at: datetime,
        by: str,
        after: int,
        cause: str,
        state: Any = None,
    ) -> Span:
        """Append events caused by another stream, together with the cause (also without events),
        provided that the stream has `after` events. `stream_id` None: create a stream. `state`:
        the state after the events, for its row and its heavy effects.

        A repeated cause writes nothing and returns its first span. Raises `Conflict`.
        """
        kind = self.kinds.of(f"{prefix}-0")
        status, answer = self._run(
            "TELL",
            json.dumps(
                {
                    **self._append(kind, events, at=at, by=by),
                    **self._of_state(kind, state),
                    "id": stream_id or "",
                    "kind": prefix,
                    "counter": counter_key(prefix),
                    "after": after,
                    "again_in": ms(ATTEND_AGAIN),
                    "cause": cause,
                }
            ),
        )
        if status == b"conflict":
            raise Conflict(stream_id)
        span = _before(answer.decode())
        return span if status == b"repeat" else Span(span.stream_id, span.start, span.end)

    def _append(
        self, kind: AnyKind, events: Sequence[Any], *, at: datetime, by: str
    ) -> dict[str, Any]:
        """The input of `write` in lua/prelude.lua: the events, their shared values, and their
        changes to the indexes. Raises `HeldBack`."""
        note_promise()
        Level(self._connection).require(kind, events)
        shared: dict[str, str] = {}
        lines = []
        for event in events:
            line, named = codec.dump(kind, event, at, by)
            lines.append(line)
            shared |= named
        changes = kind.index(events)
        listing, open_key = index_keys(kind.prefix)
        return {
            "events": lines,
            "shared": shared,
            "now": int(at.timestamp() * 1000),
            "intent": "",
            "again_in": -1,
            "by_people": is_person(parse_actor(by)),
            "channel": changes.channel,
            "open": -1 if changes.open is None else int(changes.open),
            "subscribers": list(changes.subscribers),
            "listing": listing,
            "open_key": open_key,
            "done": [],
            "row": "",
            "heavy": [],
        }

    @staticmethod
    def _of_state(kind: AnyKind, state: Any) -> dict[str, Any]:
        """The stream's row and its heavy effects; neither if its state isn't known."""
        if state is None:
            return {"row": "", "heavy": []}
        return {"row": codec.dump_row(kind, state), "heavy": wanted_keys(kind, state)}


def _before(kept: str) -> Span:
    stream_id, start, end = kept.rsplit(":", 2)
    return Span(stream_id, int(start), int(end), before=True)
