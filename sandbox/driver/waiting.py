"""Polls until a condition holds; a timeout reports what was there instead."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

POLL = 0.02
PATIENCE = 20.0  # seconds; only failures take this long, but a busy machine may take a few


class NotPossible(Exception):
    """A person can't do this in Slack. The message is the sandbox's sentence."""


def wait(look: Callable[[], Found | None], within: float, else_: Callable[[], str]) -> Found:
    """Poll until there is a result. After ``within`` real seconds, raise with what is there."""
    until = time.monotonic() + within
    while (found := look()) is None:
        if time.monotonic() > until:
            raise AssertionError(f"after {within} s: {else_()}")
        pause()
    return found


def pause() -> None:
    """Sleep between two polls."""
    time.sleep(POLL)  # noqa: TID251
