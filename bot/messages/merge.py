"""A merge, announced in the channels of both incidents."""

from bot.incident.events import MergedFrom, MergedFromUndone, MergedInto, MergedIntoUndone
from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import escape, mention
from bot.streams.message import OutboundMessage

MARK = ":twisted_rightwards_arrows:"
UNDONE = ":leftwards_arrow_with_hook:"


def merged(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, mention(message.about.by)
    if isinstance(event, MergedFromUndone):
        return Message(
            f"{UNDONE} {by} undid the merge: *{event.incident}* goes on by itself, with its "
            "reminders and pages. What came with it is taken back; what was done since stays."
        )
    if isinstance(event, MergedIntoUndone):
        return Message(
            f"{UNDONE} {by} undid the merge: *{incident.id}* goes on here as before, with its "
            "reminders and pages."
        )
    assert isinstance(event, MergedFrom | MergedInto)
    if isinstance(event, MergedInto):
        return Message(
            f"{MARK} *{incident.id} was merged into {where(event)}* by {by}. Its responders were "
            "added there. Reminders and pages stop here."
        )
    place = f" Earlier discussion: <#{event.channel}>." if event.channel else ""
    return Message(
        f"{MARK} *{event.incident} was merged into this incident* by {by}: "
        f"{escape(event.title)}. Its responders were added.{place}"
    )


def where(event: MergedInto) -> str:
    """The link to the other incident; of a private one, only that it exists."""
    if event.private:
        return "a private incident"
    return f"{event.incident} (<#{event.channel}>)" if event.channel else event.incident
