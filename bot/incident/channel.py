"""The incident's own channel, as Slack tells of it: renamed, gone, or back."""

from dataclasses import dataclass

from bot.incident.events import ChannelBack, ChannelLost, ChannelRenamed, Event
from bot.incident.incident import Incident


@dataclass(frozen=True, slots=True)
class RecordChannelName:
    name: str


@dataclass(frozen=True, slots=True)
class RecordChannelLost:
    """`reason`: as Slack would refuse what we say there."""

    reason: str


@dataclass(frozen=True, slots=True)
class RecordChannelBack:
    pass


def named(incident: Incident, command: RecordChannelName) -> list[Event]:
    return [] if command.name == incident.channel_name else [ChannelRenamed(command.name)]


def gone(incident: Incident, command: RecordChannelLost) -> list[Event]:
    """Who archives the channel of what is over tidies up, and need not be told."""
    if incident.is_over or incident.channel_lost:
        return []
    return [ChannelLost(command.reason)]


def back(incident: Incident) -> list[Event]:
    return [ChannelBack()] if incident.channel_lost else []
