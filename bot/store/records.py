"""The incidents themselves: reading and writing what happened."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from redis import Redis, ResponseError

from bot import policy as policies
from bot.incident.events import (
    CLOCK,
    ChannelOpened,
    Declared,
    Event,
    Recorded,
    Stage,
    StageChanged,
)
from bot.incident.incident import OVER, Incident, replay
from bot.incident.policy import Policy
from bot.store import codec, notes
from bot.store.base import Base, ms, text
from bot.store.notes import Note

SAME_TITLE_WITHIN = timedelta(seconds=60)
INTENT_KEPT = timedelta(days=1)  # as in `scripts.py`
A_TRIP = 200  # incidents that are read together
ATTEND_AGAIN = timedelta(seconds=5)  # after an append, if nobody finished by then


class Conflict(Exception):
    """Somebody else wrote first: read again and decide again."""


class Unreadable(Exception):
    """The incident's record is damaged, or written by a newer Muster. `why`: the type of error;
    the error itself may quote what people wrote."""

    def __init__(self, incident_id: str, why: str, place: str = "") -> None:
        super().__init__(f"{incident_id}: {why}{place and f' at {place}'}")
        self.incident = incident_id
        self.why = why


class MissingPolicy(Exception):
    """The policy that the incident was declared under is gone from the store."""


DAMAGE = (  # what reading nonsense raises
    *(codec.UnknownEvent, MissingPolicy),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Span:
    """The events that one intent wrote: those after `start`, up to `end`. `before`: it had
    written them already."""

    incident: str
    start: int
    end: int
    before: bool = False


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


class Records(Base):
    """Events in, events out; an incident is what they add up to."""

    def __init__(self, redis: "Redis", team: str) -> None:
        super().__init__(redis, team)
        self._policies: dict[str, Policy] = {}

    def read(self, incident_id: str) -> list[Recorded]:
        return self.load(incident_id).history

    def load(self, incident_id: str) -> Loaded:
        """The history and the notes on unfinished calls, read together. `Unreadable`."""
        try:
            return self._loaded(incident_id, self._run("LOAD", incident_id))
        except ResponseError as wrong:
            return self._loaded(incident_id, wrong)

    def incident(self, incident_id: str) -> Incident:
        """The incident as it is; one that was never declared has no history. `Unreadable`."""
        return _added_up(incident_id, self.read(incident_id))

    def incidents(self, ids: Sequence[str]) -> Iterator[tuple[str, Incident | Unreadable]]:
        """Many incidents, a few hundred a trip."""
        for start in range(0, len(ids), A_TRIP):
            together = ids[start : start + A_TRIP]
            with self.redis.pipeline(transaction=False) as trip:
                for each in together:
                    self._scripts["LOAD"](keys=[self.prefix], args=[each], client=trip)
                answers = trip.execute(raise_on_error=False)
            for each, answer in zip(together, answers, strict=True):
                try:
                    yield each, _added_up(each, self._loaded(each, answer).history)
                except Unreadable as damaged:
                    yield each, damaged

    def find(self, channel: str) -> str | None:
        """The incident whose channel this is."""
        return text(self.redis.hget(f"{self.prefix}channels", channel))

    def all_ids(self, *, latest: int | None = None) -> list[str]:
        """Every incident, or so many of the latest; the oldest first."""
        first = 0 if latest is None else -latest
        kept = cast(list[bytes], self.redis.zrange(f"{self.prefix}incidents", first, -1))
        return [each.decode() for each in kept]

    def open_ids(self) -> list[str]:
        """Those not resolved yet, the oldest first."""
        kept = cast(set[bytes], self.redis.smembers(f"{self.prefix}open"))
        return sorted((each.decode() for each in kept), key=_number)

    def count(self) -> int:
        return int(self.redis.zcard(f"{self.prefix}incidents"))

    def intended(self, intent: str) -> Span | None:
        """What this intent wrote when it came the first time; None if it is new."""
        kept = text(self.redis.get(f"{self.prefix}intent:{intent}"))
        return _before(kept) if kept else None

    def remember(self, intent: str, incident_id: str, version: int) -> None:
        """This intent was no news to the incident as it was then, and will not be any."""
        kept = f"{incident_id}:{version}:{version}"
        self.redis.set(f"{self.prefix}intent:{intent}", kept, nx=True, ex=INTENT_KEPT)

    def declare(self, declaration: Declaration) -> Span | Duplicate:
        """Give the incident its number and write its first event.

        Atomically: a redelivered intent gets the first one's span, the same title within a
        minute gets the incident that has it.
        """
        event = declaration.event
        policy, digest = _kept(event.policy)
        status, answer = self._run(
            "DECLARE",
            json.dumps(
                {
                    **_append([codec.dump(event, declaration.at, declaration.by, digest)]),
                    "again_in": ms(ATTEND_AGAIN),
                    "intent": declaration.intent,
                    "open": 1,
                    "title": _same(event.title),
                    "private": event.private,
                    "by": declaration.by,
                    "now": int(declaration.at.timestamp() * 1000),
                    "window": ms(SAME_TITLE_WITHIN),
                    "anyway": declaration.anyway,
                    "digest": digest,
                }
            ),
            policy,
        )
        if status == b"repeat":
            before = _before(answer.decode())
            return before if before.end else Duplicate(before.incident)
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
                    "again_in": ms(ATTEND_AGAIN) if arm else -1,
                    "by_people": by != CLOCK,
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
            return _before(answer.decode())
        end = int(answer)
        return Span(incident_id, end - len(events), end)

    def _loaded(self, incident_id: str, answer: Any) -> Loaded:
        if isinstance(answer, ResponseError) and str(answer).startswith("WRONGTYPE"):
            raise Unreadable(incident_id, "WrongType")
        if isinstance(answer, Exception):
            raise answer
        lines, kept, at = answer
        history, pairs = self._decode(incident_id, lines), zip(kept[::2], kept[1::2], strict=True)
        try:
            return Loaded(history, {key.decode(): notes.read(each) for key, each in pairs}, at)
        except DAMAGE as damage:
            raise Unreadable(incident_id, type(damage).__name__, "its notes") from None

    def _decode(self, incident_id: str, lines: list[bytes]) -> list[Recorded]:
        if not lines and self.redis.zscore(f"{self.prefix}incidents", incident_id) is not None:
            raise Unreadable(incident_id, "NoEvents")
        history: list[Recorded] = []
        for seq, line in enumerate(lines, start=1):
            try:
                history.append(codec.load(line, seq, self._policy))
            except DAMAGE as damage:
                raise Unreadable(incident_id, type(damage).__name__, f"event {seq}") from None
        return history

    def _policy(self, digest: str) -> Policy:
        if digest not in self._policies:
            kept = text(self.redis.get(f"{self.prefix}policy:{digest}"))
            if kept is None:
                raise MissingPolicy(digest)
            self._policies[digest] = policies.read(kept)
        return self._policies[digest]


def _added_up(incident_id: str, history: list[Recorded]) -> Incident:
    try:
        return replay(incident_id, history)
    except DAMAGE as damage:
        raise Unreadable(incident_id, type(damage).__name__) from None


def _number(incident_id: str) -> int:
    """Numbers are given in the order of declaration."""
    return int(incident_id.rpartition("-")[2])


def _append(events: list[str]) -> dict[str, Any]:
    return {
        "events": events,
        "intent": "",
        "again_in": -1,
        "by_people": False,
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


def _before(kept: str) -> Span:
    incident_id, start, end = kept.rsplit(":", 2)
    return Span(incident_id, int(start), int(end), before=True)


@lru_cache(maxsize=8)
def _kept(policy: Policy) -> tuple[str, str]:
    """Its text and its digest: a process has one policy, and writing it takes a millisecond."""
    written = policies.dump(policy)
    return written, policies.digest(written)


def _same(title: str) -> str:
    """Titles that a person would call the same have the same hash."""
    plain = "".join(
        each if each.isalnum() else " " for each in unicodedata.normalize("NFKC", title).casefold()
    )
    words = " ".join(plain.split()) or title.strip()
    return hashlib.sha256(words.encode()).hexdigest()[:24]
