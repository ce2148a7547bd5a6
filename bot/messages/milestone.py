"""A corrected milestone, for everybody who saw the old time."""

from bot.incident.events import MilestoneCorrected
from bot.incident.incident import Incident
from bot.incident.milestones import title
from bot.messages.blocks import Message, RenderContext
from bot.messages.lines import with_reason
from bot.messages.text import mention, moment
from bot.streams.message import OutboundMessage


def milestone(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by, seen = message.about.event, mention(message.about.by), message.about.at
    assert isinstance(event, MilestoneCorrected)
    was = f" (was {moment(event.was, ctx.zone, seen=seen)})" if event.was else ""
    when = moment(event.when, ctx.zone, seen=seen)
    verb = "corrected" if event.was else "set"
    return with_reason(
        f":clock3: {by} {verb} *{title(event.milestone).lower()}* to {when}{was}", event.reason
    )
