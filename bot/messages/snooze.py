"""Update reminders are snoozed: who did it, the end, and the reason."""

from bot.incident.events import Snoozed, SnoozeEnded
from bot.incident.incident import Incident
from bot.incident.reminders import update_due
from bot.incident.snoozing import until
from bot.messages.blocks import Message, RenderContext
from bot.messages.lines import with_reason
from bot.messages.text import mention, moment
from bot.streams.message import OutboundMessage


def snooze(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by, seen = message.about.event, mention(message.about.by), message.about.at
    if isinstance(event, SnoozeEnded):
        due = update_due(incident)
        then = f" The next one is due at {moment(due, ctx.zone, seen=seen)}." if due else ""
        return Message(f":alarm_clock: {by} ended the snooze of the status update.{then}")
    assert isinstance(event, Snoozed)
    when = moment(until(message.about), ctx.zone, seen=seen)
    return with_reason(f":zzz: {by} snoozed the status update until {when}", event.reason)
