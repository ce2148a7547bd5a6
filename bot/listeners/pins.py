"""The reaction :pushpin: in an incident's channel pins a message to the timeline."""

from bot.errors import Refused
from bot.incident.pins import FollowDeletion, FollowEdit, PinMessage, UnpinMessage
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback, MessageShortcut
from bot.listeners.inbound.events import (
    MessageChanged,
    MessageDeleted,
    MessageEvent,
    ReactionEvent,
)
from bot.listeners.request import Answer, Reply, Request
from bot.messages.text import unescape

feature = Feature()

PIN = "pushpin"


@feature.event("reaction_added")
def pinned(request: Request[EventCallback[ReactionEvent]]) -> Answer:
    ts = _pinned(request)
    if ts and request.channel_incident():
        request.handle(PinMessage(ts))
    return None


@feature.event("reaction_removed")
def unpinned(request: Request[EventCallback[ReactionEvent]]) -> Answer:
    ts = _pinned(request)
    if ts and request.channel_incident():
        request.handle(UnpinMessage(ts))
    return None


@feature.message_shortcut("add_to_timeline")
def added(request: Request[MessageShortcut]) -> Answer:
    incident = request.channel_incident()
    if incident is None:
        raise Refused(
            "This isn't an incident channel. "
            "Only messages in an incident channel can be added to a timeline."
        )
    message = request.payload.message
    outcome = request.handle(PinMessage(message.ts, message.user or "", unescape(message.text)))
    if not outcome.events:
        return Reply(f"You already added this to the timeline of {incident.id}.")
    return Reply(f"Added to the timeline of {incident.id}. To see it: `/incident timeline`.")


@feature.event("message.channels", "message.groups")
def changed(request: Request[EventCallback[MessageEvent]]) -> Answer:
    """Follow edits and deletions of pinned messages. Ignores other messages, and updates of the
    bot's own."""
    event = request.payload.event
    if not isinstance(event, MessageChanged | MessageDeleted):
        return None
    incident = request.channel_incident()
    if incident is None or event.ts not in incident.pins:
        return None
    if isinstance(event, MessageDeleted) or event.is_deletion:
        request.handle(FollowDeletion(event.ts))
        return None
    now, pin = event.message, incident.pins[event.ts]
    # Without a time, an app changed its message, or Slack a link in it: the reading will show it.
    if now.user != request.services.identity.bot_user and (now.edited or not pin.is_unread):
        request.handle(FollowEdit(now.ts, now.user or "", unescape(now.text), now.edited or ""))
    return None


def _pinned(request: Request[EventCallback[ReactionEvent]]) -> str | None:
    """The message that was pinned or unpinned; None for other reactions."""
    event = request.payload.event
    return event.ts if event.reaction == PIN else None
