"""Locks and wake-ups: which process reconciles which stream, and when it is due again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store import codec
from bot.store.base import Part, ms
from bot.store.pending_calls import PendingCall
from bot.streams.ids import StreamId


@dataclass(frozen=True, slots=True)
class Claimed:
    """Streams to reconcile, those with pages apart; those that want heavy work; when the next one
    is due.
    """

    pages: list[str]
    others: list[str]
    heavy: list[str]
    next_due: datetime | None


class Schedule(Part):
    """Locks, wake-ups and pending calls. Claims are atomic: any number of processes may run."""

    def take_lock(self, lock: str, token: str, for_: timedelta, stream_id: StreamId = "") -> bool:
        """Be the one who attends; False if somebody else does.

        A standing wake-up of the stream is then no later than the lock's end: its holder
        may have been killed.
        """
        return bool(self._run("TAKE", lock, token, ms(for_), stream_id))

    def begin(
        self,
        lock: str,
        token: str,
        for_: timedelta,
        stream_id: StreamId,
        key: str = "",
        pending: PendingCall | None = None,
    ) -> bool:
        """Hold the lock on, and note that this call begins now; False if the lock was lost."""
        written = pending.dump() if pending else ""
        return bool(self._run("BEGIN", lock, token, ms(for_), stream_id, key, written))

    def release_lock(self, lock: str, token: str) -> None:
        self._run("RELEASE", lock, token)

    def finish(
        self,
        stream_id: StreamId,
        version: int,
        due: datetime | None,
        reconcile_at: int | None,
        page: datetime | None = None,
        *,
        lock: str,
        token: str,
        state: Any = None,
        heavy: Sequence[str] = (),
    ) -> bool:
        """Nothing is left to do until `due` (incident time) or `again` (real, ms). `page`: when
        somebody is to be paged, which goes before all else that is due. The lock is let go of in
        the same moment: what happens after it finds the lock free. `state`: the stream as it is at
        `version`, for its row. `heavy`: the keys of the heavy effects that it wants.

        False if something happened since `version`: look again.
        """
        row = "" if state is None else codec.dump_row(self._connection.kinds.of(stream_id), state)
        args = (
            _score(due),
            _score(page),
            -1 if reconcile_at is None else reconcile_at,
            lock,
            token,
            row,
            *heavy,
        )
        return bool(self._run("FINISH", stream_id, version, *args))

    def claim(self, incident_now: datetime, lease: timedelta, most: int) -> Claimed:
        """Take what wants attention now, for `lease`: everybody who is to be paged, and `most`
        of the others. Any number of clocks may."""
        pages, due, again, heavy, first = self._run(
            "CLAIM", int(incident_now.timestamp() * 1000), ms(lease), most
        )
        return Claimed(
            _decoded(pages),
            _decoded([*due, *again]),
            _decoded(heavy),
            datetime.fromtimestamp(float(first) / 1000, UTC) if first else None,
        )

    def wait_for_nudge(self, seconds: float) -> None:
        """Sleep that long, or until something new is due."""
        self.redis.blpop([f"{self.prefix}nudge"], timeout=seconds)

    def put_pending(self, stream_id: StreamId, key: str, pending: PendingCall) -> None:
        self.redis.hset(f"{self.prefix}notes:{stream_id}", key, pending.dump())

    def drop_pending(self, stream_id: StreamId, keys: Iterable[str]) -> None:
        """Remove pending calls that aren't wanted any more."""
        self.redis.hdel(f"{self.prefix}notes:{stream_id}", *keys)


def _score(at: datetime | None) -> int:
    return -1 if at is None else int(at.timestamp() * 1000)


def _decoded(ids: list[bytes]) -> list[str]:
    return [each.decode() for each in ids]
