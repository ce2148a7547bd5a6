"""When it really happened, for all who had read another time."""

from bot.incident.events import MilestoneCorrected
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.messages.lines import with_reason
from bot.messages.shape import Message, Voice
from bot.messages.text import mention, moment


def milestone(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event, by, seen = saying.about.event, mention(saying.about.by), saying.about.at
    assert isinstance(event, MilestoneCorrected)
    instead = f", not {moment(event.was, voice.zone, seen=seen)}" if event.was else ""
    when = moment(event.when, voice.zone, seen=seen)
    what = f"*{event.milestone.capitalize()}* at {when}{instead}"
    return with_reason(f":clock3: {what}, says {by}", event.reason)
