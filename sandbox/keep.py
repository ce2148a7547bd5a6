"""The workspace in a file: saved soon after each change, read again at the start."""

import asyncio
import json
import time
from pathlib import Path

from sandbox.site import Site
from sandbox.state import Workspace, from_json, to_json

SOON = 0.25
"""Seconds between a change and its being saved."""


class Keeper:
    """Writes whole files, each by an atomic rename: a crash leaves the one before."""

    def __init__(self, path: Path, site: Site) -> None:
        self.path = path
        self.site = site
        self._due: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(SOON, self.save)

    def save(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        clock = {"ahead": self.site.clock.now() - time.time(), "rate": self.site.clock.rate}
        saved = json.dumps({"workspace": to_json(self.site.workspace), "clock": clock})
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(saved, "utf-8")
        fresh.replace(self.path)


def load(path: Path) -> tuple[Workspace, float, float] | None:
    """The workspace, how far its clock is ahead, and its rate; None if there is no file.

    Raises ``ValueError`` with one sentence if the file is not one of ours.
    """
    if not path.exists():
        return None
    try:
        saved = json.loads(path.read_text("utf-8"))
        return from_json(saved["workspace"]), saved["clock"]["ahead"], saved["clock"]["rate"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ValueError(f"{path} is no saved sandbox: {problem!r}") from problem
