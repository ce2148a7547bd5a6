"""pins.*"""

from typing import Any

from sandbox import shapes
from sandbox.api.look import message, visible, writable
from sandbox.api.registry import method
from sandbox.app_events import tell
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.site import Site
from sandbox.state import Channel

Json = dict[str, Any]


@method("pins.add")
def add(site: Site, args: Json) -> Json:
    channel = writable(site, args["channel"])
    said = message(channel, _timestamp(args))
    if any(pin["ts"] == said.ts for pin in channel.pins):
        raise Refusal("already_pinned")
    if len(channel.pins) >= limit("pins"):
        raise Refusal("too_many_pins")
    bot = site.workspace.bot_user
    pin = {"ts": said.ts, "created": int(site.clock.now()), "created_by": bot}
    channel.pins.insert(0, pin)
    _tell(site, channel, "pin_added", pin)
    return {}


@method("pins.remove")
def remove(site: Site, args: Json) -> Json:
    channel = writable(site, args["channel"])
    said = message(channel, _timestamp(args))
    pin = next((pin for pin in channel.pins if pin["ts"] == said.ts), None)
    if pin is None:
        raise Refusal("no_pin")
    channel.pins.remove(pin)
    _tell(site, channel, "pin_removed", pin)
    return {}


@method("pins.list")
def list_all(site: Site, args: Json) -> Json:
    channel = visible(site, args["channel"])
    return {"items": [_item(site, channel, pin) for pin in channel.pins]}


def _timestamp(args: Json) -> str:
    if "timestamp" not in args:
        raise Refusal("no_item_specified", wrong="no timestamp")
    return str(args["timestamp"])


def _tell(site: Site, channel: Channel, kind: str, pin: Json) -> None:
    said = message(channel, pin["ts"])
    who = {"user": pin["created_by"], "item_user": said.user, "pin_count": len(channel.pins)}
    item = _item(site, channel, pin)
    tell(site, channel, {"type": kind, **who, "channel_id": channel.id, "item": item})


def _item(site: Site, channel: Channel, pin: Json) -> Json:
    said = message(channel, pin["ts"])
    link = shapes.permalink(site.workspace, channel, said)
    shown = {**shapes.message(site.workspace, channel, said), "permalink": link}
    when = {"created": pin["created"], "created_by": pin["created_by"]}
    return {"type": "message", "channel": channel.id, **when, "message": shown}
