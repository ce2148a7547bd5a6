"""The incident's own channel, as Slack reports it: renamed, lost, or back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.incident.events import ChannelBack, ChannelLost, ChannelOpened, ChannelRenamed, Event
from bot.incident.incident import NOT_PRIVATE, Incident
from bot.streams.address import Person
from bot.streams.event import Command
from bot.streams.kind import Context, IndexChanges
from bot.streams.message import MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Slice, Until


@dataclass(frozen=True, slots=True)
class RecordChannelName(Command):
    name: str


@dataclass(frozen=True, slots=True)
class RecordChannelLost(Command):
    """The channel can't be used any more. `reason`: the error code that Slack gives for posting to
    it.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class RecordChannelBack(Command):
    pass


def named(incident: Incident, command: RecordChannelName, context: Context) -> Sequence[Event]:
    """Record its new name."""
    return [] if command.name == incident.channel_name else [ChannelRenamed(command.name)]


def gone(incident: Incident, command: RecordChannelLost, context: Context) -> Sequence[Event]:
    """Decide on a lost channel. Archiving the channel of an incident that is over is normal
    cleanup and isn't reported.
    """
    if incident.is_over or incident.channel_lost:
        return []
    return [ChannelLost(command.reason)]


def back(incident: Incident, command: RecordChannelBack, context: Context) -> Sequence[Event]:
    """Record that the channel can be used again."""
    return [ChannelBack()] if incident.channel_lost else []


def try_again(incident: Incident) -> Incident:
    """Retry a channel that Slack refused, now that people are working on it. A channel that
    couldn't be made private is never retried.
    """
    refused = incident.failed.get("channel")
    if not incident.channel_lost and (refused is None or refused.reason == NOT_PRIVATE):
        return incident
    failed = {key: why for key, why in incident.failed.items() if key != "channel"}
    return replace(
        incident, channel_lost="", deliveries=replace(incident.deliveries, failed=failed)
    )


def _opened(incident: Incident, recorded: Recorded[ChannelOpened]) -> Incident:
    event = recorded.event
    return replace(incident, channel=event.channel, channel_name=event.name, channel_lost="")


def _lost(incident: Incident, recorded: Recorded[ChannelLost]) -> Incident:
    return replace(incident, channel_lost=recorded.event.reason)


def _back(incident: Incident, recorded: Recorded[ChannelBack]) -> Incident:
    return replace(incident, channel_lost="", came_back=incident.came_back + 1)


def _renamed(incident: Incident, recorded: Recorded[ChannelRenamed]) -> Incident:
    return replace(incident, channel_name=recorded.event.name)


NOTICE = MessageKind("notice", "notice")


def _notices(incident: Incident) -> Iterator[OutboundMessage]:
    """A direct message to the commander about a refusal that somebody can fix."""
    if not incident.history:
        return
    to, first = Person(incident.commander or incident.declarer), incident.history[0]
    for key in ("channel", "draft"):
        if key in incident.failed:
            yield OutboundMessage(f"notice:{key}", NOTICE, to, first)
    if incident.channel_lost:
        again = f":{incident.came_back}" if incident.came_back else ""
        yield OutboundMessage(f"notice:lost{again}", NOTICE, to, first)


SLICE: Slice[Incident] = Slice(
    "channel",
    events=(
        EventRule(
            ChannelOpened,
            "ChannelOpened",
            _opened,
            index=lambda event: IndexChanges(channel=event.channel, channel_name=event.name),
        ),
        EventRule(ChannelLost, "ChannelLost", _lost),
        EventRule(ChannelBack, "ChannelBack", _back),
        EventRule(ChannelRenamed, "ChannelRenamed", _renamed),
    ),
    commands=(
        CommandRule(RecordChannelName, named, Until.NEVER),
        CommandRule(RecordChannelLost, gone, Until.NEVER),
        CommandRule(RecordChannelBack, back, Until.NEVER),
    ),
    messages=(NOTICE,),
    besides=_notices,
)
