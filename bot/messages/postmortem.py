"""The link to the postmortem draft, and the next steps for it."""

from bot.incident.drafting import Outdated, outdated
from bot.incident.events import PostmortemDrafted
from bot.incident.incident import Incident
from bot.incident.review import peak
from bot.messages.blocks import Message, RenderContext, context, section
from bot.messages.text import format_duration, mention
from bot.streams.message import OutboundMessage

OUTDATED = {
    Outdated.REOPENED: "*Out of date:* {} was reopened after it was written.",
    Outdated.REPLACED: "*Out of date:* a newer draft replaces it.",
}


def postmortem(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, PostmortemDrafted)
    who = mention(incident.commander or incident.declarer)
    worst = peak(incident)
    within = worst.postmortem_within
    due = (
        f"Review it within {format_duration(within)}."
        if within
        else f"{worst.id} doesn't require a postmortem."
    )
    due = OUTDATED[since].format(incident.id) if (since := outdated(incident)) else due
    link = f"<{event.link}|read and complete it>"
    text = f":memo: {who} Postmortem draft for {incident.id}: {link}. {due}"
    return Message(
        text,
        [
            section(text),
            context(
                "Written from this channel, without AI. Secrets and e-mail addresses are masked. "
                "To draft it again: `/incident postmortem`."
            ),
        ],
    )
