"""Whoever has held a role for long is asked whether to hand it over."""

import json

from bot.incident.events import HeldLong
from bot.incident.fatigue import held_since, still_asks
from bot.incident.handoffs import asked, waiting
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages.handoff import called
from bot.messages.shape import Message, Voice, actions, button, context, section
from bot.messages.text import ago, escape, mention, span


def fatigue(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event = saying.about.event
    assert isinstance(event, HeldLong)
    long = ago(saying.about.at - held_since(incident, saying.about))
    title = escape(incident.role_title(event.role))
    head = f":hourglass: You have been {title} of {called(incident)} for {long}."
    if not still_asks(incident, saying.about):
        became = _became(incident, event)
        return Message(f"{head} {became}", [section(head), context(became)])
    text = f"{head} Hand over while you are still sharp?"
    value = json.dumps({"incident": incident.id, "role": event.role})
    row = incident.policy.role(event.role)
    again = (
        f" You are asked again in {span(row.fatigue_after)}." if row and row.fatigue_after else ""
    )
    return Message(
        text,
        [
            section(text),
            actions(button("Hand over", "handoff_open", value, style="primary")),
            context(f"You choose whom to ask; it stays yours until they accept.{again}"),
        ],
    )


def _became(incident: Incident, event: HeldLong) -> str:
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
