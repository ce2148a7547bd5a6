"""Update reminders are snoozed: who did it, the end, and the reason."""

from bot.incident.events import Snoozed
from bot.incident.incident import Incident
from bot.incident.snoozing import until
from bot.messages.blocks import Message, RenderContext
from bot.messages.lines import with_reason
from bot.messages.text import mention, moment
from bot.streams.message import OutboundMessage


def snooze(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by, seen = message.about.event, mention(message.about.by), message.about.at
    assert isinstance(event, Snoozed)
    when = moment(until(message.about), ctx.zone, seen=seen)
    return with_reason(f":zzz: {by} snoozed the status update until {when}", event.reason)
