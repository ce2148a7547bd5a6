"""A status update, as posted in the channel. It notifies the people it names, never a channel."""

from bot.incident.events import StageChanged, UpdatePosted
from bot.incident.folding import besides
from bot.incident.incident import Incident
from bot.incident.reminders import update_every
from bot.messages.blocks import Message, RenderContext, context, section
from bot.messages.lines import THEN, also_acknowledged
from bot.messages.text import escape_clip, mention, moment, pieces, restore_mentions
from bot.streams.message import OutboundMessage


def update(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, at = message.about.event, message.about.at
    assert isinstance(event, UpdatePosted)
    also = besides(incident, message.about)
    moved = next((e.event.stage for e in also if isinstance(e.event, StageChanged)), None)
    stands = f"now *{moved}*" if moved else f"{incident.stage}"
    by = f":mega: *Update* by {mention(message.about.by)} · {incident.severity_id}, {stands}"
    told = [restore_mentions(piece, event.mentions) for piece in pieces(event.text)]
    blocks = [section(by), *map(section, told)]
    every = event.next_update or update_every(incident)
    follows = [also_acknowledged(incident, message), THEN.get(moved, "") if moved else ""]
    if every and incident.is_open:
        follows.append(f"Next update due {moment(at + every, ctx.zone)}")
    if said := [*filter(None, follows)]:
        blocks.append(context(*said))
    return Message(f":mega: Update: {escape_clip(event.text, 2000)}", blocks)
