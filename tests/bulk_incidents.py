"""Writes many incidents at once with the store's own functions and scripts, many calls per round
trip."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from redis import Redis
from redis.client import Pipeline

from bot import policy as policies
from bot.incident.decide import decide
from bot.incident.declaring import Declare
from bot.incident.events import ChannelLost, Declared, Event
from bot.incident.kind import INCIDENT
from bot.incident.policy import Policy
from bot.kinds import KINDS
from bot.store import Creation, Store
from bot.store.base import Connection
from bot.streams.actor import User
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.record import record
from tests.platform.processes import ROOT
from tests.story import ANA, Story

A_TRIP = 500  # incidents per round trip


class Batch(Connection):
    """Sends many scripts per round trip. Nothing else may be declared meanwhile, because it
    predicts the numbers instead of waiting for answers."""

    def __init__(self, redis: "Redis", team: str) -> None:
        super().__init__(redis, team, KINDS)
        self.trip: Pipeline = redis.pipeline(transaction=False)
        self.number = int(redis.get(f"{self.prefix}counter") or 0)

    def run(self, script: str, *args: Any) -> Any:
        self.scripts[script](keys=[self.prefix], args=args, client=self.trip)
        if script != "CREATE":
            return b"done", b"0"
        self.number += 1
        return b"done", f"INC-{self.number}".encode()


class BulkWriter(Store):
    """A store that writes many incidents at once."""

    def __init__(self, redis: "Redis", team: str) -> None:
        self._batch = Batch(redis, team)
        super().__init__(redis, team, KINDS, self._batch)

    def add(
        self,
        count: int,
        events: Sequence[Event],
        *,
        at: datetime,
        due: datetime | None = None,
        page: datetime | None = None,
    ) -> list[str]:
        """Add this many incidents with this history, with nothing to do until `due`. They share a
        channel, which no one uses."""
        declared, *then = events
        assert isinstance(declared, Declared)
        state = INCIDENT.replay("INC-0", record(events, at, ANA, after=0))  # of each of them
        ids = []
        for number in range(count):
            intent = f"pile:{self._batch.number}"
            written = self.streams.create(Creation("INC", declared, at, ANA, intent, anyway=True))
            incident_id = written.stream_id
            self.streams.append(incident_id, then, at=at, by=ANA, arm=False)
            self.schedule.finish(
                incident_id, len(events), due, None, page, lock="none", token="", state=state
            )
            ids.append(incident_id)
            if number % A_TRIP == A_TRIP - 1:
                self._batch.trip.execute()
        self._batch.trip.execute()
        return ids


def shipped_policy() -> Policy:
    return policies.load(ROOT / "playbooks").policy


def told(severity: str, *commands: Command) -> list[Event]:
    """The history of an incident declared and handled with these commands, with everything
    delivered and nothing due."""
    story = _declared(severity)
    for command in commands:
        story.asks(command)
    return [each.event for each in story.records]


def mute(severity: str) -> list[Event]:
    """The history of an open incident whose channel is lost, so that its reminders are recorded
    but not sent."""
    story = _declared(severity)
    story.happens(ChannelLost("is_archived"))
    return [each.event for each in story.records]


class _Quiet(Story):
    """A story in which time stands still."""

    def asks(self, command: Command) -> None:
        self.happens(*decide(self.incident, command, Context(self.now, User(ANA))))

    def happens(self, *events: Event) -> None:
        self._happen(events, ANA)
        self.deliver()


def _declared(severity: str) -> _Quiet:
    story = _Quiet(shipped_policy())
    story.asks(Declare("Checkout is down", severity, story.policy))
    return story
