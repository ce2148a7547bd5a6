"""Every request that is possible in an incident's channel, as Slack sends it."""

import json
from collections.abc import Callable, Iterator

from bot.listeners.feature import Listener
from bot.listeners.features import FEATURES
from bot.listeners.inbound import (
    BlockAction,
    GlobalShortcut,
    MessageShortcut,
    Received,
    SlashCommand,
)

RESPONDER, COLLEAGUE = "U00000001", "U00000002"  # who asks, and whom it may be about
LONG_TEXT = "Checkout is down & <nobody> can pay, since the deploy; " * 80
TEXT = LONG_TEXT[:2900]  # about as long as Slack lets people write

# By subcommand, `action_id` or `callback_id`, and incident id.
MakePayload = Callable[[str, str], Received]


def all_requests() -> Iterator[tuple[str, Listener, MakePayload]]:
    """Each subcommand, button and shortcut by its name, with its listener and the function that
    makes its payload.
    """
    for feature in FEATURES:
        yield from (
            (subcommand.names[0], subcommand.listener, command)
            for subcommand in feature.subcommands
        )
    for feature in FEATURES:
        yield from ((name, listener, _click) for name, listener in feature.buttons.items())
    for feature in FEATURES:
        yield from ((name, listener, _shortcut) for name, listener in feature.shortcuts.items())
    for feature in FEATURES:
        for name, listener in feature.message_shortcuts.items():
            yield name, listener, _message_shortcut


def command_listener(name: str) -> Listener:
    """The listener of what is typed. `name`: one of the names of a subcommand."""
    (listener,) = (
        subcommand.listener
        for feature in FEATURES
        for subcommand in feature.subcommands
        if name in subcommand.names
    )
    return listener


def command(typed: str, incident_id: str) -> SlashCommand:
    """`/incident TYPED`, in the channel of this incident."""
    return SlashCommand(
        command="/incident", user_id=RESPONDER, channel_id=channel_of(incident_id), text=typed
    )


def channel_of(incident_id: str) -> str:
    """A channel id for an incident's channel.

    >>> channel_of("INC-7")
    'C00000007'
    """
    return f"C{incident_id.removeprefix('INC-'):0>8}"


def _click(action_id: str, incident_id: str) -> BlockAction:
    value = json.dumps({"incident": incident_id, "role": "ic"})
    clicked = {"type": "button", "action_id": action_id, "value": value}
    return BlockAction.model_validate(
        {**_interaction("block_actions", incident_id), "actions": [clicked]}
    )


def _shortcut(callback_id: str, incident_id: str) -> GlobalShortcut:
    return GlobalShortcut.model_validate(
        {**_interaction("shortcut", incident_id), "callback_id": callback_id}
    )


def _message_shortcut(callback_id: str, incident_id: str) -> MessageShortcut:
    message = {"ts": "1700000000.000200", "text": TEXT, "user": COLLEAGUE}
    return MessageShortcut.model_validate(
        {
            **_interaction("message_action", incident_id),
            "callback_id": callback_id,
            "message": message,
        }
    )


def _interaction(kind: str, incident_id: str) -> dict[str, object]:
    return {"type": kind, "user": {"id": RESPONDER}, "channel": {"id": channel_of(incident_id)}}
