"""Shortcuts: global ones, and those in a message's menu."""

from sandbox import slack_json
from sandbox.actions.payloads import (
    NotPossible,
    begin,
    can_see,
    channel_ref,
    common,
    response_url,
)
from sandbox.actions.responses import show_failure
from sandbox.interaction_tokens import ResponseUrl
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.workspace import Channel, Person


async def anywhere(sandbox: Sandbox, person: Person, callback_id: str) -> UserAction:
    """Use a global shortcut. Slack doesn't say in which channel."""
    _known(sandbox, callback_id)
    act = begin(sandbox, person)
    payload = {
        "type": "shortcut",
        **common(sandbox, person),
        "action_ts": sandbox.ts(),
        "callback_id": callback_id,
        "trigger_id": sandbox.tokens.new_trigger(act),
    }
    payload.pop("api_app_id")
    ack = await sandbox.transport.deliver("interactive", payload)
    if ack.problem:
        show_failure(sandbox, act, "", callback_id, ack)
    return act


async def on_message(
    sandbox: Sandbox, person: Person, channel: Channel, ts: str, callback_id: str
) -> UserAction:
    """Use a message shortcut."""
    _known(sandbox, callback_id)
    can_see(person, channel)
    said = channel.message(ts)
    if said is None:
        raise NotPossible(f"no message {ts} in #{channel.name}")
    act = begin(sandbox, person)
    payload = {
        "type": "message_action",
        **common(sandbox, person),
        "action_ts": sandbox.ts(),
        "channel": channel_ref(channel),
        "callback_id": callback_id,
        "trigger_id": sandbox.tokens.new_trigger(act),
        "response_url": response_url(sandbox, "app", ResponseUrl(act, channel.id)),
        "message_ts": ts,
        "message": slack_json.message(sandbox.workspace, channel, said, metadata=False),
    }
    payload.pop("api_app_id")
    ack = await sandbox.transport.deliver("interactive", payload)
    if ack.problem:
        show_failure(sandbox, act, channel.id, callback_id, ack)
    return act


def _known(sandbox: Sandbox, callback_id: str) -> None:
    shortcuts = sandbox.app_config.shortcuts
    if shortcuts is not None and callback_id not in shortcuts:
        raise NotPossible(f"the manifest has no shortcut {callback_id}")
