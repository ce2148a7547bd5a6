"""Events of the incident's channel: renamed, archived, the app removed or back, people joining and
leaving.
"""

from bot.incident.announcement_lost import RecordAnnouncementsBack, refused
from bot.incident.channel import RecordChannelBack, RecordChannelLost, RecordChannelName
from bot.incident.incident import Incident
from bot.incident.members import RecordJoin, RecordLeave, may_see
from bot.incident.old_channel import RecordOldChannelBack
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback
from bot.listeners.inbound.events import ChannelRenamed, MemberEvent
from bot.listeners.request import Answer, Reply, Request
from bot.messages.catchup import offer
from bot.slack.conversations import when_archived
from bot.store import HeldBack
from bot.streams.actor import ByClock
from bot.streams.event import Command

feature = Feature()


@feature.event("channel_rename", "group_rename")
def renamed(request: Request[EventCallback[ChannelRenamed]]) -> Answer:
    return _follow(request, RecordChannelName(request.payload.event.name))


@feature.event("channel_archive", "group_archive")
def archived(request: Request) -> Answer:
    return _follow(request, RecordChannelLost("is_archived"))


@feature.event("channel_unarchive")
def unarchived(request: Request) -> Answer:
    """The announcement channel is back: what wasn't announced is announced now. Or an incident's
    old channel is: it links to the new one. Muster isn't in other channels that were unarchived
    until it's invited."""
    _link(request)
    return _announce_again(request)


@feature.event("channel_left", "group_left")
def removed(request: Request) -> Answer:
    return _follow(request, RecordChannelLost("not_in_channel"))


@feature.event("member_left_channel")
def somebody_left(request: Request) -> Answer:
    if request.user == request.services.identity.bot_user:
        return removed(request)
    incident = request.channel_incident()
    if incident and request.channel not in incident.old_channels:
        request.handle(RecordLeave(request.user))
    return None


@feature.event("member_joined_channel")
def somebody_joined(request: Request[EventCallback[MemberEvent]]) -> Answer:
    if request.user == request.services.identity.bot_user:
        _announce_again(request)
        _link(request)
        return _follow(request, RecordChannelBack())
    incident = request.channel_incident()
    if incident is None or request.channel in incident.old_channels:
        return None  # who joins an old channel isn't let in to the incident
    if not may_see(request.actor, incident) or request.user in incident.left:
        request.handle(RecordJoin(request.user))
    return _offer_to_catch_up(incident, request)


def _offer_to_catch_up(incident: Incident, request: Request[EventCallback[MemberEvent]]) -> Answer:
    """Offer a summary, except to the declarer whom we invited: they have missed nothing."""
    invited_by_us = request.payload.event.inviter == request.services.identity.bot_user
    if invited_by_us and request.user == incident.declarer:
        return None
    offered = offer(incident)
    return Reply(offered.text, offered.blocks)


def _announce_again(request: Request) -> Answer:
    services, announce = request.services, f"#{request.services.slack_port.announce}"
    places = services.store.documents
    if request.channel not in map(places.conversation, (announce, when_archived(announce))):
        return None
    for incident in services.incidents.all_open():
        if refused(incident):
            request.named = incident.id
            request.handle(RecordAnnouncementsBack())
    request.named = ""
    return None


def _link(request: Request) -> None:
    """Link to the new channel of an incident in its old one. Nobody in particular asks for it: the
    person who unarchived it may not be one who sees the incident."""
    incident = request.channel_incident()
    if incident is None:
        return
    returned = RecordOldChannelBack(request.channel)
    try:
        outcome = request.services.incidents.handle(incident.id, returned, by=ByClock())
    except HeldBack:
        return  # until the upgrade is finished; then the next time that it comes back
    if outcome.events:
        request.to_reconcile.add(incident.id)


def _follow(request: Request, command: Command) -> Answer:
    incident = request.channel_incident()
    if incident and request.channel not in incident.old_channels:
        request.handle(command)
    return None
