"""The channel's topic: severity, stage and commander."""

from bot.incident.incident import Incident
from bot.messages.merge import where
from bot.messages.text import mention


def topic(incident: Incident) -> str:
    """The topic, at most 250 characters, which is Slack's limit."""
    if incident.merged:
        return f"Merged: {incident.id} goes on {where(incident.merged)}"
    who = mention(incident.commander) if incident.commander else "nobody yet"
    return f"{incident.severity_id} · {incident.stage} · IC: {who}"
