"""The channel that a reopened incident left, because it was archived: once it can be used again,
it links to the new one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.incident.card import CONTINUED
from bot.incident.channel import NOTICE, needs_another
from bot.incident.events import Event, OldChannelBack
from bot.incident.incident import Incident
from bot.streams.address import OldChannel
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Slice, Until


@dataclass(frozen=True, slots=True)
class RecordOldChannelBack(Command):
    """The channel of this id was unarchived, or Muster was invited into it."""

    channel: str


def back(incident: Incident, command: RecordOldChannelBack, context: Context) -> Sequence[Event]:
    """Record it until the link is there: each time that Slack refused it before. The new channel
    may still be opening.
    """
    old, key = command.channel, f"{CONTINUED}{command.channel}"
    left = old in incident.old_channels or (old == incident.channel and needs_another(incident))
    waits = old in incident.old_channels_back and key not in incident.failed
    return [OldChannelBack(old)] if left and key not in incident.said and not waits else []


def _back(incident: Incident, recorded: Recorded[OldChannelBack]) -> Incident:
    old, kept = recorded.event.channel, incident.deliveries
    failed = {key: why for key, why in kept.failed.items() if key != f"{CONTINUED}{old}"}
    return replace(
        incident,
        old_channels_back=incident.old_channels_back | {old},
        deliveries=replace(kept, failed=failed),
    )


def _links(incident: Incident) -> Iterator[OutboundMessage]:
    """The link in each old channel, once it's known where the incident continues."""
    if needs_another(incident):
        return
    for old in incident.old_channels:
        if old in incident.old_channels_back:
            first = incident.history[0]
            yield OutboundMessage(f"{CONTINUED}{old}", NOTICE, OldChannel(old), first)


SLICE: Slice[Incident] = Slice(
    "old channel",
    events=(EventRule(OldChannelBack, "OldChannelBack", _back),),
    commands=(CommandRule(RecordOldChannelBack, back, Until.NEVER),),
    besides=_links,
)
