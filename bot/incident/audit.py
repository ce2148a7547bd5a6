"""The delivery log: what was due when, when it was sent or why it wasn't, and who responded. Slack
reports no read receipts.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.incident.events import Recorded, Reminded
from bot.incident.incident import Incident
from bot.incident.nag_parts import is_asked, parts
from bot.incident.outbound import outbound_messages, still_relevant
from bot.incident.slices import SLICES
from bot.streams.message import OutboundMessage


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery. `message`: None if it wasn't a message. `sent`: None if it wasn't sent, or not
    yet. `needed`: whether it still has to be sent. `refused`: the reason if Slack rejects it.
    `answer`: what somebody did in response.
    """

    key: str
    due: datetime
    message: OutboundMessage | None = None
    sent: datetime | None = None
    refused: str = ""
    needed: bool = False
    answer: Recorded | None = None


def audit(incident: Incident) -> list[Sent]:
    """All deliveries, in the order in which they were due."""
    messages = [
        _message(each, incident)
        for message in outbound_messages(incident)
        for each in _requests(message, incident)
    ]
    said = {each.key for each in messages}
    others = [
        Sent(key, failure.at, refused=failure.reason)
        for key, failure in incident.failed.items()
        if key not in said
    ]
    return sorted([*messages, *others], key=lambda each: each.due)


def _requests(message: OutboundMessage, incident: Incident) -> list[OutboundMessage]:
    """A message with several reminders is listed as what each of them asked for."""
    if not isinstance(message.about.event, Reminded):
        return [message]
    return [replace(message, about=each) for each in parts(incident, message.about)]


def _is_in(message: OutboundMessage, incident: Incident) -> bool:
    """Whether it is in Slack; a reminder that was resolved before its message was sent isn't."""
    if isinstance(message.about.event, Reminded):
        return is_asked(incident, message.about)
    return message.key in incident.said


def _message(message: OutboundMessage, incident: Incident) -> Sent:
    sent = incident.said.get(message.key) if _is_in(message, incident) else None
    refused = incident.failed.get(message.key)
    return Sent(
        message.key,
        SLICES.events[type(message.about.event)].due(message.about),
        message,
        sent.at if sent else None,
        refused.reason if refused else "",
        needed=message.key not in incident.said
        and refused is None
        and still_relevant(message, incident),
        answer=message.kind.answer(incident, message) if sent else None,
    )
