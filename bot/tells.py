"""The port to other streams: carries out `Tell` (see `bot.streams.tell`)."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any

from bot.errors import Refused
from bot.ports import CallFailed, failed
from bot.store import Conflict, Span, Store, Unreadable
from bot.streams.delivery import Failed, Told
from bot.streams.ids import StreamId, numbered, prefix_of
from bot.streams.kind import AnyKind, Context, OnCall, UnknownKind
from bot.streams.record import Recorded
from bot.streams.tell import New, Outcome, Tell

TRIES = 20  # to decide on a state that nobody changes meanwhile


@dataclass(frozen=True, slots=True)
class StreamsPort:
    """Tells streams of this store. `on_call`: who is on call at a time, by schedule."""

    store: Store
    on_call: Callable[[datetime], OnCall] = field(default=lambda _: {})

    @property
    def effects(self) -> tuple[type, ...]:
        return (Tell,)

    async def place(self, effect: Tell, state: Any) -> str:
        """The target: it is in this store, wherever that is."""
        return ""

    async def perform(self, effect: Tell, state: Any, place: str, at: datetime) -> Told:
        """Decide and append, or find that it was done. Raises `CallFailed`, for now, while the
        target can't be read or never rests."""
        return await asyncio.to_thread(self._tell, effect, max(at, effect.at))

    async def forget(self, effect: Tell, failure: CallFailed) -> bool:
        return False

    async def refused(self, effect: Tell, state: Any, failure: CallFailed) -> Failed:
        return failed(effect, failure)

    def _tell(self, tell: Tell, at: datetime) -> Told:
        prefix = tell.to.prefix if isinstance(tell.to, New) else prefix_of(tell.to)
        stream_id = None if isinstance(tell.to, New) else tell.to
        for _ in range(TRIES):
            kind, state = self._target(stream_id, prefix)
            # asked after the look: what was decided on its first delivery isn't decided again
            if before := self.store.streams.caused(stream_id or prefix, tell.cause):
                return _receipt(tell, before)
            version = state.version
            try:
                events = self._decide(tell, kind, state, at)
            except Refused as refusal:
                return Told(tell.key, stream_id or "", version, Outcome.REFUSED, str(refusal))
            if not events and stream_id is None:
                return Told(tell.key, "", 0, Outcome.NO_NEWS)
            after = _after(kind, state, tell, events, at)
            try:
                span = self.store.streams.tell(
                    stream_id,
                    events,
                    prefix=prefix,
                    at=at,
                    by=str(tell.by),
                    after=version,
                    cause=tell.cause,
                    state=after if events else None,
                )
            except Conflict:
                continue
            return _receipt(tell, span)
        raise CallFailed("its target changes all the time")

    def _target(self, stream_id: StreamId | None, prefix: str) -> tuple[AnyKind, Any]:
        """Its kind and its state. A stream that can't be read now may be after an upgrade."""
        try:
            kind = self.store.kinds.of(stream_id or numbered(prefix, 0))
            state = self.store.streams.state(stream_id) if stream_id else kind.new(f"{prefix}-0")
        except (UnknownKind, Unreadable) as unreadable:
            raise CallFailed(type(unreadable).__name__) from None
        return kind, state

    def _decide(self, tell: Tell, kind: AnyKind, state: Any, at: datetime) -> Sequence[Any]:
        """Raises `Refused`; `TypeError` for what is no command of this kind, or would begin a
        stream with what doesn't begin one."""
        if not isinstance(tell.command, kind.commands):
            raise TypeError(f"{kind.prefix} has no command {type(tell.command).__name__}")
        events = kind.decide(state, tell.command, Context(at, tell.by, self.on_call(at)))
        if events and not state.version and not kind.begins(events[0]):
            raise TypeError(f"{kind.prefix} doesn't begin with {type(events[0]).__name__}")
        return events


def _after(kind: AnyKind, state: Any, tell: Tell, events: Sequence[Any], at: datetime) -> Any:
    version = state.version
    happened = (Recorded(e, at, str(tell.by), seq) for seq, e in enumerate(events, version + 1))
    return reduce(kind.evolve, happened, state)


def _receipt(tell: Tell, span: Span) -> Told:
    outcome = Outcome.DONE if span.end > span.start else Outcome.NO_NEWS
    return Told(tell.key, span.stream_id, span.end, outcome)
