"""The delivery log: what was due when, when it was sent or why it wasn't, and who responded. Slack
reports no read receipts.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.incident.events import Recorded
from bot.incident.incident import Incident
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
    messages = [_message(each, incident) for each in outbound_messages(incident)]
    said = {each.key for each in messages}
    others = [
        Sent(key, failure.at, refused=failure.reason)
        for key, failure in incident.failed.items()
        if key not in said
    ]
    return sorted([*messages, *others], key=lambda each: each.due)


def _message(message: OutboundMessage, incident: Incident) -> Sent:
    sent, refused = incident.said.get(message.key), incident.failed.get(message.key)
    return Sent(
        message.key,
        SLICES.events[type(message.about.event)].due(message.about),
        message,
        sent.at if sent else None,
        refused.reason if refused else "",
        needed=sent is None and refused is None and still_relevant(message, incident),
        answer=message.kind.answer(incident, message) if sent else None,
    )
