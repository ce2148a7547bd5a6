"""What happened, as it is written: atomically, and once for each thing that a person meant."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from bot import policy as policies
from bot.incident.events import (
    CLOCK,
    ChannelOpened,
    Declared,
    Event,
    MergedInto,
    Stage,
    StageChanged,
)
from bot.incident.incident import OVER
from bot.incident.likeness import words
from bot.incident.policy import Policy
from bot.store import codec
from bot.store.base import ms, text
from bot.store.histories import Histories

SAME_TITLE_WITHIN = timedelta(seconds=60)
INTENT_KEPT = timedelta(days=1)  # as in lua/prelude.lua
ATTEND_AGAIN = timedelta(seconds=5)  # after an append, if nobody finished by then


class Conflict(Exception):
    """Somebody else wrote first: read again and decide again."""


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
class Change:
    """What happens to an incident to which `after` events had happened before."""

    incident: str
    after: int
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a declaration writes. `anyway`: though the same title was declared a moment ago."""

    event: Declared
    at: datetime
    by: str
    intent: str
    anyway: bool = False


class Records(Histories):
    """Events in: what a person or the clock decided, what Slack was shown."""

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
        minute gets the incident that has it, and so does, at any time, the same message.
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
                    "source": event.source,
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

    def append_together(
        self, changes: Sequence[Change], *, at: datetime, by: str, intent: str
    ) -> Span:
        """Write what happened to several incidents, all of it or nothing. The intent keeps the
        span of the first. Raises `Conflict`, also if the intent was written meanwhile."""
        asked = [
            {
                **_append([codec.dump(event, at, by) for event in each.events]),
                "id": each.incident,
                "after": each.after,
                "again_in": ms(ATTEND_AGAIN),
                "by_people": by != CLOCK,
                **_indexed(each.events),
            }
            for each in changes
        ]
        asked[0]["intent"] = intent
        first = changes[0]
        if not self._run("TOGETHER", *map(json.dumps, asked)):
            raise Conflict(first.incident)
        return Span(first.incident, first.after, first.after + len(first.events))


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
            case MergedInto():
                changes["open"] = 0
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
    plain = " ".join(words(title)) or title.strip()
    return hashlib.sha256(plain.encode()).hexdigest()[:24]
