"""What a role does, told privately to whoever was given it."""

from bot.incident.events import RoleGiven
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages.shape import Message, Voice, section
from bot.messages.text import escape, mention


def briefing(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event = saying.about.event
    assert isinstance(event, RoleGiven)
    role = next(each for each in incident.policy.roles if each.id == event.role)
    which = incident.id if incident.private else f"{incident.id}, {escape(incident.title)}"
    place = f" in <#{incident.channel}>" if incident.channel else ""
    by = "" if saying.about.by == event.user else f" ({mention(saying.about.by)} named you)"
    text = f"You are {role.title} of {which}{place}{by}."
    return Message(text, [section(f"*{text}*"), section(role.brief)] if role.brief else [])
