"""Receipts: what Slack and the mail server took, show now, or refused for good."""

from dataclasses import replace

from bot.incident import announcement_lost, lost_messages
from bot.incident.announcement_lost import RecordAnnouncementsBack
from bot.incident.events import Failed, Posted, Shown
from bot.incident.incident import Incident
from bot.incident.lost_messages import RecordMessageDeleted
from bot.incident.members import MEMBER
from bot.streams import delivery
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Slice, Until


def _followed(incident: Incident, recorded: Recorded[Posted | Shown | Failed]) -> Incident:
    return replace(incident, deliveries=delivery.follow(incident.deliveries, recorded))


def _shown(incident: Incident, recorded: Recorded[Shown]) -> Incident:
    """A person who was invited is in the channel."""
    after, what = _followed(incident, recorded), recorded.event.what
    if what.startswith(MEMBER):
        return replace(after, members=after.members | {what.removeprefix(MEMBER)})
    return after


def _refused(incident: Incident, recorded: Recorded[Failed]) -> Incident:
    """An edit that finds no message says that somebody deleted it."""
    key = lost_messages.lost_by(incident, recorded.event)
    return lost_messages.without(incident, key) if key else _followed(incident, recorded)


SLICE: Slice[Incident] = Slice(
    "receipts",
    events=(
        EventRule(Posted, "Posted", _followed),
        EventRule(Shown, "Shown", _shown),
        EventRule(Failed, "Failed", _refused),
    ),
    commands=(
        CommandRule(RecordMessageDeleted, lost_messages.deleted, Until.NEVER),
        CommandRule(RecordAnnouncementsBack, announcement_lost.back, Until.NEVER),
    ),
)
