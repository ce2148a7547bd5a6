"""The question to a person who has held a role for long, whether to hand it over."""

import json

from bot.incident.events import RoleHeldTooLong
from bot.incident.fatigue import held_since, still_asks
from bot.incident.incident import Incident
from bot.incident.offers import asked, waiting
from bot.messages.blocks import Message, RenderContext, actions, button, context, section
from bot.messages.handoff import called
from bot.messages.text import approx, escape, format_duration, mention
from bot.streams.message import OutboundMessage


def fatigue(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, RoleHeldTooLong)
    long = approx(message.about.at - held_since(incident, message.about))
    title = escape(incident.role_title(event.role))
    head = f":hourglass: You have been {title} of {called(incident)} for {long}."
    if not still_asks(incident, message.about):
        became = _became(incident, event)
        return Message(f"{head} {became}", [section(head), context(became)])
    text = f"{head} Hand over while you are still sharp?"
    value = json.dumps({"incident": incident.id, "role": event.role})
    row = incident.policy.role(event.role)
    again = (
        f" You are asked again in {format_duration(row.fatigue_after)}."
        if row and row.fatigue_after
        else ""
    )
    return Message(
        text,
        [
            section(text),
            actions(button("Hand over", "handoff_open", value, style="primary")),
            context(f"You choose whom to ask; it stays yours until they accept.{again}"),
        ],
    )


def _became(incident: Incident, event: RoleHeldTooLong) -> str:
    if not incident.is_open:
        return f"It is {incident.stage} now."
    if offered := waiting(incident, event.role):
        return f"{mention(asked(offered))} is asked to take over; it is theirs when they accept."
    holder = incident.roles.get(event.role)
    if holder is None:
        return "It is open now."
    return (
        "You were asked again since." if holder == event.user else f"{mention(holder)} has it now."
    )
