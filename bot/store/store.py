"""Reading and writing incidents. Synchronous: every call is a fraction of a millisecond."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from redis import Redis

from bot import policy as policies
from bot.incident.events import ChannelOpened, Declared, Event, Recorded, Stage, StageChanged
from bot.incident.incident import OVER, Incident, replay
from bot.incident.policy import Policy
from bot.store import codec, notes, scripts
from bot.store.notes import Note

SAME_TITLE_WITHIN = timedelta(seconds=60)
ATTEND_AGAIN = timedelta(seconds=5)  # after an append, if nobody finished by then


class Conflict(Exception):
    """Somebody else wrote first: read again and decide again."""


@dataclass(frozen=True, slots=True)
class Span:
    """The events that one intent wrote: those after `start`, up to `end`."""

    incident: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same title was declared a moment ago, as this incident."""

    incident: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """`at`: when it was read, in real time, ms."""

    history: list[Recorded]
    notes: Mapping[str, Note]
    at: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a declaration writes. `anyway`: though the same title was declared a moment ago."""

    event: Declared
    at: datetime
    by: str
    intent: str
    anyway: bool = False


class Store:
    """One workspace's incidents. Raises `redis.RedisError` when the store is away."""

    def __init__(self, redis: "Redis", team: str) -> None:
        self.redis = redis
        self.prefix = f"muster:{{{team}}}:"
        self._policies: dict[str, Policy] = {}
        self._scripts = {
            name: redis.register_script(getattr(scripts, name))
            for name in (
                *("APPEND", "DECLARE", "CLAIM", "TAKE", "BEGIN", "RELEASE", "FINISH"),
                *("TROUBLE", "DRAFTED"),
            )
        }

    # --- reading ---------------------------------------------------------------------------

    def now(self) -> datetime:
        """The one clock that all processes share."""
        seconds, micros = self.redis.time()
        return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)

    def read(self, incident_id: str) -> list[Recorded]:
        entries = self.redis.xrange(self._events(incident_id))
        return self._decode(entries)

    def load(self, incident_id: str) -> Loaded:
        """The history and the notes on unfinished calls, read together."""
        with self.redis.pipeline(transaction=True) as pipe:
            pipe.xrange(self._events(incident_id))
            pipe.hgetall(f"{self.prefix}notes:{incident_id}")
            pipe.time()
            entries, kept, (seconds, micros) = pipe.execute()
        return Loaded(
            self._decode(entries),
            {key.decode(): notes.read(each) for key, each in kept.items()},
            seconds * 1000 + micros // 1000,
        )

    def incident(self, incident_id: str) -> Incident:
        """The incident as it is; one that was never declared has no history."""
        return replay(incident_id, self.read(incident_id))

    def find(self, channel: str) -> str | None:
        """The incident whose channel this is."""
        return _text(self.redis.hget(f"{self.prefix}channels", channel))

    def all_ids(self, *, open_only: bool = False) -> list[str]:
        """Every incident, the oldest first."""
        kept = cast(list[bytes], self.redis.zrange(f"{self.prefix}incidents", 0, -1))
        if open_only:
            still_open = cast(set[bytes], self.redis.smembers(f"{self.prefix}open"))
            kept = [each for each in kept if each in still_open]
        return [each.decode() for each in kept]

    def intended(self, intent: str) -> Span | None:
        """What this intent wrote when it came the first time; None if it is new."""
        kept = _text(self.redis.get(f"{self.prefix}intent:{intent}"))
        return _span(kept) if kept else None

    # --- writing ---------------------------------------------------------------------------

    def declare(self, declaration: Declaration) -> Span | Duplicate:
        """Give the incident its number and write its first event.

        Atomically: a redelivered intent gets the first one's span, the same title within a
        minute gets the incident that has it.
        """
        event = declaration.event
        text = policies.dump(event.policy)
        digest = policies.digest(text)
        status, answer = self._run(
            "DECLARE",
            json.dumps(
                {
                    **_append([codec.dump(event, declaration.at, declaration.by, digest)]),
                    "again_in": _ms(ATTEND_AGAIN),
                    "intent": declaration.intent,
                    "open": 1,
                    "title": _same(event.title),
                    "private": event.private,
                    "by": declaration.by,
                    "now": int(declaration.at.timestamp() * 1000),
                    "window": _ms(SAME_TITLE_WITHIN),
                    "anyway": declaration.anyway,
                    "digest": digest,
                }
            ),
            text,
        )
        if status == b"repeat":
            return _span(answer.decode())
        if status == b"duplicate":
            return Duplicate(answer.decode())
        return Span(answer.decode(), 0, 1)

    def append(
        self,
        incident_id: str,
        events: Sequence[Event],
        *,
        at: datetime,
        by: str,
        after: int | None = None,
        intent: str = "",
        arm: bool = True,
        draft: bool = False,
        done: Sequence[str] = (),
    ) -> Span:
        """Write what happened, provided that `after` events were there before.

        `arm`: attend to the incident soon, even if this process dies now. `draft`: its
        postmortem is wanted. `done`: the effects whose notes this settles. An intent that
        was written before writes nothing and gets its first span. Raises `Conflict`.
        """
        status, answer = self._run(
            "APPEND",
            json.dumps(
                {
                    **_append([codec.dump(event, at, by) for event in events]),
                    "id": incident_id,
                    "after": -1 if after is None else after,
                    "again_in": _ms(ATTEND_AGAIN) if arm else -1,
                    "draft": draft,
                    "intent": intent,
                    "done": list(done),
                    **_indexed(events),
                }
            ),
        )
        if status == b"conflict":
            raise Conflict(incident_id)
        if status == b"repeat":
            return _span(answer.decode())
        end = int(answer)
        return Span(incident_id, end - len(events), end)

    def note(self, incident_id: str, key: str, note: Note) -> None:
        self.redis.hset(f"{self.prefix}notes:{incident_id}", key, note.dump())

    # --- attending -------------------------------------------------------------------------

    def take(self, lock: str, token: str, for_: timedelta, incident_id: str = "") -> bool:
        """Be the one who attends; False if somebody else does.

        A standing wake-up of the incident is then no later than the lock's end: its holder
        may have been killed.
        """
        return bool(self._run("TAKE", lock, token, _ms(for_), incident_id))

    def begin(
        self,
        lock: str,
        token: str,
        for_: timedelta,
        incident_id: str,
        key: str = "",
        note: Note | None = None,
    ) -> bool:
        """Hold the lock on, and note that this call begins now; False if the lock was lost."""
        written = note.dump() if note else ""
        return bool(self._run("BEGIN", lock, token, _ms(for_), incident_id, key, written))

    def release(self, lock: str, token: str) -> None:
        self._run("RELEASE", lock, token)

    def finish(
        self, incident_id: str, version: int, due: datetime | None, again: int | None
    ) -> bool:
        """Nothing is left to do until `due` (incident time) or `again` (real, ms).

        False if something happened since `version`: look again.
        """
        return bool(
            self._run(
                "FINISH",
                incident_id,
                version,
                -1 if due is None else int(due.timestamp() * 1000),
                -1 if again is None else again,
            )
        )

    def trouble(self, incident_id: str, wakes: str = "again") -> int:
        """Attending to it raised: put it off, longer each time. How often it has by now."""
        return int(self._run("TROUBLE", wakes, incident_id))

    def drafted(self, incident_id: str, version: int) -> bool:
        """No draft is wanted. False if something happened since `version`: look again."""
        return bool(self._run("DRAFTED", incident_id, version))

    def claim(
        self, incident_now: datetime, lease: timedelta, most: int = 500
    ) -> tuple[list[str], list[str], datetime | None]:
        """Take what wants attention now, for `lease`: incidents to attend to, postmortems to
        draft, and when the next thing falls due. Any number of clocks may."""
        due, again, drafts, first, _ = self._run(
            "CLAIM", int(incident_now.timestamp() * 1000), _ms(lease), most
        )
        attend = [each.decode() for each in dict.fromkeys([*due, *again])]
        next_due = datetime.fromtimestamp(float(first) / 1000, UTC) if first else None
        return attend, [each.decode() for each in drafts], next_due

    def wait_for_nudge(self, seconds: float) -> None:
        """Sleep that long, or until something new is due."""
        self.redis.blpop([f"{self.prefix}nudge"], timeout=seconds)

    # --- places and papers -----------------------------------------------------------------

    def claim_name(self, name: str, incident_id: str) -> bool:
        """Reserve a channel name; True if it is this incident's."""
        self.redis.hsetnx(f"{self.prefix}names", name, incident_id)
        return _text(self.redis.hget(f"{self.prefix}names", name)) == incident_id

    def place(self, name: str) -> str | None:
        """The channel id kept for `#name` or `@U…`."""
        return _text(self.redis.hget(f"{self.prefix}places", name))

    def keep_place(self, name: str, channel: str | None) -> None:
        if channel is None:
            self.redis.hdel(f"{self.prefix}places", name)
        else:
            self.redis.hset(f"{self.prefix}places", name, channel)

    def keep(self, name: str, text: str, for_: timedelta | None = None) -> None:
        """Keep a paper: a draft, or what somebody was about to declare."""
        self.redis.set(f"{self.prefix}paper:{name}", text, ex=for_)

    def kept(self, name: str) -> str | None:
        return _text(self.redis.get(f"{self.prefix}paper:{name}"))

    @contextmanager
    def holding(self, lock: str, token: str, for_: timedelta) -> Iterator[bool]:
        """Hold a lock while the block runs; yields whether it was free."""
        taken = self.take(lock, token, for_)
        try:
            yield taken
        finally:
            if taken:
                self.release(lock, token)

    # --- inside ----------------------------------------------------------------------------

    def _events(self, incident_id: str) -> str:
        return f"{self.prefix}events:{incident_id}"

    def _decode(self, entries: Any) -> list[Recorded]:
        return [
            codec.load(fields[b"e"], seq, self._policy)
            for seq, (_, fields) in enumerate(entries, start=1)
        ]

    def _policy(self, digest: str) -> Policy:
        if digest not in self._policies:
            text = _text(self.redis.get(f"{self.prefix}policy:{digest}"))
            assert text is not None, f"the policy {digest} is gone from the store"
            self._policies[digest] = policies.read(text)
        return self._policies[digest]

    def _run(self, name: str, *args: Any) -> Any:
        return self._scripts[name](keys=[self.prefix], args=args)


def _append(events: list[str]) -> dict[str, Any]:
    return {
        "events": events,
        "intent": "",
        "again_in": -1,
        "draft": False,
        "channel": "",
        "open": -1,
        "done": [],
    }


def _indexed(events: Sequence[Event]) -> dict[str, Any]:
    """What these events change in the indexes."""
    changes: dict[str, Any] = {}
    for event in events:
        match event:
            case ChannelOpened(channel):
                changes["channel"] = channel
            case StageChanged(stage):
                changes["open"] = 0 if stage in OVER or stage is Stage.RESOLVED else 1
    return changes


def _span(text: str) -> Span:
    incident_id, start, end = text.rsplit(":", 2)
    return Span(incident_id, int(start), int(end))


def _same(title: str) -> str:
    """Titles that a person would call the same have the same hash."""
    plain = "".join(
        each if each.isalnum() else " " for each in unicodedata.normalize("NFKC", title).casefold()
    )
    words = " ".join(plain.split()) or title.strip()
    return hashlib.sha256(words.encode()).hexdigest()[:24]


def _text(value: Any) -> str | None:
    return value.decode() if isinstance(value, bytes) else value


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
