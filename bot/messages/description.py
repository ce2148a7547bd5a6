"""A corrected title or summary, in the channel."""

from bot.incident.events import SummaryChanged, TitleChanged
from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import escape, escape_clip, mention
from bot.streams.message import OutboundMessage

SHOWN = 2900  # characters of a summary; a section holds 3,000


def title(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, mention(message.about.by)
    assert isinstance(event, TitleChanged)
    return Message(f":pencil2: New title, by {by}: *{escape(event.title)}*")


def summary(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, mention(message.about.by)
    assert isinstance(event, SummaryChanged)
    if not event.summary:
        return Message(f":pencil2: {by} removed the summary.")
    return Message(f":pencil2: New summary, by {by}:\n{escape_clip(event.summary, SHOWN)}")
