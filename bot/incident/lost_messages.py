"""The card and the announcement are posted again if somebody deletes them.

Slack reports a deletion by an event, or by refusing to update the message. Both are recorded as
the refused update, so that processes of any release understand it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.incident.announcing import ANNOUNCEMENT
from bot.incident.card import CARD_KEY
from bot.incident.events import Event, Failed
from bot.incident.incident import Incident
from bot.streams.event import Command
from bot.streams.kind import Context

GONE = "message_not_found"  # Slack's error code
POSTED_AGAIN = (CARD_KEY, ANNOUNCEMENT)
MOST = 10  # times that one message is posted again: an app may delete whatever Muster posts


@dataclass(frozen=True, slots=True)
class RecordMessageDeleted(Command):
    """Somebody deleted the message `ts` in `channel`."""

    channel: str
    ts: str


def deleted(
    incident: Incident, command: RecordMessageDeleted, context: Context
) -> Sequence[Event]:
    """Record the loss of the card or the announcement. Nothing else is missed, and nothing is
    missed once the incident is over.
    """
    for key in POSTED_AGAIN:
        at = incident.said.get(key)
        if at and (at.channel, at.ts) == (command.channel, command.ts):
            lost = Failed(f"edit:{key}", GONE, incident.shown.get(key, ""))
            return [lost] if lost_by(incident, lost) else []
    return []


def lost_by(incident: Incident, refusal: Failed) -> str:
    """The key of the message that has to be posted again because of the refusal; empty if none."""
    key = refusal.key.removeprefix("edit:")
    if refusal.reason != GONE or refusal.key == key or key not in POSTED_AGAIN:
        return ""
    wanted = not incident.is_over and incident.times_lost.get(key, 0) < MOST
    return key if wanted else ""


def without(incident: Incident, key: str) -> Incident:
    """The incident without that message, which is therefore posted again."""
    kept = incident.deliveries
    forgotten = replace(
        kept,
        said={each: at for each, at in kept.said.items() if each != key},
        shown={each: face for each, face in kept.shown.items() if each != key},
        failed={each: why for each, why in kept.failed.items() if each != f"edit:{key}"},
    )
    times = {**incident.times_lost, key: incident.times_lost.get(key, 0) + 1}
    return replace(incident, deliveries=forgotten, times_lost=times)
