"""Streams set aside: what raised at every try is tried no more, until somebody acts on it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from bot.store.base import Part, ms, text
from bot.streams.ids import StreamId

TRIES = 5  # that raised, before a stream is set aside …
SPREAD = timedelta(seconds=12)  # … and over so long, whoever tried and how often


@dataclass(frozen=True, slots=True)
class Quarantined:
    """`what`: `INC-7`, or `INC-7/draft` for its postmortem alone. `why`: the type of the error.
    `told`: which admins know (`@U…`, `#name`); None while they are not told yet."""

    what: str
    why: str
    since: datetime
    told: tuple[str, ...] | None = None

    @property
    def stream_id(self) -> StreamId:
        return self.what.partition("/")[0]

    @property
    def is_draft(self) -> bool:
        return self.what != self.stream_id


class Quarantine(Part):
    """What is set aside, why, and who was told of it."""

    def record_failure(
        self, stream_id: StreamId, schedule: str = "again", why: str = ""
    ) -> Quarantined | None:
        """It could not be done now: put it off, longer each time.

        `why`: it raised this. If it raises at every try, it is set aside: returned, and woken
        only until the admins are told.
        """
        what = _what(stream_id, schedule)
        if not self._run("TROUBLE", schedule, stream_id, what, why, TRIES, ms(SPREAD)):
            return None
        return self.quarantined(what)

    def quarantined(self, what: str) -> Quarantined | None:
        """Whether it is set aside, and who knows."""
        kept = text(self.redis.hget(f"{self.prefix}aside", what))
        return self._read(what, kept) if kept else None

    def all_quarantined(self) -> dict[str, Quarantined]:
        """Everything that is set aside, by `what`."""
        kept = cast(dict[bytes, bytes], self.redis.hgetall(f"{self.prefix}aside"))
        pairs = [(what.decode(), noted.decode()) for what, noted in kept.items()]
        return {what: self._read(what, noted) for what, noted in pairs}

    def retry(self, stream_id: StreamId) -> bool:
        """Try it again, and its draft; False if neither is set aside."""
        return bool(self._run("RETRY", stream_id))

    def begins_to_tell(
        self, quarantined: Quarantined, to: str, *, anew: bool = False
    ) -> int | None:
        """None: go ahead. Else somebody began then (real time, ms) and was not seen to end:
        look whether they did, and begin `anew`."""
        telling, now = f"{self.prefix}telling:{quarantined.what}:{quarantined.why}", self.now()
        began = int(now.timestamp() * 1000)
        if anew:
            self.redis.hset(telling, to, began)
        elif not self.redis.hsetnx(telling, to, began):
            return int(text(self.redis.hget(telling, to)) or 0)
        return None

    def tell_later(self, quarantined: Quarantined, span: timedelta) -> None:
        """Slack has no room for the message now, but then."""
        schedule, at = _schedule(quarantined), int(self.now().timestamp() * 1000) + ms(span)
        self.redis.zadd(f"{self.prefix}{schedule}", {quarantined.stream_id: at}, xx=True)

    def told(self, quarantined: Quarantined, names: list[str]) -> None:
        """They know; nothing wakes it any more, unless somebody brought it back meanwhile."""
        self._run(
            "TOLD",
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


def _what(stream_id: StreamId, schedule: str) -> str:
    return f"{stream_id}/draft" if schedule == "draft" else stream_id


def _schedule(quarantined: Quarantined) -> str:
    return "draft" if quarantined.is_draft else "again"
