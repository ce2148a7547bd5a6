"""pins.*"""

from typing import Any

from sandbox import slack_json, workspace_events
from sandbox.api.lookup import message, visible, writable
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox

Json = dict[str, Any]


@method("pins.add")
def add(sandbox: Sandbox, args: Json) -> Json:
    channel = writable(sandbox, args["channel"])
    said = message(channel, _timestamp(args))
    if any(pin["ts"] == said.ts for pin in channel.pins):
        raise Refusal("already_pinned")
    if len(channel.pins) >= limit("pins"):
        raise Refusal("too_many_pins")
    workspace_events.pin(sandbox, channel, said, sandbox.workspace.bot_user)
    return {}


@method("pins.remove")
def remove(sandbox: Sandbox, args: Json) -> Json:
    channel = writable(sandbox, args["channel"])
    said = message(channel, _timestamp(args))
    if not any(pin["ts"] == said.ts for pin in channel.pins):
        raise Refusal("no_pin")
    workspace_events.unpin(sandbox, channel, said, sandbox.workspace.bot_user)
    return {}


@method("pins.list")
def list_all(sandbox: Sandbox, args: Json) -> Json:
    channel = visible(sandbox, args["channel"])
    return {
        "items": [slack_json.pinned_item(sandbox.workspace, channel, pin) for pin in channel.pins]
    }


def _timestamp(args: Json) -> str:
    if "timestamp" not in args:
        raise Refusal("no_item_specified", wrong="no timestamp")
    return str(args["timestamp"])
