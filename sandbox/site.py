"""All of it together: one workspace, its clock, what was refused, what breaks on request."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from sandbox.acts.act import Act
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.delivery.post import Post
from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.rules import Rules
from sandbox.state import Whisper, Workspace
from sandbox.tickets import Tickets
from sandbox.views import Views

Json = dict[str, Any]


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
        self.post = Post(self)
        self.acts: list[Act] = []
        self.url = ""
        self.watchers: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

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
        """Show one person something: in answer to ``act``, or else beside what they did last."""
        self.workspace.whispers.append(whisper)
        shown = {"ephemeral": whisper.ts}
        if act is not None:
            act.sees(shown)
        elif last := next((a for a in reversed(self.acts) if a.user == whisper.user), None):
            last.beside.append(shown)
        self.changed()

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside; it ends with the server."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.faults.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.post.close()
