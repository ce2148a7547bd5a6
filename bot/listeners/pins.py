"""In an incident's channel, the reactions :pushpin: and :round_pushpin: and Slack's own pin put a
message into the timeline."""

import re
from dataclasses import replace

from bot.errors import Refused
from bot.incident.drafting import Outdated, RequestPostmortem, outdated
from bot.incident.incident import Incident
from bot.incident.members import may_see
from bot.incident.pins import FollowDeletion, FollowEdit, How, PinMessage, UnpinMessage
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback, MessageShortcut
from bot.listeners.inbound.events import (
    MessageChanged,
    MessageDeleted,
    MessageEvent,
    PinEvent,
    ReactionEvent,
)
from bot.listeners.lost_messages import follow_deletion
from bot.listeners.request import Answer, Reply, Request
from bot.messages.text import unescape

feature = Feature()

REACTIONS = {"pushpin": How.PUSHPIN, "round_pushpin": How.ROUND_PUSHPIN}


@feature.event("reaction_added")
def reacted(request: Request[EventCallback[ReactionEvent]]) -> Answer:
    event = request.payload.event
    if (how := REACTIONS.get(event.reaction)) is not None and event.ts:
        _handle(request, PinMessage(event.ts, how=how, channel=request.channel))
    return None


@feature.event("reaction_removed")
def unreacted(request: Request[EventCallback[ReactionEvent]]) -> Answer:
    event = request.payload.event
    if (how := REACTIONS.get(event.reaction)) is not None and event.ts:
        _handle(request, UnpinMessage(event.ts, how))
    return None


@feature.event("pin_added")
def pinned(request: Request[EventCallback[PinEvent]]) -> Answer:
    """A person pinned a message in Slack. Events of our own pins don't get here."""
    if ts := request.payload.event.ts:
        _handle(request, PinMessage(ts, how=How.SLACK, channel=request.channel))
    return None


@feature.event("pin_removed")
def unpinned(request: Request[EventCallback[PinEvent]]) -> Answer:
    if ts := request.payload.event.ts:
        _handle(request, UnpinMessage(ts, How.SLACK))
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
    author, text, parent = message.user or "", unescape(message.text), message.parent or ""
    pin = PinMessage(message.ts, author, text, thread_ts=parent, app=message.app)
    outcome = request.handle(replace(pin, channel=request.channel))
    if not outcome.events:
        return Reply(f"You already added this to the timeline of {incident.id}.")
    return Reply(f"Added to the timeline of {incident.id}. To see it: `/incident timeline`.")


@feature.event("message.channels", "message.groups")
def changed(request: Request[EventCallback[MessageEvent]]) -> Answer:
    """Follow edits and deletions of pinned messages, and deletions of those that the draft quotes.
    Ignores other messages, and updates of the bot's own."""
    event = request.payload.event
    if not isinstance(event, MessageChanged | MessageDeleted):
        return None
    if isinstance(event, MessageDeleted) or event.is_deletion:
        follow_deletion(request, event.ts)
    incident = request.channel_incident()
    if incident is None:
        return None
    if event.ts not in incident.pins:
        if isinstance(event, MessageDeleted) or event.is_deletion:
            _draft_without(event.ts, incident, request)
        return None
    if isinstance(event, MessageDeleted) or event.is_deletion:
        request.handle(FollowDeletion(event.ts))
        return None
    now, pin = event.message, incident.pins[event.ts]
    # Without a time, an app changed its message, or Slack a link in it: the reading will show it.
    if now.user != request.services.identity.bot_user and (now.edited or not pin.is_unread):
        request.handle(FollowEdit(now.ts, now.user or "", unescape(now.text), now.edited or ""))
    return None


def _draft_without(ts: str, incident: Incident, request: Request) -> None:
    """Request a new draft if the latest one quotes the message. Our own messages stay facts."""
    ours = {each.ts for each in incident.said.values()}
    if incident.merged or ts in ours or outdated(incident) is Outdated.REPLACED:
        return
    document = request.services.store.documents.get(f"draft:{incident.id}") or ""
    link = request.services.identity.permalink(request.channel, ts)
    if incident.drafted and re.search(rf"{re.escape(link)}\b", document):
        request.handle(RequestPostmortem())


def _handle(request: Request, command: PinMessage | UnpinMessage) -> None:
    """Handle it if the channel is an incident's; in an old channel, from people who see it."""
    incident = request.channel_incident()
    if incident is None:
        return
    if request.channel not in incident.old_channels or may_see(request.actor, incident):
        request.handle(command)
