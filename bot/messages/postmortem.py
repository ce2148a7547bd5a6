"""Where the postmortem draft lies, and who does what with it."""

from bot.incident.events import Drafted
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages.shape import Message, Voice, context, section
from bot.messages.text import mention, span


def postmortem(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event = saying.about.event
    assert isinstance(event, Drafted)
    who = mention(incident.commander or incident.declarer)
    within = incident.severity.postmortem_within
    due = (
        f"Review it within {span(within)}."
        if within
        else f"{incident.severity_id} asks for none, but here it is."
    )
    link = f"<{event.link}|read and complete it>"
    text = f":memo: {who} the postmortem of {incident.id} is drafted: {link}. {due}"
    return Message(
        text,
        [
            section(text),
            context(
                "Written from this channel, without AI; secrets and e-mail addresses are masked. "
                "`/incident postmortem` drafts it again."
            ),
        ],
    )
