"""A page: a direct message that wants an acknowledgement, and shows when it has one."""

from bot.incident.escalation import is_escalating
from bot.incident.events import Escalated
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages.shape import Message, Voice, actions, button, context, section
from bot.messages.text import escape, mention


def page(incident: Incident, saying: Saying, voice: Voice) -> Message:
    """A private incident's page carries no title: who may see it finds it in the channel."""
    event = saying.about.event
    assert isinstance(event, Escalated)
    title = "a private incident" if incident.private else escape(incident.title)
    text = f":rotating_light: {incident.severity_id} · {incident.id}: {title}"
    if saying.to.startswith("@"):
        text = f"{text} needs you"
    place = f"It is handled in <#{incident.channel}>." if incident.channel else ""
    blocks = [section(f"*{text}*\n{place}".strip())]
    if incident.acknowledged_by:
        return Message(
            text, [*blocks, context(f"Acknowledged by {mention(incident.acknowledged_by)}")]
        )
    if not is_escalating(incident):
        return Message(
            text, [*blocks, context(f"It is {incident.stage}; nothing to acknowledge.")]
        )
    return Message(
        text,
        [
            *blocks,
            actions(button("Acknowledge", "ack", incident.id, style="primary")),
            context(
                f"Declared by {mention(incident.declarer)}. Unanswered, the next in line is paged."
            ),
        ],
    )
