"""Observations of the local Slack: when each incident was complete, and the cost of a call."""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sandbox.driver import Slack
from tests.bench.deployment import TOKEN
from tests.bench.signed_requests import Line

Json = dict[str, Any]

READY = ("card", "topic", "announcement")
WHOLE = (*READY, "in", "pinned")


@dataclass
class Complete:
    """When each part of one incident was there (`time.time`, the end of Slack's answer)."""

    at: dict[str, float] = field(default_factory=dict)

    def when(self, *things: str) -> float | None:
        """When the last of these parts was there; None if one is missing."""
        times = [self.at.get(each) for each in things]
        known = [each for each in times if each is not None]
        return max(known) if len(known) == len(times) else None


def last_call(slack: Slack) -> int:
    """The number of the newest call."""
    return max((int(call["seq"]) for call in slack.calls()), default=0)


def complete(calls: list[Json]) -> dict[str, Complete]:
    """By incident id, from the log of successful calls."""
    found: dict[str, Complete] = {}
    channels: dict[str, str] = {}
    done = [(call, call["at"] + call["ms"] / 1000) for call in calls if call["result"] == "ok"]
    for call, at in done:
        if call["method"] == "chat.postMessage":
            said = _payload(call)
            if said.get("kind") in ("card", "announcement"):
                found.setdefault(said["incident"], Complete()).at.setdefault(said["kind"], at)
            if said.get("kind") == "card":
                channels[call["args"]["channel"]] = said["incident"]
    things = {
        "conversations.setTopic": "topic",
        "conversations.invite": "in",
        "pins.add": "pinned",
    }
    for call, at in done:
        thing, incident = things.get(call["method"]), channels.get(call["args"].get("channel", ""))
        if thing and incident and call["args"].get("users", "U0ANA") == "U0ANA":
            found[incident].at.setdefault(thing, at)
    return found


def _payload(call: Json) -> Json:
    metadata = call["args"].get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    payload: Json = metadata.get("event_payload", {})
    return payload


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of the most trivial call: seconds one at a time, and the maximum per second."""

    alone: list[float]
    a_second: float


async def cost(slack: Slack, count: int = 300, lines: int = 25, many: int = 3000) -> Cost:
    port = urlsplit(slack.url).port
    assert port is not None
    asked = (
        f"POST /api/auth.test HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()
    open_ = [await Line(port).open() for _ in range(lines)]
    alone = [(await open_[0].send(asked)).took for _ in range(count)]
    left = itertools.count(many, -1)

    async def ask(line: Line) -> None:
        while next(left) > 0:
            await line.send(asked)

    began = time.perf_counter()
    await asyncio.gather(*(ask(line) for line in open_))
    a_second = many / (time.perf_counter() - began)
    for line in open_:
        line.close()
    return Cost(alone, a_second)
