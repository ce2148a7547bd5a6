"""Locks and wake-ups: which process reconciles which stream, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store import codec
from bot.store.base import Part, ms
from bot.store.pending_calls import PendingCall
from bot.streams.ids import StreamId

A_MOMENT = timedelta(seconds=0.5)  # after an outage


@dataclass(frozen=True, slots=True)
class Claimed:
    """The streams to reconcile, those with due pages apart; those that want heavy work; when the
    next one is due."""

    pages: list[str]
    others: list[str]
    heavy: list[str]
    next_due: datetime | None


class Schedule(Part):
    """Locks, wake-ups and pending calls. Claims are atomic: any number of processes may run."""

    def take_lock(self, lock: str, token: str, for_: timedelta, stream_id: StreamId = "") -> bool:
        """Take the lock on reconciling a stream; False if another process holds it.

        If it is held, a wake-up of the stream is moved to no later than the lock's end, because
        its holder may have been killed.
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
        """Renew the lock, and store that this call begins now; False if the lock was lost."""
        written = pending.dump() if pending else ""
        return bool(self._run("BEGIN", lock, token, ms(for_), stream_id, key, written))

    def release_lock(self, lock: str, token: str) -> None:
        self._run("RELEASE", lock, token)

    def let_go(self, lock: str, token: str, stream_id: StreamId) -> None:
        """Release the lock after an outage that interrupted the work; the stream is reconciled
        again in a moment."""
        self._run("LET_GO", lock, token, stream_id, ms(A_MOMENT))

    def reclaim(self, lease: timedelta) -> None:
        """After an outage: have everything that was claimed, for a `lease`, claimed again."""
        self._run("RECLAIM", ms(lease))

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
        """Schedule the next wake-ups and release the lock, atomically. `due`: the next timer
        (incident time); `page`: the next page (incident time); `reconcile_at`: real time, ms.
        `state`: the state at `version`, for its row. `heavy`: the keys of its heavy effects.

        False if there are events after `version`: read the stream again.
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
        """Claim what is due now, for `lease`: all streams with due pages, and at most `most`
        others. Safe with any number of clocks."""
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
        """Sleep for that long, or until something new is due."""
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
