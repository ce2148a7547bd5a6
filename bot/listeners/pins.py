""":pushpin: on a message in an incident's channel puts it into the timeline, as it stands."""

from bot.incident.pins import FollowDeletion, FollowEdit, PinMessage, UnpinMessage
from bot.listeners.ask import Answer, Ask
from bot.listeners.feature import Feature
from bot.messages.text import plain

feature = Feature()

PIN = "pushpin"


@feature.event("reaction_added")
def pinned(ask: Ask) -> Answer:
    if _is_pin(ask) and ask.of_the_channel():
        ask.handle(PinMessage(ask.event["ts"]))
    return None


@feature.event("reaction_removed")
def unpinned(ask: Ask) -> Answer:
    if _is_pin(ask) and ask.of_the_channel():
        ask.handle(UnpinMessage(ask.event["ts"]))
    return None


@feature.event("message.channels", "message.groups")
def changed(ask: Ask) -> Answer:
    """Of all that is written, only what is in a timeline concerns us. That the bot redraws its
    own messages doesn't."""
    ts, author = ask.event.get("ts"), ask.event.get("author", "")
    if ts is None or author == ask.house.identity.bot_user:
        return None
    incident = ask.of_the_channel()
    if incident is None or ts not in incident.pins:
        return None
    if ask.event["subtype"] == "message_deleted":
        ask.handle(FollowDeletion(ts))
    elif ask.event["edited"]:
        ask.handle(FollowEdit(ts, author, plain(ask.event["text"])))
    return None


def _is_pin(ask: Ask) -> bool:
    return ask.event["reaction"] == PIN and "ts" in ask.event
