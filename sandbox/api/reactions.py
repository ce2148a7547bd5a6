"""reactions.*"""

import re
from typing import Any

from sandbox import slack_json, workspace_events
from sandbox.api.lookup import joined, message, writable
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Message

Json = dict[str, Any]


@method("reactions.add")
def add(sandbox: Sandbox, args: Json) -> Json:
    channel, said = _item(writable(sandbox, args["channel"]), args)
    name, bot = _name(args), sandbox.workspace.bot_user
    if bot in said.reactions.get(name, []):
        raise Refusal("already_reacted")
    if len(said.reactions) >= limit("reactions_per_item"):
        raise Refusal("too_many_emoji")
    workspace_events.react(sandbox, channel, said, bot, name)
    return {}


@method("reactions.remove")
def remove(sandbox: Sandbox, args: Json) -> Json:
    if "channel" not in args:
        raise Refusal("no_item_specified", wrong="no channel")
    channel, said = _item(writable(sandbox, args["channel"]), args)
    name, bot = _name(args), sandbox.workspace.bot_user
    if bot not in said.reactions.get(name, []):
        raise Refusal("no_reaction")
    workspace_events.unreact(sandbox, channel, said, bot, name)
    return {}


@method("reactions.get")
def get(sandbox: Sandbox, args: Json) -> Json:
    if "channel" not in args:
        raise Refusal("no_item_specified", wrong="no channel")
    channel, said = _item(joined(sandbox, args["channel"]), args)
    shape = slack_json.message(sandbox.workspace, channel, said)
    shape["permalink"] = slack_json.permalink(sandbox.workspace, channel, said)
    return {"type": "message", "channel": channel.id, "message": shape}


def _item(channel: Channel, args: Json) -> tuple[Channel, Message]:
    if args.get("timestamp", "") in ("", "0"):
        raise Refusal("bad_timestamp", wrong="no timestamp")
    return channel, message(channel, args["timestamp"])


def _name(args: Json) -> str:
    name = str(args["name"])
    if not re.fullmatch(r"[\w+'-]+(::skin-tone-[2-6])?", name):
        raise Refusal("invalid_name", wrong=f"not the name of an emoji: {name!r}")
    return name
