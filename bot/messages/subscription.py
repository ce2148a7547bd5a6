"""The direct messages to a subscriber: an update, a stage, the state of an address."""

from bot.incident.events import (
    MergedInto,
    MergedIntoUndone,
    Stage,
    StageChanged,
    StageRestored,
    SubscriptionConfirmed,
    SubscriptionRequested,
    UpdatePosted,
)
from bot.incident.incident import Incident
from bot.incident.subscribers import IN_DOUBT, REFUSED
from bot.messages.blocks import Message, RenderContext, context, section
from bot.messages.text import escape, escape_clip, pieces
from bot.streams.message import OutboundMessage

TITLE_SHOWN = 150  # characters


def subscription(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """Words for one person, who reads them outside of the incident's channel."""
    event = message.about.event
    if message.key.endswith(REFUSED):
        return Message(_not_delivered(incident, message))
    match event:
        case UpdatePosted(text):
            head = _heading(incident, "update")
            blocks = [
                section(head),
                *(section(piece) for piece in pieces(text)),
                _footer(incident),
            ]
            return Message(f"{head}: {escape_clip(text, 2000)}", blocks)
        case StageChanged(stage, text):
            head = _heading(incident, _STAGES.get(stage, str(stage)))
            said = [section(piece) for piece in pieces(text)] if text else []
            return Message(
                f"{head}: {escape_clip(text, 2000)}" if text else head,
                [section(head), *said, _footer(incident)],
            )
        case StageRestored(stage):
            head = _heading(incident, f"{stage} again")
            return Message(head, [section(head), _footer(incident)])
        case MergedInto(other, private=private):
            where = "another incident" if private else other
            then = "" if private else f" To follow that one: `/incident subscribe {other}`."
            return Message(f"{_heading(incident, f'merged into {where}')}.{then}")
        case MergedIntoUndone():
            head = _heading(incident, "no longer merged")
            return Message(f"{head}. It goes on by itself.")
        case SubscriptionRequested(_, address):
            return Message(_checked(incident, message, escape(address)))
        case SubscriptionConfirmed(number):
            address = escape(incident.subscriptions[number].address)
            return Message(f"{address} is confirmed. Updates about {incident.id} now go there.")
        case _:
            raise TypeError(event)


_STAGES = {Stage.INVESTIGATING: "investigating again"}


def _heading(incident: Incident, what: str) -> str:
    title = escape_clip(incident.title, TITLE_SHOWN)
    return f":mega: *{incident.id}* {what} · {title} · {incident.severity_id}, {_place(incident)}"


def _place(incident: Incident) -> str:
    return f"<#{incident.channel}>" if incident.channel else "its channel"


def _footer(incident: Incident) -> dict[str, object]:
    return context(f"You subscribed. To stop: `/incident unsubscribe {incident.id}`")


def _checked(incident: Incident, message: OutboundMessage, address: str) -> str:
    asked = incident.subscriptions[message.about.seq]
    if asked.own:
        return f"Updates about {incident.id} now go to {address}, your address in Slack."
    if incident.private:
        return (
            f"{incident.id} is private, so its updates go only to your own address in Slack. "
            f"{address} isn't yours. For direct messages: `/incident subscribe {incident.id}`."
        )
    return (
        f"{address} isn't your address in Slack, so it gets a link to confirm first. "
        "The link works for 24 hours."
    )


def _not_delivered(incident: Incident, message: OutboundMessage) -> str:
    """In doubt, or refused: the same for who reads it, but for whether it may have arrived."""
    mail = message.key.removesuffix(REFUSED).rpartition(":")[2]
    failure = incident.failed[f"mail:{message.about.seq}:{mail}"]
    asks = isinstance(message.about.event, SubscriptionRequested)
    what = "the link to confirm your address" if asks else "an update"
    became = (
        "may not have arrived: the mail server didn't answer"
        if failure.reason == IN_DOUBT
        else f"wasn't delivered ({escape_clip(failure.reason, 200)})"
    )
    then = (
        f"To get another: `/incident subscribe {incident.id} ADDRESS`."
        if asks
        else f"You can read it in {_place(incident)}."
    )
    return f"The e-mail with {what} about {incident.id} {became}. {then}"
