"""Many incidents at once, written by the store's own functions and scripts, many calls a trip."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from redis import Redis
from redis.client import Pipeline

from bot import policy as policies
from bot.incident.decide import Command, decide
from bot.incident.events import ChannelLost, Declared, Event
from bot.incident.lifecycle import Declare
from bot.incident.policy import Policy
from bot.kinds import KINDS
from bot.store import Creation, Store
from tests.platform.processes import ROOT
from tests.story import ANA, Story

A_TRIP = 500  # incidents


class BulkWriter(Store):
    """Nobody else may declare meanwhile: the answers are not waited for, the numbers foreseen."""

    def __init__(self, redis: "Redis", team: str) -> None:
        super().__init__(redis, team, KINDS)
        self._trip: Pipeline = redis.pipeline(transaction=False)
        self._number = int(redis.get(f"{self.prefix}counter") or 0)

    def _run(self, name: str, *args: Any) -> Any:
        self._scripts[name](keys=[self.prefix], args=args, client=self._trip)
        self._number += name == "CREATE"
        return (b"done", f"INC-{self._number}".encode()) if name == "CREATE" else (b"done", b"0")

    def add(
        self,
        count: int,
        events: Sequence[Event],
        *,
        at: datetime,
        due: datetime | None = None,
        page: datetime | None = None,
    ) -> list[str]:
        """So many incidents to which just this happened, at rest until `due`. They share a
        channel; nobody looks at it."""
        declared, *then = events
        assert isinstance(declared, Declared)
        ids = []
        for number in range(count):
            intent = f"pile:{self._number}"
            written = self.create(Creation("INC", declared, at, ANA, intent, anyway=True))
            incident_id = written.stream_id
            self.append(incident_id, then, at=at, by=ANA, arm=False)
            self.finish(incident_id, len(events), due, None, page, lock="none", token="")
            ids.append(incident_id)
            if number % A_TRIP == A_TRIP - 1:
                self._trip.execute()
        self._trip.execute()
        return ids


def shipped_policy() -> Policy:
    return policies.load(ROOT / "playbooks").policy


def told(severity: str, *commands: Command) -> list[Event]:
    """What happened to an incident that was declared and asked all this, when all of it is in
    Slack and nothing has come due."""
    story = _declared(severity)
    for command in commands:
        story.asks(command)
    return [each.event for each in story.records]


def mute(severity: str) -> list[Event]:
    """What happened to an open incident whose channel is lost, so that its nags are written down
    and not sent."""
    story = _declared(severity)
    story.happens(ChannelLost("is_archived"))
    return [each.event for each in story.records]


class _Quiet(Story):
    """A story in which time stands still."""

    def asks(self, command: Command) -> None:
        self.happens(*decide(self.incident, command, self.now, ANA))

    def happens(self, *events: Event) -> None:
        self._happen(events, ANA)
        self.deliver()


def _declared(severity: str) -> _Quiet:
    story = _Quiet(shipped_policy())
    story.asks(Declare("Checkout is down", severity, story.policy))
    return story
