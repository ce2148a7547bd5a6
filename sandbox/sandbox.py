"""One sandbox: its workspace, clock, violations, faults and delivery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.app_config import AppConfig
from sandbox.background import Background
from sandbox.call_log import CallLog
from sandbox.clock import Clock
from sandbox.delivery.transport import Transport
from sandbox.faults import Faults
from sandbox.interaction_tokens import InteractionTokens
from sandbox.rate_limits import RateLimits
from sandbox.user_action import UserAction
from sandbox.views import Views
from sandbox.workspace import Ephemeral, Names, Workspace


@dataclass(frozen=True)
class Violation:
    """A mistake that the real Slack would reject. ``where``: a method or a kind of answer."""

    where: str
    what: str
    clock: float


class Sandbox:
    """The object that all other parts get."""

    def __init__(self, workspace: Workspace, app_config: AppConfig) -> None:
        self.workspace = workspace
        self.app_config = app_config
        self.clock = Clock()
        self.violations: list[Violation] = []
        self.call_log = CallLog()
        self.faults = Faults()
        self.rate_limits = RateLimits()
        self.tokens = InteractionTokens()
        self.views = Views(workspace)
        self.background = Background()
        self.transport = Transport(
            self.clock,
            self.background,
            self.violation,
            blames_events=app_config.events is not None,
        )
        self.actions: list[UserAction] = []
        self.url = ""
        self.tips: list[str] = []
        """What whoever started this Slack says to people who open its page (mrkdwn)."""
        self.watchers: list[Callable[[], None]] = []

    def changed(self) -> None:
        """Notify those who save or display the state."""
        for notify in self.watchers:
            notify()

    def violation(self, where: str, what: str) -> None:
        self.violations.append(Violation(where, what, self.clock.now()))
        self.changed()

    def ts(self) -> str:
        """A timestamp for the current time."""
        return self.workspace.new_ts(self.clock.now())

    def names(self) -> Mapping[str, str]:
        """Names of people and channels by id, for rendering."""
        return Names(self.workspace)

    def show_ephemeral(self, ephemeral: Ephemeral, act: UserAction | None = None) -> None:
        """Show a person an ephemeral: in answer to ``act``, or unrelated to it."""
        self.workspace.ephemerals.append(ephemeral)
        shown = {"ephemeral": ephemeral.ts}
        if act is not None:
            act.sees(shown)
        elif last := next((a for a in reversed(self.actions) if a.user == ephemeral.user), None):
            last.beside.append(shown)
        self.changed()

    async def close(self) -> None:
        self.faults.clear()
        await self.background.close()
        await self.transport.close()
