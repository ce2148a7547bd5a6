"""A merge, announced in the channels of both incidents."""

from bot.incident.events import MergedFrom, MergedInto
from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import escape, mention
from bot.streams.message import OutboundMessage

MARK = ":twisted_rightwards_arrows:"


def merged(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, mention(message.about.by)
    assert isinstance(event, MergedFrom | MergedInto)
    if isinstance(event, MergedInto):
        return Message(
            f"{MARK} *{incident.id} goes on {where(event)}*, merged by {by}. Whoever worked on it "
            "is invited there; here nobody is asked or paged any more."
        )
    place = f" What was found so far is in <#{event.channel}>." if event.channel else ""
    return Message(
        f"{MARK} *{event.incident} goes on here*: {escape(event.title)}, merged by {by}. "
        f"Its people are invited.{place}"
    )


def where(event: MergedInto) -> str:
    """The link to the other incident; of a private one, only that it exists."""
    if event.private:
        return "as a private incident"
    return (
        f"in <#{event.channel}> as {event.incident}" if event.channel else f"as {event.incident}"
    )
