"""A page by hand: the direct message, and the line in the channel."""

from bot.incident.escalation import page_key
from bot.incident.events import Paged
from bot.incident.incident import Incident
from bot.incident.paging import is_answered, wants_answer
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
from bot.messages.lines import with_reason
from bot.messages.text import escape, escape_clip, mention
from bot.streams.message import OutboundMessage


def manual_page(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """The direct message. For a private incident it has neither title nor text; people who may see
    them find them in its channel.
    """
    event, by = message.about.event, mention(message.about.by)
    assert isinstance(event, Paged)
    title = "a private incident" if incident.private else escape(incident.title)
    text = "" if incident.private else event.text
    if wants_answer(incident, message.about):
        paged_for = f"You're being paged for a {incident.severity_id}"
        head = f":rotating_light: {paged_for}: {title} ({incident.id})"
    else:
        mark = "white_check_mark" if is_answered(incident, message.about) else "white_circle"
        head = f":{mark}: {incident.severity_id}: {title} ({incident.id})"
    on_call = f" (you're on call for {escape(event.schedule)})" if event.schedule else ""
    who = f"Paged by {by}{on_call}"
    place = f"Join <#{incident.channel}>." if incident.channel else ""
    if event.text and not text:
        place = f"{place} The reason is in the channel.".strip()
    asks = with_reason(f"*{head}*\n{who}", text, place)
    return Message(
        f"{head}. {who}{f': {escape_clip(text, 2000)}' if text else '.'}",
        [*(asks.blocks or [section(asks.text)]), *_answer(incident, message)],
    )


def page_notice(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """The line in the channel, once it is known whether the page arrived."""
    event, by = message.about.event, mention(message.about.by)
    assert isinstance(event, Paged)
    for_schedule = f" (on call for {escape(event.schedule)})" if event.schedule else ""
    whom = f"{mention(event.user)}{for_schedule}"
    refusal = incident.failed.get(page_key(message.about, f"@{event.user}"))
    if refusal is None:
        return with_reason(f":pager: {by} paged {whom}", event.text)
    return with_reason(
        f":pager: {by}, your page didn't reach {whom} ({_why(refusal.reason)})",
        event.text,
        "Page someone else: `/incident page @name`.",
    )


def _why(reason: str) -> str:
    return "deactivated account" if reason == "user_disabled" else f"Slack error {escape(reason)}"


def _answer(incident: Incident, message: OutboundMessage) -> list[Block]:
    if message.about.seq in incident.paging.withdrawn:
        return [context(f"Withdrawn by {mention(message.about.by)}: you don't need to answer.")]
    if is_answered(incident, message.about):
        now = (
            "The channel has been notified"
            if incident.is_open
            else f"{incident.id} is {incident.stage}"
        )
        return [context(f"You acknowledged. {now}.")]
    if not incident.is_open:
        return [context(f"The incident is {incident.stage}. Nothing to acknowledge.")]
    return [actions(button("Acknowledge", "ack", value_of(incident), style="primary"))]
