"""Quarantine: a stream whose handling fails at every attempt isn't retried until somebody acts on
it. A heavy effect that fails is quarantined alone."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from bot.store.base import Part, ms, text
from bot.store.scripts import HEAVY
from bot.streams.ids import StreamId

TRIES = 5  # failures before a stream is quarantined …
SPREAD = timedelta(seconds=12)  # … and the period they must span, whichever process failed


@dataclass(frozen=True, slots=True)
class Quarantined:
    """`what`: `INC-7`, or `INC-7/draft` for its heavy effect alone. `why`: the type of the error.
    `told`: the admins who were notified (`@U…`, `#name`); None before that."""

    what: str
    why: str
    since: datetime
    told: tuple[str, ...] | None = None

    @property
    def stream_id(self) -> StreamId:
        return self.what.partition("/")[0]

    @property
    def heavy(self) -> str:
        """The key of the heavy effect; empty if it is the stream itself."""
        return self.what.partition("/")[2]


class Quarantine(Part):
    """Records failures, and which streams are quarantined, why, and who was notified."""

    def record_failure(
        self, stream_id: StreamId, why: str = "", *, heavy: str = ""
    ) -> Quarantined | None:
        """Record that handling it, or its heavy effect of this key, failed, and retry later, with
        growing delays.

        `why`: the type of the error; empty if it was refused for now. Returns a `Quarantined` if
        it failed at every attempt; it is then scheduled only until the admins are notified.
        """
        what = f"{stream_id}/{heavy}" if heavy else stream_id
        schedule = HEAVY if heavy else "again"
        if not self._run("RECORD_FAILURE", schedule, stream_id, what, why, TRIES, ms(SPREAD)):
            return None
        return self.quarantined(what)

    def quarantined(self, what: str) -> Quarantined | None:
        """Whether it is quarantined, and who was notified."""
        kept = text(self.redis.hget(f"{self.prefix}aside", what))
        return self._read(what, kept) if kept else None

    def all_quarantined(self) -> dict[str, Quarantined]:
        """Everything in quarantine, by `what`."""
        kept = cast(dict[bytes, bytes], self.redis.hgetall(f"{self.prefix}aside"))
        pairs = [(what.decode(), noted.decode()) for what, noted in kept.items()]
        return {what: self._read(what, noted) for what, noted in pairs}

    def heavy_of(self, stream_id: StreamId) -> dict[str, Quarantined]:
        """Its heavy effects that are quarantined, by key."""
        kept = cast(dict[bytes, bytes], self.redis.hgetall(f"{self.prefix}aside"))
        found = {}
        for what, noted in kept.items():
            whose, _, key = what.decode().partition("/")
            if key and whose == stream_id:
                found[key] = self._read(what.decode(), noted.decode())
        return found

    def forget_heavy(self, stream_id: StreamId, key: str) -> None:
        """The heavy effect was done or isn't wanted any more: what was wrong with it is over."""
        what = f"{stream_id}/{key}"
        with self.redis.pipeline() as pipe:
            pipe.delete(f"{self.prefix}troubles:{what}", f"{self.prefix}told:{what}")
            pipe.hdel(f"{self.prefix}aside", what)
            pipe.execute()

    def retry(self, stream_id: StreamId) -> bool:
        """Release it, and its heavy effects; False if none of it is quarantined."""
        return bool(self._run("RETRY", stream_id))

    def begins_to_tell(
        self, quarantined: Quarantined, to: str, *, anew: bool = False
    ) -> int | None:
        """Record that notifying `to` begins. Returns None to go ahead; otherwise when an earlier
        notification began (real time, ms) whose outcome isn't known: search for it, and call
        this again with `anew` if it wasn't sent."""
        telling, now = f"{self.prefix}telling:{quarantined.what}:{quarantined.why}", self.now()
        began = int(now.timestamp() * 1000)
        if anew:
            self.redis.hset(telling, to, began)
        elif not self.redis.hsetnx(telling, to, began):
            return int(text(self.redis.hget(telling, to)) or 0)
        return None

    def tell_later(self, quarantined: Quarantined, span: timedelta) -> None:
        """Notify the admins later, because of a rate limit."""
        schedule, at = _schedule(quarantined), int(self.now().timestamp() * 1000) + ms(span)
        self.redis.zadd(f"{self.prefix}{schedule}", {quarantined.stream_id: at}, xx=True)

    def told(self, quarantined: Quarantined, names: list[str]) -> None:
        """Record that the admins were notified, and end its schedule, unless it was released
        meanwhile."""
        self._run(
            "NOTIFIED",
            _schedule(quarantined),
            quarantined.stream_id,
            quarantined.what,
            quarantined.why,
            json.dumps(names),
        )

    def _read(self, what: str, kept: str) -> Quarantined:
        noted = json.loads(kept)
        told = text(self.redis.hget(f"{self.prefix}told:{what}", noted["why"]))
        since = datetime.fromtimestamp(noted["since"] / 1000, UTC)
        return Quarantined(what, noted["why"], since, tuple(json.loads(told)) if told else None)


def _schedule(quarantined: Quarantined) -> str:
    return HEAVY if quarantined.heavy else "again"
