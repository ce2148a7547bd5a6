"""What happened, as it is read: one incident or many."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis, ResponseError

from bot import policy as policies
from bot.incident.events import Recorded
from bot.incident.evolve import replay
from bot.incident.incident import Incident
from bot.incident.policy import Policy
from bot.store import codec, notes
from bot.store.base import Base, text
from bot.store.notes import Note

A_TRIP = 200  # incidents that are read together


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
class Loaded:
    """`at`: when it was read, in real time, ms."""

    history: list[Recorded]
    notes: Mapping[str, Note]
    at: int


class Histories(Base):
    """An incident is what its events add up to."""

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

    def titles(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Under which title each was declared, in one trip; what can't be read has none."""
        with self.redis.pipeline(transaction=False) as trip:
            for each in ids:
                trip.xrange(f"{self.prefix}events:{each}", count=1)
            answers = trip.execute(raise_on_error=False)
        for each, answer in zip(ids, answers, strict=True):
            try:
                yield each, str(json.loads(answer[0][1][b"e"])["title"])
            except DAMAGE:
                continue

    def find(self, channel: str) -> str | None:
        """The incident whose channel this is."""
        return text(self.redis.hget(f"{self.prefix}channels", channel))

    def all_ids(self, *, latest: int | None = None) -> list[str]:
        """Every incident, or so many of the latest; the oldest first."""
        first = 0 if latest is None else -latest
        kept = cast(list[bytes], self.redis.zrange(f"{self.prefix}incidents", first, -1))
        return [each.decode() for each in kept]

    def newest_ids(self, before: int | None = None) -> Iterator[tuple[int, str]]:
        """Every incident with its place in the list, the newest first, or those before a place;
        read as they are asked for. A place stays what it is: new ones come after all others."""
        end = self.count() if before is None else min(before, self.count())
        while end > 0:
            start = max(0, end - A_TRIP)
            kept = cast(list[bytes], self.redis.zrange(f"{self.prefix}incidents", start, end - 1))
            yield from ((start + n, kept[n].decode()) for n in reversed(range(len(kept))))
            end = start

    def open_ids(self) -> list[str]:
        """Those not resolved yet, the oldest first."""
        kept = cast(set[bytes], self.redis.smembers(f"{self.prefix}open"))
        return sorted((each.decode() for each in kept), key=_number)

    def count(self) -> int:
        return int(self.redis.zcard(f"{self.prefix}incidents"))

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
