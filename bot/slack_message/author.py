"""The app that wrote a message."""

from bot.slack_message.shape import Json, words

LONGEST = 80  # characters of a name


def app_of(message: Json) -> str:
    """The name under which an app wrote it; empty if a person did.

    >>> app_of({"user": "U1"}), app_of({"bot_id": "B1", "username": "Nagios"})
    ('', 'Nagios')
    >>> app_of({"user": "U9", "bot_id": "B1", "bot_profile": {"name": "Grafana"}})
    'Grafana'
    """
    if not message.get("bot_id") and message.get("subtype") != "bot_message":
        return ""
    profile = message.get("bot_profile")
    name = words(profile, "name") if isinstance(profile, dict) else ""
    return (words(message, "username") or name or "an app")[:LONGEST]
