"""Polls until a condition holds; a timeout reports what was there instead."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

POLL, POLL_MOST = 0.02, 0.1  # seconds between polls: at first, and after a while
PATIENCE = 20.0  # seconds; only failures take this long, but a busy machine may take a few


class NotPossible(Exception):
    """A person can't do this in Slack. The message is the sandbox's sentence."""


def wait(look: Callable[[], Found | None], within: float, else_: Callable[[], str]) -> Found:
    """Poll until there is a result. After ``within`` real seconds, raise with what is there."""
    began = time.monotonic()
    while (found := look()) is None:
        lasted = time.monotonic() - began
        if lasted > within:
            raise AssertionError(f"after {within} s: {else_()}")
        pause(lasted)
    return found


def pause(lasted: float = 0.0) -> None:
    """Sleep between two polls. ``lasted``: seconds of waiting so far; polls get rarer, because
    they cost CPU that the awaited work may need."""
    time.sleep(min(POLL_MOST, POLL + lasted / 20))  # noqa: TID251
