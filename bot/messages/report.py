"""A duplicate report: somebody saw the same problem and joined."""

from bot.incident.events import DuplicateReported
from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext, section
from bot.messages.text import escape_clip, mention, pieces
from bot.streams.message import OutboundMessage


def report(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, mention(message.about.by)
    assert isinstance(event, DuplicateReported)
    head = f":raising_hand: {by} reported the same and joined"
    blocks = [section(f"{head}:"), *map(section, pieces(event.text))]
    return Message(f"{head}: {escape_clip(event.text, 2000)}", blocks)
