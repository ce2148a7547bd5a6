"""Events of the incident's channel: renamed, archived, the app removed or back, people joining and
leaving.
"""

from bot.incident.channel import RecordChannelBack, RecordChannelLost, RecordChannelName
from bot.incident.incident import Incident
from bot.incident.members import RecordJoin, RecordLeave, may_see
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback
from bot.listeners.inbound.events import ChannelRenamed, MemberEvent
from bot.listeners.request import Answer, Reply, Request
from bot.messages.catchup import offer
from bot.streams.event import Command

feature = Feature()


@feature.event("channel_rename", "group_rename")
def renamed(request: Request[EventCallback[ChannelRenamed]]) -> Answer:
    return _follow(request, RecordChannelName(request.payload.event.name))


@feature.event("channel_archive", "group_archive")
def archived(request: Request) -> Answer:
    return _follow(request, RecordChannelLost("is_archived"))


@feature.event("channel_left", "group_left")
def removed(request: Request) -> Answer:
    return _follow(request, RecordChannelLost("not_in_channel"))


@feature.event("member_left_channel")
def somebody_left(request: Request) -> Answer:
    if request.user == request.services.identity.bot_user:
        return removed(request)
    incident = request.channel_incident()
    if incident and incident.private:  # not needed for a public incident
        request.handle(RecordLeave(request.user))
    return None


@feature.event("member_joined_channel")
def somebody_joined(request: Request[EventCallback[MemberEvent]]) -> Answer:
    if request.user == request.services.identity.bot_user:
        return _follow(request, RecordChannelBack())
    incident = request.channel_incident()
    if incident is None:
        return None
    if not may_see(request.actor, incident):
        request.handle(RecordJoin(request.user))
    return _offer_to_catch_up(incident, request)


def _offer_to_catch_up(incident: Incident, request: Request[EventCallback[MemberEvent]]) -> Answer:
    """Offer a summary, except to the declarer whom we invited: they have missed nothing."""
    invited_by_us = request.payload.event.inviter == request.services.identity.bot_user
    if invited_by_us and request.user == incident.declarer:
        return None
    offered = offer(incident)
    return Reply(offered.text, offered.blocks)


def _follow(request: Request, command: Command) -> Answer:
    if request.channel_incident():
        request.handle(command)
    return None
