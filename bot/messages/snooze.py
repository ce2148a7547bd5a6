"""Reminders are snoozed: who did it, the end, the reason, and the button that takes it back."""

from bot.incident.events import Snoozed, SnoozeEnded
from bot.incident.incident import Incident
from bot.incident.reminders import update_due
from bot.incident.snoozing import UPDATE, holds, names_of, until, what
from bot.messages.blocks import Message, RenderContext, actions, button, section, value_of
from bot.messages.lines import with_reason
from bot.messages.text import mention, moment
from bot.streams.message import OutboundMessage


def snooze(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by, seen = message.about.event, mention(message.about.by), message.about.at
    if isinstance(event, SnoozeEnded):
        due = update_due(incident)
        then = f" The next update is due at {moment(due, ctx.zone, seen=seen)}." if due else ""
        return Message(f":alarm_clock: {by} ended the snooze.{then}")
    assert isinstance(event, Snoozed)
    when = moment(until(message.about), ctx.zone, seen=seen)
    held = "the status update" if names_of(event) == (UPDATE,) else what(event)
    said = with_reason(f":zzz: {by} snoozed {held} until {when}", event.reason)
    shown = said.blocks or [section(said.text)]  # without blocks, Slack keeps those of before
    if not holds(incident, message.about):
        return Message(said.text, shown)
    return Message(
        said.text, [*shown, actions(button("End snooze", "snooze_end", value_of(incident)))]
    )
