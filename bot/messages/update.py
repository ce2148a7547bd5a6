"""A status update, as posted in the channel. It notifies the people it names, never a channel."""

from bot.incident.events import UpdatePosted
from bot.incident.incident import Incident
from bot.incident.reminders import update_every
from bot.messages.blocks import Message, RenderContext, context, section
from bot.messages.text import escape_clip, mention, moment, pieces, restore_mentions
from bot.streams.message import OutboundMessage


def update(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, at = message.about.event, message.about.at
    assert isinstance(event, UpdatePosted)
    by = (
        f":mega: *Update* by {mention(message.about.by)} · "
        f"{incident.severity_id}, {incident.stage}"
    )
    told = [restore_mentions(piece, event.mentions) for piece in pieces(event.text)]
    blocks = [section(by), *map(section, told)]
    every = event.next_update or update_every(incident)
    if every and incident.is_open:
        blocks.append(context(f"Next update due {moment(at + every, ctx.zone)}"))
    return Message(f":mega: Update: {escape_clip(event.text, 2000)}", blocks)
