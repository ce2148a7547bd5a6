"""Keeps the states of long streams in memory, so that a command to one reads only the events that
came since, not a hundred thousand again.

Short ones aren't kept: they are read about as fast, and would take memory.
"""

import threading
from dataclasses import dataclass
from typing import Any

from bot.streams.ids import StreamId

LONG = 500  # events
KEPT = 100_000  # events in all, about 300 bytes each


@dataclass(frozen=True, slots=True)
class LongState:
    """The state after `version` events, the last of which is stored as `last`. A stream that was
    lost and written again, as after a restore, has another one there."""

    state: Any
    version: int
    last: bytes


class LongStates:
    """The states of the streams that were used last. `kept`: events in all; of the one used last
    as many as it has."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: dict[StreamId, LongState] = {}  # the one used last at the end
        self._lock = threading.Lock()

    def get(self, stream_id: StreamId) -> LongState | None:
        """The state as it was last kept."""
        return self._known.get(stream_id)

    def put(self, stream_id: StreamId, known: LongState) -> None:
        """Keep a state, unless it is short, and forget those that were used longest ago."""
        if known.version < LONG:
            return
        with self._lock:
            self._known.pop(stream_id, None)
            self._known[stream_id] = known
            while len(self._known) > 1 and self._size() > self._kept:
                self._known.pop(next(iter(self._known)))

    def forget(self, stream_id: StreamId) -> None:
        """Forget the state of a stream."""
        with self._lock:
            self._known.pop(stream_id, None)

    def _size(self) -> int:
        return sum(each.version for each in self._known.values())
