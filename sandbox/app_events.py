"""Events: which ones the app gets, and their envelope."""

from typing import Any

from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel

Json = dict[str, Any]

MESSAGES = {"channel": "message.channels", "private": "message.groups", "im": "message.im"}
CHANNEL_TYPE = {"channel": "channel", "private": "group", "im": "im"}
PRIVATE_NAMES = {
    "channel_archive": "group_archive",
    "channel_unarchive": "group_unarchive",
    "channel_rename": "group_rename",
    "channel_left": "group_left",
}
SEEN_FROM_OUTSIDE = {"channel_archive", "channel_unarchive", "channel_rename"}
"""Events of public channels that the app hears of without being a member."""


def send_in_channel(
    sandbox: Sandbox, channel: Channel, event: Json, *, was_member: bool = False
) -> None:
    """Send an event of a channel, if the app subscribes to it and can see the channel."""
    kind = event["type"]
    if channel.kind == "private":
        kind = PRIVATE_NAMES.get(kind, kind)
        event = {**event, "type": kind}
    subscription = MESSAGES[channel.kind] if kind == "message" else kind
    member = was_member or sandbox.workspace.bot_user in channel.members
    if member or (channel.kind == "channel" and kind in SEEN_FROM_OUTSIDE):
        send_event(sandbox, event, subscription)


def send_event(sandbox: Sandbox, event: Json, subscription: str) -> None:
    """Wrap an event and deliver it, if the app subscribes to it."""
    if not sandbox.app_config.subscribed(subscription):
        return
    workspace = sandbox.workspace
    event.setdefault("event_ts", sandbox.ts())
    team = {"team_id": workspace.team_id, "enterprise_id": None}
    bot = {"user_id": workspace.bot_user, "is_bot": True, "is_enterprise_install": False}
    sandbox.transport.deliver_event(
        {
            "token": "verification-token",
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.new_id("Ev"),
            "event_time": int(sandbox.clock.now()),
            "authorizations": [{**team, **bot}],
            "is_ext_shared_channel": False,
            "event_context": "4-sandbox",
        }
    )
