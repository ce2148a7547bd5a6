"""Incidents on a temporary store, with a clock that is moved by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import count
from typing import Any

from bot.doctor.sample_requests import (
    COLLEAGUE,
    LONG_TEXT,
    RESPONDER,
    TEXT,
    channel_of,
    command,
    command_listener,
)
from bot.errors import Refused
from bot.incident.decide import decide
from bot.incident.declaring import Declare
from bot.incident.duplicates import Join
from bot.incident.effects import EditMessage, OpenChannel, PostMessage
from bot.incident.events import CLOCK, ChannelOpened, Event, Posted, Shown
from bot.incident.evolve import evolve
from bot.incident.incident import Incident
from bot.incident.text_limits import TITLE_MAX
from bot.incident.timers import Tick
from bot.incidents import Incidents
from bot.listeners.inbound import Received
from bot.listeners.request import Answer, Reply, Request
from bot.services import Services
from bot.slack.people import Profile
from bot.streams.actor import ByClock, User
from bot.streams.effect import Effect
from bot.streams.kind import Context
from bot.streams.record import record


@dataclass(slots=True)
class ManualClock:
    """A clock that only moves when told to."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


class RehearsedIncidents:
    """Records what happens to them, without any call to Slack."""

    def __init__(self, services: Services) -> None:
        """`services`: with a store of its own."""
        self._clock = ManualClock(services.clock.now())
        self.services = replace(
            services, clock=self._clock, incidents=Incidents(services.store, self._clock)
        )
        for user in (RESPONDER, COLLEAGUE):
            services.people.put(Profile(user, "colleague"))  # they exist in no workspace
        self._numbers = count(1)
        self._latest: Incident | None = None  # reading hundreds of events each time is slow

    def get(self, incident_id: str) -> Incident:
        if self._latest is None or self._latest.id != incident_id:
            self._latest = self.services.incidents.get(incident_id)
        return self._latest

    def declare(self, severity: str, kind: str = "default", *, private: bool = False) -> str:
        """Declare an incident and let its first timers fire. Returns its id."""
        number = next(self._numbers)
        title = f"{number} {LONG_TEXT}"[:TITLE_MAX]
        source = f"C00000001/1700000000.{number:06}"  # each message declares one incident
        declare = Declare(title, severity, self.services.policy, TEXT, kind, private, source)
        outcome = self.services.incidents.declare(
            declare, by=User(RESPONDER), intent=f"declare:{number}", anyway=True
        )
        assert not isinstance(outcome, Incident)  # anyway: nothing counts as a duplicate
        self.tick(outcome.incident.id)
        return outcome.incident.id

    def type(self, typed: str, incident_id: str) -> Answer:
        """The answer to `/incident TYPED`; a refusal is one, too."""
        payload = command(typed, incident_id)
        try:
            return command_listener(payload.subcommand)(self.request(payload))
        except Refused as refusal:
            return Reply(str(refusal))

    def request(self, payload: Received) -> Request[Any]:
        """A request with an intent of its own, which may change any incident."""
        self._latest = None
        return Request(self.services, payload, f"rehearsal:{next(self._numbers)}")

    def join(self, incident_id: str) -> None:
        """A colleague reports a duplicate and joins."""
        self._latest = None
        self.services.incidents.handle(incident_id, Join(TEXT), by=User(COLLEAGUE))

    def wait(self, span: timedelta) -> None:
        """Move the clock; nothing comes due until the next `tick`."""
        self._clock.at += span

    def tick(self, incident_id: str) -> None:
        """Let what is due come due; everybody is on call."""
        incident = self.get(incident_id)
        schedules = {
            target.removeprefix("oncall:"): (COLLEAGUE,)
            for chain in incident.policy.chains
            for step in chain.steps
            for target in step.notify
        }
        due = decide(incident, Tick(schedules), Context(self._clock.at, ByClock()))
        self.record(incident_id, *due)

    def execute(self, incident_id: str, effects: Iterable[Effect]) -> None:
        """Record the effects as executed."""
        self.record(incident_id, *(_executed(effect, incident_id) for effect in effects))

    def record(self, incident_id: str, *events: Event) -> None:
        """Append the events, as if the bot had recorded them."""
        if events:
            incident, at, store = self.get(incident_id), self._clock.at, self.services.store
            store.streams.append(incident_id, events, at=at, by=CLOCK, after=incident.version)
            happened = record(events, at, CLOCK, after=incident.version)
            self._latest = reduce(evolve, happened, incident)


def _executed(effect: Effect, incident_id: str) -> Event:
    match effect:
        case OpenChannel():
            return ChannelOpened(channel_of(incident_id), "incident")
        case PostMessage(message, digest):
            return Posted(message.key, "C00000001", "1700000000.000100", digest)
        case EditMessage(message, digest):
            return Shown(message.key, digest)
        case _:
            return Shown(effect.key, effect.digest)
