"""That a chain ended and no one acknowledged: to the channel, and to the last resort."""

from bot.incident.escalation import is_escalating, paged
from bot.incident.events import ChainEnded
from bot.incident.incident import Incident
from bot.incident.members import may_see
from bot.messages.blocks import (
    Block,
    Message,
    RenderContext,
    actions,
    button,
    context,
    section,
    value_of,
)
from bot.messages.merge import where
from bot.messages.targets import targets_of, with_mention
from bot.messages.text import escape, join_and, mention
from bot.paging.told import acknowledged_by
from bot.streams.actor import User
from bot.streams.address import INCIDENT_CHANNEL, Address, Person
from bot.streams.message import OutboundMessage

OR_PAGE = "If you're on it, acknowledge. To page someone: `/incident page {} @name`."


def unanswered(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """For a private incident, messages elsewhere have no title."""
    event = message.about.event
    assert isinstance(event, ChainEnded)
    people = paged(incident, until=message.about.seq)
    whom = (
        f"{join_and([mention(each) for each in people])} didn't answer."
        if people
        else "There was no one to page."
    )
    if message.to == INCIDENT_CHANNEL:
        told = f" Told {targets_of(event.targets)}." if event.targets else ""
        without = "; ".join(map(with_mention, event.missed))
        missed = f" Not told: {without}." if without else ""
        return _asking(incident, message, "No one acknowledged", f"{whom}{told}{missed}")
    title = "a private incident" if incident.private else escape(incident.title)
    head = f"No one acknowledged {escape(incident.severity_id)}: {title} ({incident.id})"
    return _asking(incident, message, head, f"{whom}{_place(incident, message.to)}")


def _place(incident: Incident, to: Address) -> str:
    """Where to go. A link to a private channel is of no use to people outside of it."""
    if incident.merged:
        return f" It was merged into {where(incident.merged)}."
    outside = not (isinstance(to, Person) and may_see(User(to.user), incident))
    if incident.private and outside:
        return " Acknowledge to get into its channel." if is_escalating(incident) else ""
    return f" Join <#{incident.channel}>." if incident.channel else ""


def _asking(incident: Incident, message: OutboundMessage, head: str, rest: str) -> Message:
    """With the button as long as it is needed; afterwards with who answered."""
    asks = is_escalating(incident)
    mark = "rotating_light" if asks else "white_check_mark"
    line = f":{mark}: *{head}.* {rest}"
    return Message(
        f":{mark}: {head}. {rest}", [section(line), *_answer(incident, message, asks=asks)]
    )


def _answer(incident: Incident, message: OutboundMessage, *, asks: bool) -> list[Block]:
    if asks:
        acknowledge = button("Acknowledge", "ack", value_of(incident), style="primary")
        return [actions(acknowledge), context(OR_PAGE.format(incident.id))]
    if by := acknowledged_by(incident.paging, message.about):
        return [context(f"Acknowledged by {mention(by)}.")]
    return [context(f"The incident is {incident.stage}. Nothing to acknowledge.")]
