"""The incident's channel, as Slack tells of it: renamed, archived, the app removed or back, and
people who come and go."""

from bot.incident.channel import ChannelIsBack, ChannelIsGone, ChannelIsNamed
from bot.incident.decide import Command
from bot.incident.incident import Incident
from bot.incident.members import SomebodyJoined, SomebodyLeft, may_see
from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback
from bot.listeners.inbound.events import ChannelRenamed, MemberEvent
from bot.messages.catchup import offer

feature = Feature()


@feature.event("channel_rename", "group_rename")
def renamed(ask: Ask[EventCallback[ChannelRenamed]]) -> Answer:
    return _follow(ask, ChannelIsNamed(ask.payload.event.name))


@feature.event("channel_archive", "group_archive")
def archived(ask: Ask) -> Answer:
    return _follow(ask, ChannelIsGone("is_archived"))


@feature.event("channel_left", "group_left")
def removed(ask: Ask) -> Answer:
    return _follow(ask, ChannelIsGone("not_in_channel"))


@feature.event("member_left_channel")
def somebody_left(ask: Ask) -> Answer:
    if ask.user == ask.house.identity.bot_user:
        return removed(ask)
    incident = ask.of_the_channel()
    if incident and incident.private:  # of a public one it need not be remembered
        ask.handle(SomebodyLeft(ask.user))
    return None


@feature.event("member_joined_channel")
def somebody_joined(ask: Ask[EventCallback[MemberEvent]]) -> Answer:
    if ask.user == ask.house.identity.bot_user:
        return _follow(ask, ChannelIsBack())
    incident = ask.of_the_channel()
    if incident is None:
        return None
    if not may_see(incident, ask.user):
        ask.handle(SomebodyJoined(ask.user))
    return _offer_to_catch_up(incident, ask)


def _offer_to_catch_up(incident: Incident, ask: Ask[EventCallback[MemberEvent]]) -> Answer:
    """Whoever declared it and is invited by us has missed nothing."""
    invited_by_us = ask.payload.event.inviter == ask.house.identity.bot_user
    if invited_by_us and ask.user == incident.declarer:
        return None
    offered = offer(incident)
    return Words(offered.text, offered.blocks)


def _follow(ask: Ask, command: Command) -> Answer:
    if ask.of_the_channel():
        ask.handle(command)
    return None
