"""What every listener may use: the rooms that `wiring.py` furnished."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.attend import Attendant
from bot.clock import Clock
from bot.incident.policy import Policy
from bot.incidents import Incidents
from bot.messages import Voice
from bot.oncall import Schedule
from bot.slack.client import Slack
from bot.slack.perform import Hands
from bot.store import Store
from bot.store.workspaces import Identity


@dataclass(frozen=True, slots=True)
class House:
    store: Store
    clock: Clock
    incidents: Incidents
    attendant: Attendant
    hands: Hands
    slack: Slack
    identity: Identity
    policy: Policy
    schedules: Mapping[str, Schedule]
    zone: ZoneInfo

    def voice(self) -> Voice:
        return Voice(self.clock.now(), self.zone, self.identity.permalink)
