"""A status update, as everybody in the channel reads it."""

from bot.incident.events import UpdatePosted
from bot.incident.incident import Incident
from bot.incident.reminders import pace
from bot.incident.says import Saying
from bot.messages.shape import Message, Voice, context, section
from bot.messages.text import mention, moment, pieces, shown


def update(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event, at = saying.about.event, saying.about.at
    assert isinstance(event, UpdatePosted)
    by = (
        f":mega: *Update* by {mention(saying.about.by)} · {incident.severity_id}, {incident.stage}"
    )
    blocks = [section(by), *(section(piece) for piece in pieces(event.text))]
    every = event.next_update or pace(incident)
    if every and incident.is_open:
        blocks.append(context(f"Next update due {moment(at + every, voice.zone)}"))
    return Message(f":mega: Update: {shown(event.text, 2000)}", blocks)
