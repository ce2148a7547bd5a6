"""The port to other streams: executes commands from one stream to another (see
`bot.streams.tell`)."""

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

TRIES = 20  # attempts to decide before the state changes


@dataclass(frozen=True, slots=True)
class StreamsPort:
    """Sends commands to streams of this store. `on_call`: who is on call at a time, by
    schedule."""

    store: Store
    on_call: Callable[[datetime], OnCall] = field(default=lambda _: {})

    @property
    def effects(self) -> tuple[type, ...]:
        return (Tell,)

    async def place(self, effect: Tell, state: Any) -> str:
        """Empty: the target is in this store."""
        return ""

    async def perform(self, effect: Tell, state: Any, place: str, at: datetime) -> Told:
        """Decide and append, unless that was done before. Raises a temporary `CallFailed` while
        the target can't be read or keeps changing."""
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
            # checked after reading the state, so that a delivered command isn't decided again
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
        raise CallFailed("the target keeps changing")

    def _target(self, stream_id: StreamId | None, prefix: str) -> tuple[AnyKind, Any]:
        """The target's kind and state. An unreadable stream may be readable after an upgrade."""
        try:
            kind = self.store.kinds.of(stream_id or numbered(prefix, 0))
            state = self.store.streams.state(stream_id) if stream_id else kind.new(f"{prefix}-0")
        except (UnknownKind, Unreadable) as unreadable:
            raise CallFailed(type(unreadable).__name__) from None
        return kind, state

    def _decide(self, tell: Tell, kind: AnyKind, state: Any, at: datetime) -> Sequence[Any]:
        """Decide the command. Raises `Refused`; `TypeError` if it isn't a command of this kind, or
        its events can't begin a stream."""
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
