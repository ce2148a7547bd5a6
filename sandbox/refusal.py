"""Refusals: the ``{"ok": false}`` answers of the Web API."""

from typing import Any


class Refusal(Exception):
    """An ``{"ok": false}`` answer.

    ``wrong``: a programming mistake of the caller, which is recorded as a violation. Otherwise
    the state doesn't allow the call (``name_taken``, ``is_archived``).
    """

    def __init__(self, error: str, *, wrong: str = "", **extra: Any) -> None:
        super().__init__(f"{error}: {wrong}" if wrong else error)
        self.error = error
        self.wrong = wrong
        self.extra = extra


def bad_arguments(*messages: str) -> Refusal:
    """``invalid_arguments``, in Slack's format."""
    shown = [f"[ERROR] {message}" for message in messages]
    return Refusal(
        "invalid_arguments", wrong="; ".join(messages), response_metadata={"messages": shown}
    )


def bad_blocks(messages: list[str]) -> Refusal:
    """``invalid_blocks`` with all problems, each with its JSON pointer."""
    shown = [f"[ERROR] {message}" for message in messages]
    return Refusal(
        "invalid_blocks", wrong="; ".join(messages), response_metadata={"messages": shown}
    )
