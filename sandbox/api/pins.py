"""pins.*"""

from typing import Any

from sandbox import slack_json
from sandbox.api.lookup import message, visible, writable
from sandbox.api.registry import method
from sandbox.app_events import send_in_channel
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel

Json = dict[str, Any]


@method("pins.add")
def add(sandbox: Sandbox, args: Json) -> Json:
    channel = writable(sandbox, args["channel"])
    said = message(channel, _timestamp(args))
    if any(pin["ts"] == said.ts for pin in channel.pins):
        raise Refusal("already_pinned")
    if len(channel.pins) >= limit("pins"):
        raise Refusal("too_many_pins")
    bot = sandbox.workspace.bot_user
    pin = {"ts": said.ts, "created": int(sandbox.clock.now()), "created_by": bot}
    channel.pins.insert(0, pin)
    _tell(sandbox, channel, "pin_added", pin)
    return {}


@method("pins.remove")
def remove(sandbox: Sandbox, args: Json) -> Json:
    channel = writable(sandbox, args["channel"])
    said = message(channel, _timestamp(args))
    pin = next((pin for pin in channel.pins if pin["ts"] == said.ts), None)
    if pin is None:
        raise Refusal("no_pin")
    channel.pins.remove(pin)
    _tell(sandbox, channel, "pin_removed", pin)
    return {}


@method("pins.list")
def list_all(sandbox: Sandbox, args: Json) -> Json:
    channel = visible(sandbox, args["channel"])
    return {"items": [_item(sandbox, channel, pin) for pin in channel.pins]}


def _timestamp(args: Json) -> str:
    if "timestamp" not in args:
        raise Refusal("no_item_specified", wrong="no timestamp")
    return str(args["timestamp"])


def _tell(sandbox: Sandbox, channel: Channel, kind: str, pin: Json) -> None:
    said = message(channel, pin["ts"])
    who = {"user": pin["created_by"], "item_user": said.user, "pin_count": len(channel.pins)}
    item = _item(sandbox, channel, pin)
    send_in_channel(
        sandbox, channel, {"type": kind, **who, "channel_id": channel.id, "item": item}
    )


def _item(sandbox: Sandbox, channel: Channel, pin: Json) -> Json:
    said = message(channel, pin["ts"])
    link = slack_json.permalink(sandbox.workspace, channel, said)
    shown = {**slack_json.message(sandbox.workspace, channel, said), "permalink": link}
    when = {"created": pin["created"], "created_by": pin["created_by"]}
    return {"type": "message", "channel": channel.id, **when, "message": shown}
