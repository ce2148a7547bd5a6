"""The reply in the thread of the message that an incident was declared from, with a link."""

from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import escape, mention
from bot.streams.message import OutboundMessage


def declared(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    where = f" Join <#{incident.channel}>." if incident.channel else ""
    return Message(
        f":rotating_light: {mention(incident.declarer)} declared *{incident.id}* "
        f"({incident.severity_id}) from this message: {escape(incident.title)}.{where}"
    )
