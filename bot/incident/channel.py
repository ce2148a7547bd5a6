"""The incident's own channel, as Slack reports it: renamed, lost, or back."""

from dataclasses import dataclass

from bot.incident.events import ChannelBack, ChannelLost, ChannelRenamed, Event
from bot.incident.incident import Incident


@dataclass(frozen=True, slots=True)
class RecordChannelName:
    name: str


@dataclass(frozen=True, slots=True)
class RecordChannelLost:
    """The channel can't be used any more. `reason`: the error code that Slack gives for posting to
    it.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class RecordChannelBack:
    pass


def named(incident: Incident, command: RecordChannelName) -> list[Event]:
    return [] if command.name == incident.channel_name else [ChannelRenamed(command.name)]


def gone(incident: Incident, command: RecordChannelLost) -> list[Event]:
    """Decide on a lost channel. Archiving the channel of an incident that is over is normal
    cleanup and isn't reported.
    """
    if incident.is_over or incident.channel_lost:
        return []
    return [ChannelLost(command.reason)]


def back(incident: Incident) -> list[Event]:
    return [ChannelBack()] if incident.channel_lost else []
