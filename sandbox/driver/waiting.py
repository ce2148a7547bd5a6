"""Polling until something is there; if it doesn't come, the error says what was there."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

POLL, POLL_MOST = 0.02, 0.1  # seconds from look to look: at first, and when it lasts longer
PATIENCE = 20.0  # seconds: only what goes wrong takes so long; a busy machine may take a few


class NotPossible(Exception):
    """The person can't do that in Slack; the sandbox's sentence says why."""


def wait(look: Callable[[], Found | None], within: float, else_: Callable[[], str]) -> Found:
    """Look until there is something; after ``within`` real seconds say what there is."""
    began = time.monotonic()
    while (found := look()) is None:
        lasted = time.monotonic() - began
        if lasted > within:
            raise AssertionError(f"after {within} s: {else_()}")
        pause(lasted)
    return found


def pause(lasted: float = 0.0) -> None:
    """Between two looks: a person at a screen has nothing better to wait for. ``lasted``: seconds
    of waiting so far; a look costs CPU that what is waited for may need."""
    time.sleep(min(POLL_MOST, POLL + lasted / 20))  # noqa: TID251
