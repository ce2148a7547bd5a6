"""Slack's Web API, as the bot calls it. ``door`` lets a call in; one file per family answers."""

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
