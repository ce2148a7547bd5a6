"""Stores the workspace in a file: saved soon after each change, loaded at the start."""

import asyncio
import json
import time
from pathlib import Path

from sandbox.sandbox import Sandbox
from sandbox.workspace import Workspace, from_json, to_json

SOON = 0.25
"""Seconds between a change and its being saved."""


class StateFile:
    """Writes the whole state by an atomic rename, so that a crash leaves the previous state."""

    def __init__(self, path: Path, sandbox: Sandbox) -> None:
        self.path = path
        self.sandbox = sandbox
        self._due: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(SOON, self.save)

    def save(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        clock = {"ahead": self.sandbox.clock.now() - time.time(), "rate": self.sandbox.clock.rate}
        saved = json.dumps({"workspace": to_json(self.sandbox.workspace), "clock": clock})
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(saved, "utf-8")
        fresh.replace(self.path)


def load_state(path: Path) -> tuple[Workspace, float, float] | None:
    """Load the workspace, the clock's offset and its rate; None if there is no file.

    Raises ``ValueError`` with one sentence if the file is not one of ours.
    """
    if not path.exists():
        return None
    try:
        saved = json.loads(path.read_text("utf-8"))
        return from_json(saved["workspace"]), saved["clock"]["ahead"], saved["clock"]["rate"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ValueError(f"{path} isn't a saved sandbox: {problem!r}") from problem
