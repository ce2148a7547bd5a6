"""The incident's own channel, as Slack tells of it: renamed, gone, or back."""

from dataclasses import dataclass

from bot.incident.events import ChannelBack, ChannelLost, ChannelRenamed, Event
from bot.incident.incident import Incident


@dataclass(frozen=True, slots=True)
class ChannelIsNamed:
    name: str


@dataclass(frozen=True, slots=True)
class ChannelIsGone:
    """`reason`: as Slack would refuse what we say there."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChannelIsBack:
    pass


def named(incident: Incident, command: ChannelIsNamed) -> list[Event]:
    return [] if command.name == incident.channel_name else [ChannelRenamed(command.name)]


def gone(incident: Incident, command: ChannelIsGone) -> list[Event]:
    """Who archives the channel of what is over tidies up, and need not be told."""
    if incident.is_over or incident.channel_lost:
        return []
    return [ChannelLost(command.reason)]


def back(incident: Incident) -> list[Event]:
    return [ChannelBack()] if incident.channel_lost else []
