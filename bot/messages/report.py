"""Somebody saw the same, and is here now: what they saw."""

from bot.incident.events import ReportedToo
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages.shape import Message, Voice, section
from bot.messages.text import mention, pieces, shown


def report(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event, by = saying.about.event, mention(saying.about.by)
    assert isinstance(event, ReportedToo)
    head = f":raising_hand: {by} sees the same and joins"
    blocks = [section(f"{head}:"), *map(section, pieces(event.text))]
    return Message(f"{head}: {shown(event.text, 2000)}", blocks)
