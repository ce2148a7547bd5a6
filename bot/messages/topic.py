"""The channel's topic: severity, stage and commander."""

from bot.incident.incident import Incident
from bot.messages.merge import where
from bot.messages.text import mention


def topic(incident: Incident) -> str:
    """The topic, at most 250 characters, which is Slack's limit."""
    if incident.merged:
        return f"{incident.id} was merged into {where(incident.merged)}"
    commander = incident.commander
    who = f"Commander: {mention(commander)}" if commander else "No commander yet"
    return f"{incident.severity_id} · {incident.stage} · {who}"
