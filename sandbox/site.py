"""All of it together: one workspace, its clock, what was refused, what breaks on request."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.background import Background
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.delivery.post import Post
from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.rules import Rules
from sandbox.state import Whisper, Workspace
from sandbox.tickets import Tickets
from sandbox.user_action import Act
from sandbox.views import Views


@dataclass(frozen=True)
class Violation:
    """A mistake that the real Slack would refuse: ``where`` is a method or a kind of answer."""

    where: str
    what: str
    clock: float


class Site:
    """The one object that everything else is handed."""

    def __init__(self, workspace: Workspace, rules: Rules) -> None:
        self.workspace = workspace
        self.rules = rules
        self.clock = Clock()
        self.violations: list[Violation] = []
        self.calls = Calls()
        self.faults = Faults()
        self.limits = Limits()
        self.tickets = Tickets()
        self.views = Views(workspace)
        self.background = Background()
        self.post = Post(
            self.clock,
            self.background,
            self.violation,
            blames_events=rules.events is not None,
        )
        self.acts: list[Act] = []
        self.url = ""
        self.watchers: list[Callable[[], None]] = []

    def changed(self) -> None:
        """Something is not as it was: for who keeps it, and who draws it."""
        for each in self.watchers:
            each()

    def violation(self, where: str, what: str) -> None:
        self.violations.append(Violation(where, what, self.clock.now()))
        self.changed()

    def ts(self) -> str:
        """The timestamp of what happens now."""
        return self.workspace.new_ts(self.clock.now())

    def names(self) -> dict[str, str]:
        """Ids to names, for reading."""
        names = {person.id: person.name for person in self.workspace.people.values()}
        return names | {c.id: c.name for c in self.workspace.channels.values() if c.name}

    def whisper(self, whisper: Whisper, act: Act | None = None) -> None:
        """Show one person something; it answers ``act``, or else what they did last."""
        self.workspace.whispers.append(whisper)
        answers = act or next((a for a in reversed(self.acts) if a.user == whisper.user), None)
        if answers is not None:
            answers.sees({"ephemeral": whisper.ts})
        self.changed()

    async def close(self) -> None:
        self.faults.clear()
        await self.background.close()
        await self.post.close()
