"""The table of renderers: one function for each kind of message."""

from collections.abc import Callable, Mapping

from bot.incident.incident import Incident
from bot.incident.slices import SLICES
from bot.messages import (
    announcement,
    briefing,
    card,
    declared,
    description,
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
    unanswered,
    undone,
    update,
)
from bot.messages.blocks import Message, RenderContext
from bot.streams.message import OutboundMessage

Renderers = Mapping[str, Callable[[Incident, OutboundMessage, RenderContext], Message]]


def check_renderers(renderers: Renderers) -> None:
    """Each kind of message has a renderer, and each renderer a kind. Raises `TypeError` that
    names what hasn't."""
    kinds = set(SLICES.messages)
    if missing := kinds - renderers.keys():
        raise TypeError(f"RENDERERS: none for messages of kind {', '.join(sorted(missing))}")
    if idle := renderers.keys() - kinds:
        raise TypeError(f"RENDERERS: no messages are of kind {', '.join(sorted(idle))}")


RENDERERS: Renderers = {
    "card": card.card,
    "announcement": announcement.announcement,
    "announcement_update": announcement.announcement_update,
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
    "undone": undone.undone,
    "title": description.title,
    "summary": description.summary,
    "merged": merge.merged,
    "task": task.told,
    "overdue": task.overdue,
    "task-change": task.changed,
    "role": lines.role,
    "severity": lines.severity,
    "stage": lines.stage,
    "ack": lines.acknowledged,
    "escalation": lines.escalated,
    "unanswered": unanswered.unanswered,
    "subscription": subscription.subscription,
}

check_renderers(RENDERERS)


def render_message(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """Render `message` as it reads now."""
    return RENDERERS[message.kind.name](incident, message, ctx)
