"""The services that listeners use, assembled by `bot.wiring`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.incident.policy import Policy
from bot.incidents import Incidents
from bot.messages import RenderContext
from bot.oncall import Roster
from bot.reconcile import Reconciler
from bot.slack.client import Slack
from bot.slack.names import Names
from bot.slack.people import People
from bot.slack.port import SlackPort
from bot.store import Store
from bot.store.workspaces import Identity
from bot.streams.access import MEMBERS_ONLY, OpenTo


@dataclass(frozen=True, slots=True)
class Services:
    """The services. `people`: what Slack says about user ids. `mails`: whether a mail server is
    configured. `open_to`: whether others than members may act. `runbooks`: the text of each, by
    title."""

    store: Store
    clock: Clock
    incidents: Incidents
    reconciler: Reconciler
    slack_port: SlackPort
    slack: Slack
    identity: Identity
    policy: Policy
    roster: Roster
    zone: ZoneInfo
    people: People
    mails: bool = False
    open_to: OpenTo = MEMBERS_ONLY
    runbooks: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """Looks up the names of what people mention."""
        return Names(self.slack, self.people)

    def render_context(self) -> RenderContext:
        return RenderContext(self.clock.now(), self.zone, self.identity.permalink)
