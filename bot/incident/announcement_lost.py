"""The announcement channel can't be used, and is tried again: when Slack reports it back, and
when people act on the incident later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.incident.announcing import ANNOUNCEMENT
from bot.incident.events import Event, Shown
from bot.incident.incident import Incident
from bot.streams.event import Command
from bot.streams.kind import Context

LOST = frozenset({"is_archived", "channel_not_found", "not_in_channel"})  # Slack's error codes
KEYS = (ANNOUNCEMENT, f"edit:{ANNOUNCEMENT}")
AGAIN_AFTER = timedelta(minutes=10)  # since it was refused


@dataclass(frozen=True, slots=True)
class RecordAnnouncementsBack(Command):
    """The announcement channel can be used again."""


def back(
    incident: Incident, command: RecordAnnouncementsBack, context: Context
) -> Sequence[Event]:
    """Forget the refusal, so that it is announced now."""
    return [Shown(ANNOUNCEMENT, "")] if refused(incident) and not incident.is_over else []


def refused(incident: Incident) -> list[str]:
    """The keys of what was refused because the announcement channel couldn't be used."""
    return [key for key in KEYS if key in incident.failed and incident.failed[key].reason in LOST]


def try_again(incident: Incident, at: datetime) -> Incident:
    """Retry it when somebody acts on the incident, if the refusal is some time ago."""
    old = [key for key in refused(incident) if at - incident.failed[key].at > AGAIN_AFTER]
    if not old:
        return incident
    failed = {key: why for key, why in incident.failed.items() if key not in old}
    return replace(incident, deliveries=replace(incident.deliveries, failed=failed))
