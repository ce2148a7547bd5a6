"""The announcement of a public incident: one message per incident, edited in place."""

from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext, context, section
from bot.messages.merge import where
from bot.messages.text import escape, mention, moment
from bot.streams.message import OutboundMessage


def announcement(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    title = f"{incident.severity_id} · {escape(incident.title)}"
    facts = [f"*{incident.stage.capitalize()}*"]
    if incident.merged:
        facts.append(f"continues as {where(incident.merged)}")
    elif incident.commander:
        facts.append(f"Commander: {mention(incident.commander)}")
    elif incident.is_open:
        facts.append("No commander yet")
    if incident.channel:
        facts.append(f"<#{incident.channel}>")
    declared = f"{incident.id} · declared {moment(incident.declared_at, ctx.zone)}"
    return Message(
        f"{title} ({incident.stage})",
        [section(f"*{title}*\n{' · '.join(facts)}"), context(declared)],
    )
