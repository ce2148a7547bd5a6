"""Which function renders which kind of message: one row a kind."""

from collections.abc import Callable

from bot.incident.incident import Incident
from bot.incident.outbound import OutboundMessage
from bot.messages import (
    announcement,
    briefing,
    card,
    declared,
    fatigue,
    handoff,
    handover,
    lines,
    manual_page,
    merge,
    milestone,
    nag,
    notice,
    page,
    postmortem,
    report,
    snooze,
    subscription,
    task,
    update,
)
from bot.messages.blocks import Message, RenderContext

RENDERERS: dict[str, Callable[[Incident, OutboundMessage, RenderContext], Message]] = {
    "card": card.card,
    "announcement": announcement.announcement,
    "briefing": briefing.briefing,
    "declared": declared.declared,
    "handoff": handoff.handoff,
    "handover": handover.handover,
    "fatigue": fatigue.fatigue,
    "nag": nag.nag,
    "page": page.escalation_page,
    "paged": manual_page.page_notice,
    "update": update.update,
    "snooze": snooze.snooze,
    "postmortem": postmortem.postmortem,
    "report": report.report,
    "notice": notice.notice,
    "milestone": milestone.milestone,
    "merged": merge.merged,
    "task": task.told,
    "overdue": task.overdue,
    "task-change": task.changed,
    "role": lines.role,
    "severity": lines.severity,
    "stage": lines.stage,
    "ack": lines.acknowledged,
    "escalation": lines.escalated,
    "subscription": subscription.subscription,
}


def render_message(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """What `message` says, as it reads now."""
    return RENDERERS[message.kind](incident, message, ctx)
