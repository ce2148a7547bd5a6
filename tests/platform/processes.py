"""Real processes for tests: started, observed, and always stopped."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent


def eventually(condition: Callable[[], bool], within: float = 30.0) -> bool:
    """Whether the condition becomes true in time."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    """Whether this process is running; a zombie has ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def clean(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """This environment without any of Muster's settings, plus these."""
    ours = ("SLACK_", "MUSTER_", "REDIS_", "LOG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    kept.pop("PORT", None)
    return {**kept, **(env or {})}


@contextmanager
def script(code: str, *arguments: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `code` in a Python process. At the end, everything it started is stopped."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env=clean(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        family = [process.pid, *_below(process.pid)]
        for pid in family:
            if alive(pid):
                psutil.Process(pid).kill()
        process.wait()


def says(process: subprocess.Popen[str]) -> str:
    """The next line of its output."""
    assert process.stdout
    return process.stdout.readline().strip()


def _below(pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
