"""Slack's Web API. ``gateway`` checks each call; one file per family of methods implements it."""

from sandbox.api import (
    auth,
    blocks,
    bookmarks,
    channels,
    chat,
    dnd,
    files,
    history,
    members,
    pins,
    reactions,
    usergroups,
    users,
    views,
)

__all__ = [
    "auth",
    "blocks",
    "bookmarks",
    "channels",
    "chat",
    "dnd",
    "files",
    "history",
    "members",
    "pins",
    "reactions",
    "usergroups",
    "users",
    "views",
]
