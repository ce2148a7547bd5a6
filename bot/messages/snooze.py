"""No update for a while: who said so, until when, and why."""

from bot.incident.events import Snoozed
from bot.incident.incident import Incident
from bot.incident.says import Saying
from bot.incident.snoozing import until
from bot.messages.lines import with_reason
from bot.messages.shape import Message, Voice
from bot.messages.text import mention, moment


def snooze(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event, by, seen = saying.about.event, mention(saying.about.by), saying.about.at
    assert isinstance(event, Snoozed)
    when = moment(until(saying.about), voice.zone, seen=seen)
    return with_reason(f":zzz: Next update at {when}, says {by}", event.reason)
