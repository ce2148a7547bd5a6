"""Looks up the objects that arguments refer to; raises Slack's errors if they don't exist."""

from typing import Any

from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


def visible(sandbox: Sandbox, name: object) -> Channel:
    """A channel that the bot can see: a public one, or one it is in."""
    channel = sandbox.workspace.channels.get(str(name))
    if channel is None:
        raise Refusal("channel_not_found")
    if channel.kind != "channel" and sandbox.workspace.bot_user not in channel.members:
        raise Refusal("channel_not_found")
    return channel


def joined(sandbox: Sandbox, name: object) -> Channel:
    """A channel that the bot is in."""
    channel = visible(sandbox, name)
    if sandbox.workspace.bot_user not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def writable(sandbox: Sandbox, name: object) -> Channel:
    """A channel that the bot is in and that isn't archived."""
    if visible(sandbox, name).archived:
        raise Refusal("is_archived")
    return joined(sandbox, name)


def named(sandbox: Sandbox, user: object) -> Person:
    person = sandbox.workspace.people.get(str(user))
    if person is None:
        raise Refusal("user_not_found")
    return person


def message(channel: Channel, ts: object) -> Message:
    said = channel.message(str(ts))
    if said is None:
        raise Refusal("message_not_found")
    return said


def page(items: list[Any], args: Json, default: int, most: int) -> tuple[list[Any], str]:
    """One page of a list, and the next cursor (empty at the end)."""
    limit = int(args.get("limit") or default)
    if limit < 1 or limit > most:
        raise Refusal("invalid_limit", wrong=f"limit must be from 1 to {most}")
    cursor = args.get("cursor") or "next:0"
    if not cursor.startswith("next:") or not cursor[5:].isdigit():
        raise Refusal("invalid_cursor", wrong=f"not a cursor: {cursor}")
    start = int(cursor[5:])
    more = start + limit < len(items)
    return items[start : start + limit], f"next:{start + limit}" if more else ""
