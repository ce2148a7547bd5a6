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
