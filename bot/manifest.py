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
    "users:read": "people's names in the postmortem; whom to tell when only an admin can help",
}


def manifest(http_url: str | None = None) -> str:
    """YAML to paste into Slack: for Socket Mode, or for HTTP at `http_url`."""
    url = f"{http_url.rstrip('/')}/slack/events" if http_url else None
    return _HEAD + yaml.safe_dump(_app(url), sort_keys=False, allow_unicode=True)


_HEAD = """\
# The Slack app. https://api.slack.com/apps → Create New App → From a manifest → paste this.
"""


def _app(url: str | None) -> dict[str, Any]:
    command = {
        "command": "/incident",
        "description": "Declare and run an incident",
        "usage_hint": "declare sev1 Checkout is down | help",
        "should_escape": True,
    }
    interactivity: dict[str, Any] = {"is_enabled": True}
    if url:
        command["url"] = url
        interactivity["request_url"] = url
    return {
        "display_information": {
            "name": "Muster",
            "description": "Runs incidents with you: channel, roles, updates, pages, postmortem",
            "background_color": "#1f2937",
        },
        "features": {
            "bot_user": {"display_name": "Muster", "always_online": True},
            "shortcuts": [
                {
                    "name": "Declare an incident",
                    "type": "global",
                    "callback_id": "declare",
                    "description": "Open the form that declares an incident",
                }
            ],
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
