"""The app manifest: the permissions that Muster requests. A test compares it with the code: a
method, command or shortcut that only one of the two has fails it.
"""

from typing import Any

import yaml

# The reason for each scope. Read this table before installing.
SCOPES = {
    "bookmarks:read": "avoid adding a bookmark twice",
    "bookmarks:write": "link bridge, runbooks and postmortem at the top of the channel",
    "channels:history": "write the postmortem from the channel; avoid posting twice",
    "channels:join": "post in the announcement channel; rejoin after a removal by mistake; link "
    "an old channel to the new one",
    "channels:manage": "create the incident's channel, set its topic, invite people",
    "channels:read": "find the announcement channel",
    "chat:write": "post messages",
    "commands": "/incident",
    "dnd:read": "ask another responder while somebody is in Do Not Disturb",
    "files:read": "get the link of the postmortem's file",
    "files:write": "upload the postmortem",
    "groups:history": "the same for private incidents",
    "groups:read": "the same for private incidents",
    "groups:write": "create private channels, set their topic, invite people",
    "im:history": "avoid sending a page twice",
    "im:write": "page people, brief the holders of roles",
    "pins:read": "add messages that are pinned in Slack to the timeline",
    "pins:write": "pin the card",
    "reactions:read": "add messages with the reaction :pushpin: to the timeline",
    "usergroups:read": "page user groups, and check them; their names",
    "users:read": "names in the postmortem; find the admins when only they can help",
    "users:read.email": "send updates to one's own address without a link to confirm",
}

# The events that Slack sends us, and why.
EVENTS = {
    "app_home_opened": "update the Home tab: open incidents, own roles and tasks",
    "channel_archive": "notify the commander that the channel is gone",
    "channel_left": "the same if the app was removed from it",
    "channel_rename": "follow the channel's new name",
    "channel_unarchive": "announce what wasn't while the announcement channel was archived; link "
    "an incident's old channel to its new one",
    "group_archive": "the same for private incidents",
    "group_left": "the same for private incidents",
    "group_rename": "the same for private incidents",
    "member_joined_channel": "offer a summary to people who join late; notice the app's return",
    "member_left_channel": "hide a private incident from people who leave; notice a removed app",
    "message.channels": "follow edits and deletions of messages in the timeline",
    "message.groups": "the same for private incidents",
    "pin_added": "add a message that is pinned in Slack to the timeline",
    "pin_removed": "remove it when it is unpinned",
    "reaction_added": "add a message with :pushpin: to the timeline",
    "reaction_removed": "remove it when :pushpin: is removed",
    "user_change": "empty the roles of people who leave the workspace",
}


def manifest(http_url: str | None = None) -> str:
    """The manifest as YAML to paste into Slack: for Socket Mode, or for HTTP at `http_url`."""
    url = f"{http_url.rstrip('/')}/slack/events" if http_url else None
    return _HEAD + yaml.safe_dump(_app(url), sort_keys=False, allow_unicode=True)


HINTS = (  # shown beside `/incident`; `help` has the rest
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
