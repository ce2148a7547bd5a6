""":pushpin: on a message in an incident's channel puts it into the timeline, as it stands."""

from bot.incident.incident import Refused
from bot.incident.pins import FollowDeletion, FollowEdit, PinMessage, UnpinMessage
from bot.listeners.ask import Answer, Ask, Words
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


@feature.message_shortcut("add_to_timeline")
def added(ask: Ask) -> Answer:
    incident = ask.of_the_channel()
    if incident is None:
        raise Refused(
            "Only a message in an incident's channel can be added to a timeline; "
            "this channel is no incident's."
        )
    ts, text = ask.message["ts"], plain(ask.message["text"])
    outcome = ask.handle(PinMessage(ts, ask.message.get("user", ""), text))
    if not outcome.events:
        return Words(f"You have put it into the timeline of {incident.id} already.")
    return Words(f"It is in the timeline of {incident.id} now: `/incident timeline` shows it.")


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
        ask.handle(FollowEdit(ts, author, plain(ask.event["text"]), ask.event["edited"]))
    return None


def _is_pin(ask: Ask) -> bool:
    return ask.event["reaction"] == PIN and "ts" in ask.event
