"""Slack's Web API. ``gateway`` checks a call; one file per family of methods answers it."""

from sandbox.api import (
    auth,
    blocks,
    bookmarks,
    channels,
    chat,
    files,
    history,
    members,
    pins,
    reactions,
    users,
    views,
)

__all__ = [
    "auth",
    "blocks",
    "bookmarks",
    "channels",
    "chat",
    "files",
    "history",
    "members",
    "pins",
    "reactions",
    "users",
    "views",
]
