"""Which words belong to which saying: one row a kind."""

from collections.abc import Callable

from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages import (
    announcement,
    briefing,
    card,
    declared,
    lines,
    milestone,
    nag,
    notice,
    page,
    postmortem,
    update,
)
from bot.messages.shape import Message, Voice

WORDS: dict[str, Callable[[Incident, Saying, Voice], Message]] = {
    "card": card.card,
    "announcement": announcement.announcement,
    "briefing": briefing.briefing,
    "declared": declared.declared,
    "nag": nag.nag,
    "page": page.page,
    "update": update.update,
    "postmortem": postmortem.postmortem,
    "notice": notice.notice,
    "milestone": milestone.milestone,
    "role": lines.role,
    "severity": lines.severity,
    "stage": lines.stage,
    "ack": lines.acknowledged,
    "escalation": lines.escalated,
}


def say(incident: Incident, saying: Saying, voice: Voice) -> Message:
    """The message for `saying`, as it reads now."""
    return WORDS[saying.kind](incident, saying, voice)
