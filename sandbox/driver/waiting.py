"""Polling until something is there; if it doesn't come, the error says what was there."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

POLL = 0.02
PATIENCE = 20.0  # seconds: only what goes wrong takes so long; a busy machine may take a few


class NotPossible(Exception):
    """The person can't do that in Slack; the sandbox's sentence says why."""


def wait(look: Callable[[], Found | None], within: float, else_: Callable[[], str]) -> Found:
    """Look until there is something; after ``within`` real seconds say what there is."""
    until = time.monotonic() + within
    while (found := look()) is None:
        if time.monotonic() > until:
            raise AssertionError(f"after {within} s: {else_()}")
        pause()
    return found


def pause() -> None:
    """Between two looks: a person at a screen has nothing better to wait for."""
    time.sleep(POLL)  # noqa: TID251
