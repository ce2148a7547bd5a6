"""The app manifest: what Muster asks of a workspace, and no more. A test holds it against the
code: a method, command or shortcut that only one of the two knows fails it."""

from typing import Any

import yaml

# Why each scope is asked for. The one table to read before installing.
SCOPES = {
    "bookmarks:read": "not to add a bookmark twice",
    "bookmarks:write": "bridge, runbooks and postmortem at the top of the channel",
    "channels:history": "the postmortem is written from the channel; nothing is said twice",
    "channels:join": "speak in the announcement channel",
    "channels:manage": "make the incident's channel, set its topic, invite people",
    "channels:read": "find the announcement channel",
    "chat:write": "speak",
    "commands": "/incident",
    "files:read": "the link of the postmortem's file",
    "files:write": "upload the postmortem",
    "groups:history": "the same for private incidents",
    "groups:read": "the same for private incidents",
    "groups:write": "make private channels, set their topic, invite people",
    "im:history": "no page is sent twice",
    "im:write": "page people, brief the holders of roles",
    "pins:write": "pin the card",
    "reactions:read": "what people mark with :pushpin: is in the timeline",
    "users:read": "people's names in the postmortem; whom to tell when only an admin can help",
    "users:read.email": "send one's own address updates without a link to confirm",
}

# What Slack is to tell us of, and why.
EVENTS = {
    "app_home_opened": "what is open, and one's roles and tasks, on the app's home tab",
    "channel_archive": "whoever commands is told that the channel is gone",
    "channel_left": "the same when the app was removed from it",
    "channel_rename": "the channel's new name",
    "group_archive": "the same for private incidents",
    "group_left": "the same for private incidents",
    "group_rename": "the same for private incidents",
    "member_joined_channel": "who joins late is offered what happened; the app is back",
    "member_left_channel": "who leaves a private incident may not see it; the app was removed",
    "message.channels": "what is in the timeline and is edited or deleted, is there, too",
    "message.groups": "the same for private incidents",
    "reaction_added": ":pushpin: puts a message into the timeline",
    "reaction_removed": "without :pushpin: it is taken out again",
    "user_change": "the roles of who leaves the workspace fall open",
}


def manifest(http_url: str | None = None) -> str:
    """YAML to paste into Slack: for Socket Mode, or for HTTP at `http_url`."""
    url = f"{http_url.rstrip('/')}/slack/events" if http_url else None
    return _HEAD + yaml.safe_dump(_app(url), sort_keys=False, allow_unicode=True)


HINTS = (  # what Slack shows beside `/incident`; `help` has the rest
    *("declare sev1 Checkout is down", "update TEXT", "role ic @name", "severity sev0", "ack"),
    *("task TEXT", "page @name", "resolve", "list", "who", "help"),
)

_HEAD = """\
# The Slack app. https://api.slack.com/apps → Create New App → From a manifest → paste this.
"""


def _app(url: str | None) -> dict[str, Any]:
    command = {
        "command": "/incident",
        "description": "Declare and run an incident",
        "usage_hint": " | ".join(HINTS),
        "should_escape": True,
    }
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    if url:
        command["url"] = url
        interactivity["request_url"] = url
        events = {"request_url": url, **events}
    return {
        "display_information": {
            "name": "Muster",
            "description": "Runs incidents with you: channel, roles, updates, pages, postmortem",
            "background_color": "#1f2937",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Muster", "always_online": True},
            "shortcuts": [
                {
                    "name": "Declare an incident",
                    "type": "global",
                    "callback_id": "declare",
                    "description": "Open the form that declares an incident",
                },
                {
                    "name": "Declare an incident",
                    "type": "message",
                    "callback_id": "declare_from_message",
                    "description": "Declare an incident with what this message says",
                },
                {
                    "name": "Add to the timeline",
                    "type": "message",
                    "callback_id": "add_to_timeline",
                    "description": "Put this message into the incident's timeline",
                },
                {
                    "name": "Make it a task",
                    "type": "message",
                    "callback_id": "task_from_message",
                    "description": "Put what this message asks for on the incident's list",
                },
            ],
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
