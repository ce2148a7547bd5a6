"""Finding what an argument names, or refusing as Slack refuses."""

from typing import Any

from sandbox.refusal import Refusal
from sandbox.site import Site
from sandbox.state import Channel, Message, Person

Json = dict[str, Any]


def visible(site: Site, name: object) -> Channel:
    """A channel that the bot can see: public, or one that it is in."""
    channel = site.workspace.channels.get(str(name))
    if channel is None:
        raise Refusal("channel_not_found")
    if channel.kind != "channel" and site.workspace.bot_user not in channel.members:
        raise Refusal("channel_not_found")
    return channel


def joined(site: Site, name: object) -> Channel:
    """A channel that the bot is a member of."""
    channel = visible(site, name)
    if site.workspace.bot_user not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def writable(site: Site, name: object) -> Channel:
    """A channel that the bot is a member of and that isn't archived."""
    if visible(site, name).archived:
        raise Refusal("is_archived")
    return joined(site, name)


def named(site: Site, user: object) -> Person:
    person = site.workspace.people.get(str(user))
    if person is None:
        raise Refusal("user_not_found")
    return person


def message(channel: Channel, ts: object) -> Message:
    said = channel.message(str(ts))
    if said is None:
        raise Refusal("message_not_found")
    return said


def page(items: list[Any], args: Json, default: int, most: int) -> tuple[list[Any], str]:
    """One page of a list, and the cursor of the next (empty at the end)."""
    limit = int(args.get("limit") or default)
    if limit < 1 or limit > most:
        raise Refusal("invalid_limit", wrong=f"limit must be from 1 to {most}")
    cursor = args.get("cursor") or "next:0"
    if not cursor.startswith("next:") or not cursor[5:].isdigit():
        raise Refusal("invalid_cursor", wrong=f"not a cursor: {cursor}")
    start = int(cursor[5:])
    more = start + limit < len(items)
    return items[start : start + limit], f"next:{start + limit}" if more else ""
