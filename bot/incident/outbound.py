"""The messages that follow from what happened. Which these are, each slice says."""

import hashlib
from collections.abc import Iterator

from bot.incident.folding import told_with
from bot.incident.incident import Incident
from bot.incident.slices import SLICES
from bot.streams.message import OutboundMessage


def outbound_messages(incident: Incident) -> Iterator[OutboundMessage]:
    """All messages so far, posted or not, in the order of their events. What is told in the
    message of another event has none.
    """
    for place, recorded in enumerate(incident.history):
        if told_with(incident, place):
            continue
        yield from SLICES.events[type(recorded.event)].messages(incident, recorded)
    yield from SLICES.besides(incident)


def still_relevant(message: OutboundMessage, incident: Incident) -> bool:
    """Whether a message that hasn't been posted yet should still be posted."""
    return message.kind.still_relevant(incident, message)


def digest(message: OutboundMessage, incident: Incident) -> str:
    """A digest of the facts in a message that may change later; empty if none may."""
    facts = message.kind.facts(incident, message)
    return "" if facts is None else digest_of(*facts)


def digest_of(*facts: object) -> str:
    """A short digest that is equal for equal facts."""
    return hashlib.sha1(repr(facts).encode(), usedforsecurity=False).hexdigest()[:12]
