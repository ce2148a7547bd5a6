"""A page: a direct message that asks for an acknowledgement and shows who gave it."""

from bot.incident.escalation import is_escalating, next_in_line, paged, still_asks
from bot.incident.events import Escalated, Paged, Recorded
from bot.incident.incident import Incident
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
from bot.messages.manual_page import manual_page as by_hand
from bot.messages.merge import where
from bot.messages.text import escape, join_and, mention
from bot.paging.events import Then
from bot.paging.told import acknowledged_before, acknowledged_by
from bot.streams.address import Person
from bot.streams.message import OutboundMessage


def escalation_page(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """A page of the escalation chain. For a private incident it has no title; people who may see
    it find it in the channel.
    """
    if isinstance(message.about.event, Paged):
        return by_hand(incident, message, ctx)
    assert isinstance(message.about.event, Escalated)
    to_person = isinstance(message.to, Person)
    title = "a private incident" if incident.private else escape(incident.title)
    if still_asks(incident, message.about):
        severity = escape(incident.severity_id)
        asks = (
            f"You're being paged for a {severity}"
            if to_person
            else f"{severity} needs a responder"
        )
        head = f":rotating_light: {asks}: {title} ({incident.id})"
    else:
        mark = "white_check_mark" if incident.paging.acknowledged_by else "white_circle"
        head = f":{mark}: {incident.severity_id}: {title} ({incident.id})"
    people = [] if to_person else paged(incident, until=message.about.seq)
    so_far = f"Paged so far: {join_and([mention(each) for each in people])}." if people else ""
    place = f"Join <#{incident.channel}>." if incident.channel else ""
    if incident.merged:
        place = f"It was merged into {where(incident.merged)}."
    return Message(
        f"{head} {so_far}".strip(),
        [
            section("\n".join(filter(None, (f"*{head}*", so_far, place)))),
            *_answer(incident, message),
        ],
    )


def _answer(incident: Incident, message: OutboundMessage) -> list[Block]:
    """The button while an answer is needed; afterwards who answered, or why none is needed."""
    page = message.about
    if still_asks(incident, page):
        on_it = join_and([mention(each) for each in acknowledged_before(incident.paging, page)])
        so_far = f", acknowledged by {on_it}" if on_it else ""
        return [
            actions(button("Acknowledge", "ack", value_of(incident), style="primary")),
            context(f"Declared by {mention(incident.declarer)}{so_far}. {_then(incident, page)}"),
        ]
    if by := acknowledged_by(incident.paging, page):
        return [context(f"Acknowledged by {mention(by)}.")]
    if not is_escalating(incident):
        return [context(f"The incident is {incident.stage}. Nothing to acknowledge.")]
    return [context("Replaced by a newer page.")]


def _then(incident: Incident, page: Recorded) -> str:
    """Who is paged if no one acknowledges. Old pages don't say; the policy does."""
    then = getattr(page.event, "then", "")
    others = then == Then.OTHERS or (not then and bool(next_in_line(incident)))
    if others:
        return "If you don't acknowledge, the next person on call is paged."
    if then == Then.AGAIN:
        return "If no one acknowledges, everyone is paged again."
    return f"No one else is in line. If you can't take it: `/incident page {incident.id} @name`."
