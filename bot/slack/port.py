"""The Slack port: executes each effect and returns the event to record."""

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never, get_args
from zoneinfo import ZoneInfo

from bot.incident import lost_messages
from bot.incident.asking import choices
from bot.incident.card import CARD_KEY
from bot.incident.effects import (
    Bookmark,
    CheckAddress,
    EditMessage,
    Invite,
    OpenChannel,
    PinCard,
    PostMessage,
    ReadGroup,
    ReadMessage,
    RejoinChannel,
    RenameChannel,
    SetTopic,
    SlackEffect,
)
from bot.incident.events import (
    AddressChecked,
    ChannelBack,
    ChannelLost,
    Event,
    Failed,
    GroupRead,
    Posted,
    Shown,
)
from bot.incident.incident import Incident
from bot.incident.nags import NAG
from bot.messages import RenderContext
from bot.messages.topic import topic
from bot.ports import CallFailed, failed
from bot.slack.announcements import report_lost
from bot.slack.availability import unavailable
from bot.slack.bookmarks import set_bookmark
from bot.slack.client import SlackError
from bot.slack.conversations import GONE, Conversations
from bot.slack.groups import members
from bot.slack.keyed_messages import find_message, message_arguments, thread_argument
from bot.slack.open_channel import ChannelOpener
from bot.slack.people import People
from bot.slack.pinned import read_pinned
from bot.slack.rate_limits import RateLimited
from bot.store import Store
from bot.store.workspaces import Identity
from bot.streams.address import ANNOUNCEMENTS, INCIDENT_CHANNEL, OldChannel, Thread
from bot.streams.message import OutboundMessage

BEFORE_THE_MARK = timedelta(minutes=1)  # how far back a call in doubt is searched for
ALREADY = frozenset({"already_in_channel", "already_pinned"})  # already as wanted


@dataclass(frozen=True, slots=True)
class SlackPort:
    """The port to Slack: executes effects in one workspace. `admins`: the configured ones, like
    `@U0ANA` and `#ops`."""

    slack: RateLimited
    store: Store
    identity: Identity
    announce: str
    zone: ZoneInfo
    admins: Sequence[str] = ()

    @property
    def effects(self) -> tuple[type, ...]:
        return get_args(SlackEffect)

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.slack, self.store)

    async def place(self, effect: SlackEffect, incident: Incident) -> str:
        """The channel that the effect acts on; empty if it has none. Raises `SlackError`."""
        match effect:
            case OpenChannel() | CheckAddress() | ReadGroup():
                return ""
            case EditMessage(message):
                return incident.said[message.key].channel
            case PostMessage(message) if message.to == ANNOUNCEMENTS:
                return await self.conversations.find(f"#{self.announce}", create=True)
            case PostMessage(message) if isinstance(message.to, Thread):
                return message.to.channel
            case PostMessage(message) if isinstance(message.to, OldChannel):
                if not incident.private:
                    await self.conversations.join(message.to.channel)
                return message.to.channel
            case ReadMessage(_, _, there) if there:
                return there
            case PostMessage(message) if message.to != INCIDENT_CHANNEL:
                return await self.conversations.find(str(message.to))
            case _:
                assert incident.channel is not None
                return incident.channel

    async def perform(
        self, effect: SlackEffect, incident: Incident, channel: str, at: datetime
    ) -> Event:
        """Execute the effect and return the event to record; texts are rendered as of `at`. Raises
        `SlackError`.
        """
        match effect:
            case OpenChannel():
                return await self._channels.open(incident)
            case PostMessage(message, digest):
                away = await self._away(message, incident, channel, at)
                said = self._arguments(message, incident, at, away) | thread_argument(message)
                if message.kind.broadcast(incident, message):
                    said["reply_broadcast"] = True
                posted = await self._call("chat.postMessage", channel, unfurl_links=False, **said)
                place, ts = posted["channel"], posted["ts"]
                return Posted(message.key, place, ts, digest, tuple(sorted(away)))
            case EditMessage(message, digest):
                said = self._arguments(message, incident, at)
                ts = incident.said[message.key].ts
                await self._update(message, channel, said | {"ts": ts})
                return Shown(message.key, digest)
            case Invite(user):
                await self._call("conversations.invite", channel, users=user)
            case RejoinChannel():
                await self._call("conversations.join", channel)
                return ChannelBack(rejoined=True)
            case SetTopic():
                await self._call("conversations.setTopic", channel, topic=topic(incident))
            case RenameChannel():
                await self._channels.rename(incident)
            case PinCard(digest):
                await self._call("pins.add", channel, timestamp=digest)
            case Bookmark(title, digest):
                bot_user = self.identity.bot_user
                await set_bookmark(self.slack, bot_user, channel, title, digest)
            case ReadMessage(ts):
                return await read_pinned(self.slack, channel, ts)
            case ReadGroup(seq, group):
                return GroupRead(seq, group, await members(self.slack, group, self.admins))
            case CheckAddress(number, user, address):
                return AddressChecked(number, await self._owns(user, address))
            case never:
                assert_never(never)
        return Shown(effect.key, effect.digest)

    async def find(
        self, effect: SlackEffect, incident: Incident, place: str, began: datetime, at: datetime
    ) -> Event | None:
        """Search for the message of a call in doubt, by its key; None if it wasn't posted."""
        if not isinstance(effect, PostMessage):
            return None
        # In a rehearsal Slack's time may be incident time; search from the earlier of the two.
        oldest = min(began, at) - BEFORE_THE_MARK
        ts = await find_message(self.slack, effect.message, incident, place, oldest)
        if ts is None:
            return None
        away = await self._away(effect.message, incident, place, at)
        return Posted(effect.key, place, ts, away=tuple(sorted(away)))  # what it shows isn't known

    async def forget(self, effect: SlackEffect, refusal: CallFailed) -> bool:
        """Drop the cached channel id if the refusal shows that it is outdated; returns whether."""
        if (
            refusal.reason not in GONE
            or not isinstance(effect, PostMessage)
            or effect.message.to == INCIDENT_CHANNEL
        ):
            return False
        if isinstance(effect.message.to, Thread | OldChannel):
            return False  # its channel is fixed
        announced = effect.message.to == ANNOUNCEMENTS
        where = f"#{self.announce}" if announced else str(effect.message.to)
        await self.conversations.forget(where)
        return True

    async def refused(self, effect: SlackEffect, incident: Incident, refusal: CallFailed) -> Event:
        """The event to record: `ChannelLost` if the incident's own channel is gone, else the
        refusal."""
        if isinstance(effect, CheckAddress):
            return AddressChecked(effect.subscription, own=False)  # so it has to be confirmed
        if isinstance(effect, OpenChannel):
            await asyncio.to_thread(
                self.store.documents.mark_no_channel, incident.declarer, incident.id
            )
        if refusal.reason in GONE and _announces(effect):
            await report_lost(self.slack, self.store, self.admins, self.announce, refusal.reason)
        still_out = isinstance(effect, RejoinChannel) and refusal.reason == incident.channel_lost
        if refusal.reason in GONE and _is_in_its_channel(effect, incident) and not still_out:
            return ChannelLost(refusal.reason)
        if isinstance(effect, PinCard) and refusal.reason == lost_messages.GONE:
            return Failed(f"edit:{CARD_KEY}", refusal.reason)
        return failed(effect, refusal)

    # --- private ---------------------------------------------------------------------------

    @property
    def _channels(self) -> ChannelOpener:
        return ChannelOpener(self.slack, self.store, self.identity.bot_user, self.zone)

    async def _away(
        self, message: OutboundMessage, incident: Incident, channel: str, at: datetime
    ) -> frozenset[str]:
        """Who can't be reached, if the message is a reminder that could ask somebody else."""
        in_channel = message.kind is NAG and message.to == INCIDENT_CHANNEL
        users = choices(incident, message.about) if in_channel else []
        if not users:
            return frozenset()
        people = People(self.slack, self.store, self.identity.team)
        return await unavailable(self.slack, people, channel, users, at)

    def _arguments(
        self,
        message: OutboundMessage,
        incident: Incident,
        at: datetime,
        away: Set[str] = frozenset(),
    ) -> dict[str, Any]:
        context = RenderContext(at, self.zone, self.identity.permalink, away)
        return message_arguments(message, incident, context)

    async def _call(self, method: str, channel: str, **arguments: Any) -> dict[str, Any]:
        try:
            return await self.slack.call(method, channel=channel, **arguments)
        except SlackError as refusal:
            reasons = {error.get("error") for error in refusal.data.get("errors", [])}
            if refusal.reason in ALREADY or (reasons and reasons <= ALREADY):
                return {}
            raise

    async def _update(
        self, message: OutboundMessage, channel: str, arguments: dict[str, Any]
    ) -> None:
        """Update a message; in the announcement channel, join that first if need be."""
        try:
            await self._call("chat.update", channel, **arguments)
        except SlackError as refusal:
            if refusal.reason != "not_in_channel" or message.to != ANNOUNCEMENTS:
                raise
            await self._call("conversations.join", channel)
            await self._call("chat.update", channel, **arguments)

    async def _owns(self, user: str, address: str) -> bool:
        """Whether this is the person's address in Slack. Without the scope users:read.email Slack
        returns no addresses, so the answer is False."""
        answer = await self.slack.call("users.info", user=user)
        profile = answer["user"].get("profile") or {}
        return str(profile.get("email") or "").casefold() == address.casefold()


def _announces(effect: SlackEffect) -> bool:
    if isinstance(effect, PostMessage | EditMessage):
        return effect.message.to == ANNOUNCEMENTS
    return False


def _is_in_its_channel(effect: SlackEffect, incident: Incident) -> bool:
    """Whether the effect acts in the incident's own channel."""
    match effect:
        case PostMessage(message) | EditMessage(message):
            return message.to == INCIDENT_CHANNEL
        case ReadMessage(_, _, channel):
            return channel in ("", incident.channel)
        case SetTopic() | RenameChannel() | PinCard() | Bookmark() | Invite():
            return True
        case RejoinChannel():
            return True
        case OpenChannel() | CheckAddress() | ReadGroup():
            return False
        case never:
            assert_never(never)
