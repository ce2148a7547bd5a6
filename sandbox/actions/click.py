"""Clicks and choices in a message, ephemeral or not: ``block_actions``."""

from typing import Any

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
from sandbox.blockkit import elements, label
from sandbox.blockkit.input_state import STATELESS, filled, initial_state
from sandbox.interaction_tokens import ResponseUrl
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.workspace import Channel, Ephemeral, Message, Person

Json = dict[str, Any]


async def in_message(
    sandbox: Sandbox, person: Person, channel: Channel, ts: str, what: Json
) -> UserAction:
    """Click or choose in a message. ``what``: ``target`` (label or action_id), optionally
    ``block_id`` and the ``value`` chosen; ``confirm`` answers the element's confirm dialog.
    Returns False if the app isn't notified."""
    can_see(person, channel)
    if channel.archived:
        raise NotPossible(f"#{channel.name} is archived")
    said = channel.message(ts)
    if said is None:
        raise NotPossible(f"no message {ts} in #{channel.name}")
    shape = slack_json.message(sandbox.workspace, channel, said, metadata=False)
    return await _act(sandbox, person, channel, said, {"message": shape}, what)


async def in_ephemeral(
    sandbox: Sandbox, person: Person, ephemeral: Ephemeral, what: Json
) -> UserAction:
    channel = sandbox.workspace.channels[ephemeral.channel]
    return await _act(sandbox, person, channel, ephemeral, {}, what)


async def _act(
    sandbox: Sandbox,
    person: Person,
    channel: Channel,
    on: Message | Ephemeral,
    extra: Json,
    what: Json,
) -> UserAction:
    blocks = [*on.blocks, *_attached(on)]
    element, block = find(blocks, str(what["target"]), what.get("block_id"))
    if not confirmed(element, what.get("confirm")):
        return UserAction(person.id)
    action = action_entry(sandbox, element, block, what.get("value"))
    act = begin(sandbox, person)
    hidden = isinstance(on, Ephemeral)
    hook = (
        ResponseUrl(act, channel.id, ephemeral=on.ts)
        if hidden
        else ResponseUrl(act, channel.id, on.ts)
    )
    state = initial_state(on.blocks)
    if element["type"] not in STATELESS:
        state[block["block_id"]][element["action_id"]] = _value(action)
    container = {"type": "message", "message_ts": on.ts, "channel_id": channel.id}
    payload = {
        "type": "block_actions",
        **common(sandbox, person),
        "container": {**container, "is_ephemeral": hidden},
        "trigger_id": sandbox.tokens.new_trigger(act),
        "channel": channel_ref(channel),
        **extra,
        "state": {"values": state},
        "response_url": response_url(sandbox, "actions", hook),
        "actions": [action],
    }
    ack = await sandbox.transport.deliver("interactive", payload)
    if ack.problem:
        show_failure(sandbox, act, channel.id, f"[{label(element)}]", ack)
    return act


def find(blocks: list[Json], target: str, block_id: str | None) -> tuple[Json, Json]:
    """The element with this action_id or label (also one for screen readers), and its block."""
    found = [
        (element, block)
        for element, block in elements(blocks)
        if target in (*_names(element), block.get("block_id"))
        and block_id in (None, block.get("block_id"))
    ]
    if not found:
        there = [f"{label(e)!r} ({e['action_id']})" for e, _ in elements(blocks)]
        raise NotPossible(f"there is no {target!r}; there is {', '.join(there) or 'nothing'}")
    return found[0]


def _names(element: Json) -> tuple[str | None, ...]:
    return element["action_id"], label(element), element.get("accessibility_label")


def confirmed(element: Json, answer: object) -> bool:
    """Whether the person confirms: their answer to the element's confirm dialog, True if it has
    none.

    Raises ``NotPossible`` if there is a dialog without an answer, or an answer without a dialog.
    """
    dialog = element.get("confirm")
    if dialog is None and answer is not None:
        raise NotPossible(f"[{label(element)}] has no confirm dialog")
    if dialog is not None and not isinstance(answer, bool):
        title, text, yes, no = (dialog[k]["text"] for k in ("title", "text", "confirm", "deny"))
        raise NotPossible(
            f"[{label(element)}] asks first: {title}: {text} [{yes}] [{no}]; "
            "answer with confirm, true or false"
        )
    return answer is not False


def action_entry(sandbox: Sandbox, element: Json, block: Json, value: object) -> Json:
    """One entry of ``actions`` in the payload."""
    action: Json = {"type": element["type"], "action_id": element["action_id"]}
    action |= {"block_id": block["block_id"], "action_ts": sandbox.ts()}
    if element["type"] in ("button", "workflow_button", "icon_button"):
        shown: Json = {key: element[key] for key in ("text", "value", "style") if key in element}
        return {**shown, **action}
    ids = {name: id_ for id_, name in sandbox.names().items()}
    try:
        return {**filled(element, value, ids), **action}
    except ValueError as problem:
        raise NotPossible(str(problem)) from problem


def _value(action: Json) -> Json:
    """The value that an action leaves in ``state.values``."""
    return {k: v for k, v in action.items() if k not in ("action_id", "block_id", "action_ts")}


def _attached(on: Message | Ephemeral) -> list[Json]:
    attachments = on.attachments if isinstance(on, Message) else []
    return [block for attachment in attachments for block in attachment.get("blocks", [])]
