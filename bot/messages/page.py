"""A page: a direct message that wants an acknowledgement, and shows when it has one."""

from bot.incident.escalation import is_escalating, paged
from bot.incident.events import Escalated
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages.shape import Block, Message, Voice, actions, button, context, section
from bot.messages.text import escape, listed, mention


def page(incident: Incident, saying: Saying, voice: Voice) -> Message:
    """A private incident's page carries no title: who may see it finds it in the channel."""
    assert isinstance(saying.about.event, Escalated)
    title = "a private incident" if incident.private else escape(incident.title)
    needs = "needs you" if saying.to.startswith("@") else "needs somebody"
    text = f":rotating_light: {incident.severity_id} {needs}: {title} ({incident.id})"
    place = f"It is handled in <#{incident.channel}>." if incident.channel else ""
    return Message(text, [section(f"*{text}*\n{place}".strip()), *_answer(incident, saying)])


def _answer(incident: Incident, saying: Saying) -> list[Block]:
    """The button while an answer is wanted; then who gave it, or why it is not wanted."""
    if incident.acknowledged_by:
        return [context(f"Acknowledged by {mention(incident.acknowledged_by)}.")]
    if not is_escalating(incident):
        return [context(f"It is {incident.stage}; nothing to acknowledge.")]
    declared = f"Declared by {mention(incident.declarer)}."
    if saying.to.startswith("@"):
        after = "Unanswered, the next in line is paged."
    else:
        people = paged(incident, until=saying.about.seq)
        after = f"Paged without an answer: {listed([mention(each) for each in people])}."
        after = after if people else "Nobody could be paged."
    return [
        actions(button("Acknowledge", "ack", incident.id, style="primary")),
        context(f"{declared} {after}"),
    ]
