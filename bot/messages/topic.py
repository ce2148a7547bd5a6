"""The channel's topic: severity, stage, commander."""

from bot.incident.incident import Incident
from bot.messages.text import mention


def topic(incident: Incident) -> str:
    """At most 250 characters, which is all that Slack takes."""
    who = mention(incident.commander) if incident.commander else "nobody yet"
    return f"{incident.severity_id} · {incident.stage} · IC: {who}"
