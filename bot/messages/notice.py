"""The direct message about a permanent refusal, for people who can fix it."""

from bot.incident.incident import NOT_PRIVATE, Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import escape
from bot.streams.message import OutboundMessage

WHAT_TO_DO = {
    "restricted_action": "Your workspace lets only some people create channels: "
    "ask an admin to allow the Muster app to",
    "missing_scope": "The Muster app lacks a permission: install it again from its manifest "
    "(`muster manifest`)",
    NOT_PRIVATE: "Slack made a public channel where a private one was asked for, "
    "and it is not used. Ask an admin why, and declare it again",
    "is_archived": "It is archived: unarchive it and invite the app again",
    "not_in_channel": "The app was removed from it: invite it again",
    "channel_not_found": "It is gone, or the app was removed from it",
}

TRY = "Then `/incident note …` tries it again"
BACK = ("is_archived", "not_in_channel")  # Slack reports when we are invited again


def notice(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    which = incident.id if incident.private else f"{incident.id} ({escape(incident.title)})"
    match message.key:
        case "notice:channel":
            reason, what = incident.failed["channel"].reason, "has no channel"
        case "notice:draft":
            reason, what = incident.failed["draft"].reason, "has no postmortem draft"
        case _:
            reason, what = incident.channel_lost, "has lost its channel"
    advice = WHAT_TO_DO.get(reason, "Slack refused, and says no more than this")
    final = message.key == "notice:draft" or reason == NOT_PRIVATE
    again = "It goes on there by itself then" if reason in BACK else TRY
    then = "" if final else f" {again}."
    return Message(f":warning: {which} {what}. {advice}.{then} _({escape(reason)})_")
