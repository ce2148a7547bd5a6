"""conversations.*: channels themselves. See ``members`` and ``history`` for the rest."""

import re
from typing import Any

from sandbox import slack_json, workspace_events
from sandbox.api.lookup import named, page, visible, writable
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel

Json = dict[str, Any]

TYPES = {"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("conversations.create")
def create(sandbox: Sandbox, args: Json) -> Json:
    """Create a channel; the bot is its creator and only member."""
    name = free_name(sandbox, args["name"])
    workspace, now = sandbox.workspace, int(sandbox.clock.now())
    kind = "private" if args.get("is_private") else "channel"
    bot = workspace.bot_user
    channel = Channel(workspace.new_id("C"), name, kind, now, bot, [bot])
    workspace.channels[channel.id] = channel
    return {"channel": slack_json.channel(workspace, channel)}


@method("conversations.rename")
def rename(sandbox: Sandbox, args: Json) -> Json:
    channel = not_im(writable(sandbox, args["channel"]))
    if channel.creator != sandbox.workspace.bot_user:
        raise Refusal("not_authorized")
    if args["name"] != channel.name:
        name = free_name(sandbox, args["name"])
        workspace_events.rename(sandbox, channel, sandbox.workspace.bot_user, name)
    return {"channel": slack_json.channel(sandbox.workspace, channel)}


@method("conversations.setTopic")
def set_topic(sandbox: Sandbox, args: Json) -> Json:
    channel = not_im(writable(sandbox, args["channel"]))
    if len(args["topic"]) > limit("topic"):
        raise Refusal("too_long", wrong=f"a topic of {len(args['topic'])} characters")
    if args["topic"] != channel.topic["value"]:
        workspace_events.set_topic(sandbox, channel, sandbox.workspace.bot_user, args["topic"])
    return {"channel": slack_json.channel(sandbox.workspace, channel)}


@method("conversations.archive")
def archive(sandbox: Sandbox, args: Json) -> Json:
    channel = not_im(visible(sandbox, args["channel"]))
    if channel.archived:
        raise Refusal("already_archived")
    if channel.general:
        raise Refusal("cant_archive_general")
    workspace_events.archive(
        sandbox, writable(sandbox, args["channel"]), sandbox.workspace.bot_user
    )
    return {}


@method("conversations.info")
def info(sandbox: Sandbox, args: Json) -> Json:
    channel = visible(sandbox, args["channel"])
    count = bool(args.get("include_num_members"))
    return {"channel": slack_json.channel(sandbox.workspace, channel, num_members=count)}


@method("conversations.list")
def list_all(sandbox: Sandbox, args: Json) -> Json:
    """List public channels, and the others that the bot is in."""
    bot = sandbox.workspace.bot_user
    everything = sandbox.workspace.channels.values()
    return _listed(
        sandbox, args, [c for c in everything if c.kind == "channel" or bot in c.members]
    )


@method("users.conversations")
def list_mine(sandbox: Sandbox, args: Json) -> Json:
    """List the channels that a user is in, as far as the bot can see them."""
    bot = sandbox.workspace.bot_user
    user = named(sandbox, args.get("user", bot)).id
    theirs = [c for c in sandbox.workspace.channels.values() if user in c.members]
    return _listed(sandbox, args, [c for c in theirs if c.kind == "channel" or bot in c.members])


@method("conversations.open")
def open_im(sandbox: Sandbox, args: Json) -> Json:
    """Open the direct message with a person."""
    if "users" not in args:
        if "channel" not in args:
            raise Refusal("users_list_not_supplied", wrong="neither users nor channel")
        return {"channel": {"id": visible(sandbox, args["channel"]).id}}
    users = [user.strip() for user in args["users"].split(",")]
    if len(users) != 1:
        raise Refusal("method_not_supported_for_channel_type", wrong="no group messages here")
    person = named(sandbox, users[0])
    if person.deleted:
        raise Refusal("user_disabled")
    if person.is_bot:
        raise Refusal("cannot_dm_bot", wrong="a bot can't write to itself")
    channel = sandbox.workspace.im(person.id, sandbox.clock.now())
    if args.get("return_im"):
        return {"channel": slack_json.channel(sandbox.workspace, channel)}
    return {"channel": {"id": channel.id}}


def free_name(sandbox: Sandbox, name: str) -> str:
    """Check that a channel can have this name."""
    if not name:
        raise Refusal("invalid_name_required", wrong="no name")
    if len(name) > limit("channel_name"):
        raise Refusal("invalid_name_maxlength", wrong=f"a name of {len(name)} characters")
    if not re.search(r"\w", name):
        raise Refusal("invalid_name_punctuation", wrong=f"only punctuation: {name!r}")
    if name != name.lower() or re.search(r"[^\w-]", name):
        raise Refusal("invalid_name_specials", wrong=f"not a channel name: {name!r}")
    if any(c.name == name for c in sandbox.workspace.channels.values()):
        raise Refusal("name_taken")
    return name


def not_im(channel: Channel) -> Channel:
    if channel.kind == "im":
        raise Refusal("method_not_supported_for_channel_type", wrong="a direct message")
    return channel


def _listed(sandbox: Sandbox, args: Json, channels: list[Channel]) -> Json:
    asked = [kind.strip() for kind in args.get("types", "public_channel").split(",")]
    if any(kind not in TYPES for kind in asked):
        raise Refusal("invalid_types", wrong=f"types: {args['types']}")
    kinds = [TYPES[kind] for kind in asked]
    chosen = [
        c
        for c in channels
        if c.kind in kinds and not (c.archived and args.get("exclude_archived"))
    ]
    here, cursor = page(chosen, args, 100, 1000)
    shown = [slack_json.channel(sandbox.workspace, c, num_members=True) for c in here]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}
