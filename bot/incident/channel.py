"""The incident's own channel, as Slack reports it: renamed, lost, or back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.incident.card import CARD_KEY
from bot.incident.effects import RejoinChannel
from bot.incident.events import ChannelBack, ChannelLost, ChannelOpened, ChannelRenamed, Event
from bot.incident.incident import LONG_AGO, NOT_PRIVATE, Incident
from bot.incident.members import MEMBER
from bot.streams.address import INCIDENT_CHANNEL, Person
from bot.streams.event import Command
from bot.streams.kind import Context, IndexChanges
from bot.streams.message import MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Slice, Until

REMOVED = "not_in_channel"  # Slack's error code
FOR_GOOD = frozenset({"is_archived", "channel_not_found"})  # a bot can't bring it back
ON_PURPOSE = timedelta(minutes=10)  # removed again so soon after it came back: they mean it


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


def rejoins(incident: Incident) -> bool:
    """Whether the bot joins the channel again by itself: it was removed from a public one. If that
    happens right after it has come back, people mean it.
    """
    refused = incident.failed.get(RejoinChannel("").key)
    return (
        incident.channel_lost == REMOVED
        and not incident.private
        and incident.lost_at - incident.rejoined_at > ON_PURPOSE
        and (refused is None or refused.face != rejoining(incident).digest)
    )


def needs_another(incident: Incident) -> bool:
    """Whether it needs a new channel: reopened, or not merged any more, it found its old one
    archived or deleted, and a bot can't unarchive. If it was archived later than that, people may
    have meant another one.
    """
    if incident.channel_lost not in FOR_GOOD or not incident.is_open:
        return False
    again_at = max(incident.opened_at, incident.apart_at)
    used = any(
        at.channel == incident.channel and at.at >= again_at for at in incident.said.values()
    )
    return again_at > incident.declared_at and not used


def rejoining(incident: Incident) -> RejoinChannel:
    """The effect that ends the present loss of the channel."""
    return RejoinChannel(str(incident.came_back))


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
    if incident.channel:
        incident = _moved(incident, incident.channel)
    return replace(incident, channel=event.channel, channel_name=event.name, channel_lost="")


def _moved(incident: Incident, old: str) -> Incident:
    """The incident without what only the old channel shows: the new one gets it all."""
    kept = incident.deliveries
    here = {CARD_KEY, "topic", "pin"}

    def elsewhere(key: str) -> bool:
        return key not in here and not key.startswith((MEMBER, "bookmark:"))

    deliveries = replace(
        kept,
        said={key: at for key, at in kept.said.items() if key != CARD_KEY},
        shown={key: face for key, face in kept.shown.items() if elsewhere(key)},
        failed={
            key: why for key, why in kept.failed.items() if elsewhere(key.removeprefix("edit:"))
        },
    )
    return replace(incident, deliveries=deliveries, old_channels=(*incident.old_channels, old))


def _lost(incident: Incident, recorded: Recorded[ChannelLost]) -> Incident:
    return replace(
        incident,
        channel_lost=recorded.event.reason,
        lost_at=recorded.at,
        old_channels_back=incident.old_channels_back - {incident.channel or ""},
    )


def _back(incident: Incident, recorded: Recorded[ChannelBack]) -> Incident:
    kept = incident.deliveries
    failed = {key: why for key, why in kept.failed.items() if key != RejoinChannel("").key}
    return replace(
        incident,
        channel_lost="",
        came_back=incident.came_back + 1,
        rejoined_at=recorded.at if recorded.event.rejoined else incident.rejoined_at,
        deliveries=replace(kept, failed=failed),
    )


def _renamed(incident: Incident, recorded: Recorded[ChannelRenamed]) -> Incident:
    return replace(incident, channel_name=recorded.event.name)


NOTICE = MessageKind("notice", "notice")


def _notices(incident: Incident) -> Iterator[OutboundMessage]:
    """A direct message to the commander about a refusal that somebody can fix; and in the channel,
    that the bot has joined it again by itself.
    """
    if not incident.history:
        return
    to, first = Person(incident.commander or incident.declarer), incident.history[0]
    for key in ("channel", "draft"):
        if key in incident.failed:
            yield OutboundMessage(f"notice:{key}", NOTICE, to, first)
    if incident.rejoined_at > LONG_AGO:
        at = int(incident.rejoined_at.timestamp())
        yield OutboundMessage(f"notice:rejoined:{at}", NOTICE, INCIDENT_CHANNEL, first)
    for old in incident.old_channels:
        yield OutboundMessage(f"notice:moved:{old}", NOTICE, INCIDENT_CHANNEL, first)
    if incident.channel_lost and not rejoins(incident) and not needs_another(incident):
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
