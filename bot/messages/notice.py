"""The direct message about a permanent refusal, for people who can fix it."""

from bot.incident.incident import NOT_PRIVATE, Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import escape
from bot.streams.address import INCIDENT_CHANNEL, OldChannel
from bot.streams.message import OutboundMessage

WHAT_TO_DO = {
    "restricted_action": "Your workspace restricts who can create channels: "
    "ask an admin to allow the Muster app",
    "missing_scope": "The Muster app is missing a permission: reinstall it from its manifest "
    "(`muster manifest`)",
    NOT_PRIVATE: "Slack created a public channel instead of a private one, so Muster isn't "
    "using it. Ask an admin why, then declare the incident again",
    "is_archived": "The channel is archived: unarchive it and invite Muster again",
    "not_in_channel": "Muster was removed from the channel: invite it again",
    "channel_not_found": "The channel was deleted, or Muster was removed from it",
}

TRY = "Then retry with `/incident note …`"
BACK = ("is_archived", "not_in_channel")  # Slack reports when we are invited again


def notice(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    if message.key.startswith("notice:moved:"):
        old = message.key.removeprefix("notice:moved:")
        apart = incident.apart_at > incident.opened_at
        again = "isn't merged any more" if apart else "was reopened"
        return Message(
            f":arrow_right: {incident.id} {again} and continues here. The previous channel, "
            f"<#{old}>, is archived; Slack doesn't let Muster unarchive it."
        )
    if isinstance(message.to, OldChannel):
        return _continued(incident)
    if message.to == INCIDENT_CHANNEL:
        return Message(
            ":wave: Muster was removed from this channel and has rejoined, because the incident "
            "is still open. What was due meanwhile follows."
        )
    which = incident.id if incident.private else f"{incident.id} ({escape(incident.title)})"
    match message.key:
        case "notice:channel":
            reason, what = incident.failed["channel"].reason, "has no channel"
        case "notice:draft":
            reason, what = incident.failed["draft"].reason, "has no postmortem draft"
        case _:
            reason, what = incident.channel_lost, "lost its channel"
    advice = WHAT_TO_DO.get(reason, "Slack gave no further details")
    final = message.key == "notice:draft" or reason == NOT_PRIVATE
    again = "Muster then resumes there automatically" if reason in BACK else TRY
    then = "" if final else f" {again}."
    return Message(f":warning: {which} {what}. {advice}.{then} _({escape(reason)})_")


def _continued(incident: Incident) -> Message:
    """In an old channel. Nothing that people wrote, because its readers may have joined since."""
    new = f"<#{incident.channel}>"
    if incident.is_over:
        return Message(
            f":arrow_right: {incident.id} was reopened while this channel was archived, and "
            f"continued in {new}. It's {incident.stage} now."
        )
    return Message(
        f":arrow_right: {incident.id} was reopened while this channel was archived, and continues "
        f"in {new}. `/incident` works here, too; what it posts goes there."
    )
