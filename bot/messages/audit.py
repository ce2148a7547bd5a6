"""The delivery log in Slack: one line for each delivery, newest last."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.incident.audit import Sent, audit
from bot.incident.events import Reminded
from bot.incident.incident import Incident
from bot.incident.subscribers import IN_DOUBT
from bot.messages.blocks import Message, RenderContext, context, section
from bot.messages.slack_failures import what_failed
from bot.messages.text import approx, escape, escape_clip, mention, moment
from bot.streams.address import (
    Address,
    Announcements,
    AnnouncementThread,
    Channel,
    IncidentChannel,
    Mailbox,
    OldChannel,
    Person,
    Thread,
)
from bot.streams.message import OutboundMessage

A_PAGE = 20  # lines
A_SECTION = 5  # lines that are sure to fit
LATE = timedelta(seconds=10)  # anything faster counts as immediate
REASON_MAX = 120  # characters

NO_RECEIPTS = "Slack has no read receipts. “Answered” means that someone acted on it."

ASKED = {
    "commander": "reminder: no commander",
    "ack": "reminder: not acknowledged",
    "role": "reminder: open roles",
    "progress": "reminder: no progress",
}


def pages(incident: Incident) -> int:
    """The number of pages."""
    return max(1, -(-len(audit(incident)) // A_PAGE))


def record(incident: Incident, number: int, ctx: RenderContext) -> Message:
    """One page of the log; page 1 has the newest entries."""
    rows = audit(incident)
    end = len(rows) - (number - 1) * A_PAGE
    lines = [_line(each, ctx) for each in rows[max(0, end - A_PAGE) : end]]
    whole = pages(incident)
    of = f", page {number} of {whole}" if whole > 1 else ""
    head = f"*Delivery log for {incident.id}*{of}"
    older = f" Older: `/incident audit {number + 1}`." if number < whole else ""
    return Message(
        f"Delivery log for {incident.id}{of}",
        [section(head), *_sections(lines), context(f"{NO_RECEIPTS}{older}")],
    )


def _sections(lines: Sequence[str]) -> list[dict[str, object]]:
    starts = range(0, len(lines), A_SECTION)
    return [section("\n".join(lines[start : start + A_SECTION])) for start in starts]


def _line(row: Sent, ctx: RenderContext) -> str:
    when = moment(row.due, ctx.zone, seen=ctx.now)
    return f"{when} {_what(row)}: {_became(row, ctx)}"


def _what(row: Sent) -> str:
    if row.message is None:
        return what_failed(row.key)
    return f"{_kind(row.message)} → {_whom(row.message.to)}"


def _kind(message: OutboundMessage) -> str:
    if isinstance(message.about.event, Reminded) and message.about.event.reminder in ASKED:
        return ASKED[message.about.event.reminder]
    return message.kind.label


def _whom(to: Address) -> str:
    match to:
        case IncidentChannel():
            return "this channel"
        case Announcements() | AnnouncementThread():
            return "announcements"
        case Person(user):
            return mention(user)
        case Mailbox(address):
            return escape(mask_address(address))
        case Thread(channel) | OldChannel(channel):
            return f"<#{escape(channel)}>"
        case Channel():
            return escape(str(to))
        case never:
            assert_never(never)


def mask_address(address: str) -> str:
    """An address so that its owner knows it and others don't learn it.

    >>> mask_address("ana@example.com")
    'a…@example.com'
    """
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _became(row: Sent, ctx: RenderContext) -> str:
    if row.sent is not None:
        return f"{_sent(row.due, row.sent, ctx)}{_answered(row, ctx)}"
    if row.refused:
        by_mail = row.message is not None and isinstance(row.message.to, Mailbox)
        if by_mail and row.refused == IN_DOUBT:
            return ":warning: unknown: the mail server's answer was lost; not resent"
        who = "the mail server" if by_mail else "Slack"
        return f":warning: refused by {who} ({escape_clip(row.refused, REASON_MAX)})"
    return "not sent yet" if row.needed else "not sent: no longer needed"


def _sent(due: datetime, sent: datetime, ctx: RenderContext) -> str:
    if sent - due < LATE:
        return "sent"
    return f"sent {moment(sent, ctx.zone, seen=ctx.now)}, {approx(sent - due)} late"


def _answered(row: Sent, ctx: RenderContext) -> str:
    if row.answer is None:
        return ""
    after = approx(row.answer.at - (row.sent or row.due))
    return f", answered by {mention(row.answer.by)} after {after}"
