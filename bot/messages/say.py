"""Which words belong to which saying: one row a kind."""

from collections.abc import Callable

from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages import (
    announcement,
    briefing,
    card,
    declared,
    fatigue,
    handoff,
    handover,
    lines,
    merge,
    milestone,
    nag,
    notice,
    page,
    paged,
    postmortem,
    report,
    snooze,
    task,
    update,
)
from bot.messages.shape import Message, Voice

WORDS: dict[str, Callable[[Incident, Saying, Voice], Message]] = {
    "card": card.card,
    "announcement": announcement.announcement,
    "briefing": briefing.briefing,
    "declared": declared.declared,
    "handoff": handoff.handoff,
    "handover": handover.handover,
    "fatigue": fatigue.fatigue,
    "nag": nag.nag,
    "page": page.page,
    "paged": paged.told,
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
}


def say(incident: Incident, saying: Saying, voice: Voice) -> Message:
    """The message for `saying`, as it reads now."""
    return WORDS[saying.kind](incident, saying, voice)
