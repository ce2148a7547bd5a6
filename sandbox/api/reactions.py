"""reactions.*"""

import re
from typing import Any

from sandbox import happenings, shapes
from sandbox.api.look import joined, message, writable
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.site import Site
from sandbox.state import Channel, Message

Json = dict[str, Any]


@method("reactions.add")
def add(site: Site, args: Json) -> Json:
    channel, said = _item(writable(site, args["channel"]), args)
    name, bot = _name(args), site.workspace.bot_user
    if bot in said.reactions.get(name, []):
        raise Refusal("already_reacted")
    if len(said.reactions) >= limit("reactions_per_item"):
        raise Refusal("too_many_emoji")
    happenings.react(site, channel, said, bot, name)
    return {}


@method("reactions.remove")
def remove(site: Site, args: Json) -> Json:
    if "channel" not in args:
        raise Refusal("no_item_specified", wrong="no channel")
    channel, said = _item(writable(site, args["channel"]), args)
    name, bot = _name(args), site.workspace.bot_user
    if bot not in said.reactions.get(name, []):
        raise Refusal("no_reaction")
    happenings.unreact(site, channel, said, bot, name)
    return {}


@method("reactions.get")
def get(site: Site, args: Json) -> Json:
    if "channel" not in args:
        raise Refusal("no_item_specified", wrong="no channel")
    channel, said = _item(joined(site, args["channel"]), args)
    shape = shapes.message(site.workspace, channel, said)
    shape["permalink"] = shapes.permalink(site.workspace, channel, said)
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
