"""An undone command, in the channel."""

from bot.incident.events import PageWithdrawn, StageRestored
from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import mention
from bot.streams.message import OutboundMessage

MARK = ":leftwards_arrow_with_hook:"


def undone(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, mention(message.about.by)
    if isinstance(event, PageWithdrawn):
        return Message(f"{MARK} {by} withdrew the page to {mention(event.user)}.")
    assert isinstance(event, StageRestored)
    return Message(f"{MARK} {by} undid that: {incident.id} is {event.stage} again.")
