"""The question to a person who has held a role for long, whether to hand it over."""

from bot.incident.events import RoleHeldTooLong
from bot.incident.fatigue import held_since, still_asks
from bot.incident.incident import Incident
from bot.incident.offers import asked, waiting
from bot.messages.blocks import Message, RenderContext, actions, button, context, section, value_of
from bot.messages.handoff import called
from bot.messages.text import approx, escape, format_duration, mention
from bot.streams.message import OutboundMessage


def fatigue(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, RoleHeldTooLong)
    long = approx(message.about.at - held_since(incident, message.about))
    title = escape(incident.role_title(event.role))
    head = f":hourglass: You've been {title} of {called(incident)} for {long}."
    if not still_asks(incident, message.about):
        became = _became(incident, event)
        return Message(f"{head} {became}", [section(head), context(became)])
    text = f"{head} Time to hand over?"
    value = value_of(incident, role=event.role)
    row = incident.policy.role(event.role)
    again = (
        f" Next reminder in {format_duration(row.fatigue_after)}."
        if row and row.fatigue_after
        else ""
    )
    return Message(
        text,
        [
            section(text),
            actions(button("Hand over role", "handoff_open", value, style="primary")),
            context(f"You choose who to ask, and keep the role until they accept.{again}"),
        ],
    )


def _became(incident: Incident, event: RoleHeldTooLong) -> str:
    if not incident.is_open:
        return f"The incident is {incident.stage}."
    if offered := waiting(incident, event.role):
        who = mention(asked(offered))
        return f"Handoff request sent to {who}. You keep the role until they accept."
    holder = incident.roles.get(event.role)
    if holder is None:
        return "The role is open now."
    return (
        "Replaced by a newer reminder."
        if holder == event.user
        else f"{mention(holder)} has the role now."
    )
