""":pushpin: on a message in an incident's channel puts it into the timeline, as it stands."""

from bot.errors import Refused
from bot.incident.pins import FollowDeletion, FollowEdit, PinMessage, UnpinMessage
from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback, MessageShortcut
from bot.listeners.inbound.events import (
    MessageChanged,
    MessageDeleted,
    MessageEvent,
    ReactionEvent,
)
from bot.messages.text import plain

feature = Feature()

PIN = "pushpin"


@feature.event("reaction_added")
def pinned(ask: Ask[EventCallback[ReactionEvent]]) -> Answer:
    ts = _pinned(ask)
    if ts and ask.of_the_channel():
        ask.handle(PinMessage(ts))
    return None


@feature.event("reaction_removed")
def unpinned(ask: Ask[EventCallback[ReactionEvent]]) -> Answer:
    ts = _pinned(ask)
    if ts and ask.of_the_channel():
        ask.handle(UnpinMessage(ts))
    return None


@feature.message_shortcut("add_to_timeline")
def added(ask: Ask[MessageShortcut]) -> Answer:
    incident = ask.of_the_channel()
    if incident is None:
        raise Refused(
            "Only a message in an incident's channel can be added to a timeline; "
            "this channel is no incident's."
        )
    message = ask.payload.message
    outcome = ask.handle(PinMessage(message.ts, message.user or "", plain(message.text)))
    if not outcome.events:
        return Words(f"You have put it into the timeline of {incident.id} already.")
    return Words(f"It is in the timeline of {incident.id} now: `/incident timeline` shows it.")


@feature.event("message.channels", "message.groups")
def changed(ask: Ask[EventCallback[MessageEvent]]) -> Answer:
    """Of all that is written, only what is in a timeline concerns us. That the bot redraws its
    own messages doesn't."""
    event = ask.payload.event
    if not isinstance(event, MessageChanged | MessageDeleted):
        return None
    if isinstance(event, MessageChanged) and event.author == ask.house.identity.bot_user:
        return None
    incident = ask.of_the_channel()
    if incident is None or event.ts not in incident.pins:
        return None
    if isinstance(event, MessageDeleted):
        ask.handle(FollowDeletion(event.ts))
    elif event.edited:
        ask.handle(FollowEdit(event.ts, event.author or "", plain(event.text), event.edited))
    return None


def _pinned(ask: Ask[EventCallback[ReactionEvent]]) -> str | None:
    """The message that was pinned or unpinned; None if the reaction means something else."""
    event = ask.payload.event
    return event.ts if event.reaction == PIN else None
