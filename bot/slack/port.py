"""The Slack port: executes each effect and returns the event to record."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never, get_args
from zoneinfo import ZoneInfo

from bot.incident.effects import (
    Bookmark,
    CheckAddress,
    EditMessage,
    Invite,
    OpenChannel,
    PinCard,
    PostMessage,
    ReadMessage,
    SetTopic,
    SlackEffect,
)
from bot.incident.events import (
    AddressChecked,
    ChannelLost,
    ChannelOpened,
    Event,
    PinDeleted,
    PinRead,
    Posted,
    Shown,
)
from bot.incident.incident import NOT_PRIVATE, Incident
from bot.messages import RenderContext, render_message
from bot.messages.channel import channel_name
from bot.messages.text import sanitize, unescape
from bot.messages.topic import topic
from bot.ports import CallFailed, failed
from bot.slack.client import SlackError
from bot.slack.conversations import GONE, Conversations, paginate
from bot.slack.rate_limits import RateLimited
from bot.store import Store
from bot.store.workspaces import Identity
from bot.streams.address import ANNOUNCEMENTS, INCIDENT_CHANNEL, Thread
from bot.streams.message import OutboundMessage

BEFORE_THE_MARK = timedelta(minutes=1)  # how far back a call in doubt is searched for
ALREADY = frozenset({"already_in_channel", "already_pinned"})  # already as wanted


@dataclass(frozen=True, slots=True)
class SlackPort:
    """The port to Slack: executes effects in one workspace."""

    slack: RateLimited
    store: Store
    identity: Identity
    announce: str
    zone: ZoneInfo

    @property
    def effects(self) -> tuple[type, ...]:
        return get_args(SlackEffect)

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.slack, self.store)

    async def place(self, effect: SlackEffect, incident: Incident) -> str:
        """The channel that the effect acts on; empty if it has none. Raises `SlackError`."""
        match effect:
            case OpenChannel() | CheckAddress():
                return ""
            case EditMessage(message):
                return incident.said[message.key].channel
            case PostMessage(message) if message.to == ANNOUNCEMENTS:
                return await self.conversations.find(f"#{self.announce}", create=True)
            case PostMessage(message) if isinstance(message.to, Thread):
                return message.to.channel
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
                return await self._open_channel(incident)
            case PostMessage(message, digest):
                said = {**self._rendered(message, incident, at), **_thread(message)}
                posted = await self._call("chat.postMessage", channel, unfurl_links=False, **said)
                return Posted(message.key, posted["channel"], posted["ts"], digest)
            case EditMessage(message, digest):
                ts = incident.said[message.key].ts
                await self._call(
                    "chat.update", channel, ts=ts, **self._rendered(message, incident, at)
                )
                return Shown(message.key, digest)
            case Invite(user):
                await self._call("conversations.invite", channel, users=user)
            case SetTopic():
                await self._call("conversations.setTopic", channel, topic=topic(incident))
            case PinCard(digest):
                await self._call("pins.add", channel, timestamp=digest)
            case Bookmark(title, digest):
                await self._bookmark(channel, title, digest)
            case ReadMessage(ts):
                return await self._read(channel, ts)
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
        key = self._key(effect.message, incident)
        thread: dict[str, Any] = _thread(effect.message, "ts")
        # In a rehearsal Slack's time may be incident time; search from the earlier of the two.
        oldest = min(began, at) - BEFORE_THE_MARK
        history = paginate(
            self.slack,
            "conversations.replies" if thread else "conversations.history",
            "messages",
            channel=place,
            oldest=f"{oldest.timestamp():.6f}",
            include_all_metadata=True,
            **thread,
        )
        async for message in history:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return Posted(effect.key, place, message["ts"])  # what it shows isn't known
        return None

    async def forget(self, effect: SlackEffect, refusal: CallFailed) -> bool:
        """Drop the cached channel id if the refusal shows that it is outdated; returns whether."""
        if (
            refusal.reason not in GONE
            or not isinstance(effect, PostMessage)
            or effect.message.to == INCIDENT_CHANNEL
        ):
            return False
        if _thread(effect.message):
            return False  # the thread's channel is fixed
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
        here = isinstance(effect, SetTopic | PinCard | Bookmark | Invite | ReadMessage) or (
            isinstance(effect, PostMessage | EditMessage) and effect.message.to == INCIDENT_CHANNEL
        )
        if here and refusal.reason in GONE:
            return ChannelLost(refusal.reason)
        return failed(effect, refusal)

    # --- private ---------------------------------------------------------------------------

    async def _call(self, method: str, channel: str, **arguments: Any) -> dict[str, Any]:
        try:
            return await self.slack.call(method, channel=channel, **arguments)
        except SlackError as refusal:
            reasons = {each.get("error") for each in refusal.data.get("errors", [])}
            if refusal.reason in ALREADY or (reasons and reasons <= ALREADY):
                return {}
            raise

    def _rendered(
        self, outbound: OutboundMessage, incident: Incident, at: datetime
    ) -> dict[str, Any]:
        message = render_message(
            incident, outbound, RenderContext(at, self.zone, self.identity.permalink)
        )
        payload = {
            "subject": incident.id,
            "incident": incident.id,
            "kind": outbound.kind.name,
            "key": self._key(outbound, incident),
        }
        if reason := getattr(outbound.about.event, "reminder", ""):
            payload["reason"] = reason
        said: dict[str, Any] = {
            "text": message.text,
            "metadata": {"event_type": "muster", "event_payload": payload},
        }
        return {**said, "blocks": message.blocks} if message.blocks else said

    def _key(self, message: OutboundMessage, incident: Incident) -> str:
        return f"{incident.id}/{message.key}"

    async def _open_channel(self, incident: Incident) -> Event:
        """Claim a name in the store, then make the channel.

        A name that is taken is ours only if this incident claimed it and the bot made the channel;
        otherwise try the next suffix.

        The name of a private incident reveals nothing: admins and exports list it, Slack may make
        the channel public, and a name that is taken would tell others about the title.
        """
        day = incident.declared_at.astimezone(self.zone).date()
        about = "" if incident.private else incident.title
        for attempt in range(1, 100):
            name = channel_name(about, incident.id, day, attempt)
            if not await asyncio.to_thread(self.store.documents.claim_name, name, incident.id):
                continue
            try:
                made = await self.slack.call(
                    "conversations.create", name=name, is_private=incident.private
                )
                return await self._checked(made["channel"], incident)
            except SlackError as refusal:
                if refusal.reason != "name_taken":
                    raise
            if ours := await self._ours(name):
                return await self._checked(ours, incident)
        raise SlackError("name_taken", permanent=True)

    async def _ours(self, name: str) -> dict[str, Any] | None:
        kinds = "public_channel,private_channel"
        async for channel in paginate(
            self.slack, "users.conversations", "channels", types=kinds, exclude_archived=True
        ):
            if channel.get("name") == name and await self._is_ours(channel):
                return channel
        return None

    async def _is_ours(self, channel: dict[str, Any]) -> bool:
        """Whether the bot made the channel, and no incident uses it."""
        if "creator" not in channel:
            about = await self.slack.call("conversations.info", channel=channel["id"])
            channel = about["channel"]
        made_by_us = channel.get("creator") == self.identity.bot_user
        return (
            made_by_us and await asyncio.to_thread(self.store.streams.find, channel["id"]) is None
        )

    async def _checked(self, channel: dict[str, Any], incident: Incident) -> Event:
        """Archive a public channel made for a private incident, and refuse it."""
        if incident.private and not channel.get("is_private"):
            await self.slack.call("conversations.archive", channel=channel["id"])
            raise SlackError(NOT_PRIVATE, permanent=True)
        return ChannelOpened(channel["id"], channel["name"])

    async def _read(self, channel: str, ts: str) -> Event:
        """The text of a message, also in a thread; it may have been deleted since it was
        pinned.
        """
        try:
            answer = await self.slack.call(
                "conversations.replies",
                channel=channel,
                ts=ts,
                oldest=ts,
                latest=ts,
                inclusive=True,
            )
        except SlackError as refusal:
            if refusal.reason != "thread_not_found":
                raise
            return PinDeleted(ts)
        for message in answer.get("messages") or []:
            if message["ts"] == ts and message.get("subtype") != "tombstone":
                text = sanitize(unescape(str(message.get("text") or "")))
                edited = str((message.get("edited") or {}).get("ts") or "")
                return PinRead(ts, str(message.get("user") or ""), text, edited)
        return PinDeleted(ts)

    async def _owns(self, user: str, address: str) -> bool:
        """Whether this is the person's address in Slack. Without the scope users:read.email Slack
        returns no addresses, so the answer is False."""
        answer = await self.slack.call("users.info", user=user)
        profile = answer["user"].get("profile") or {}
        return str(profile.get("email") or "").casefold() == address.casefold()

    async def _bookmark(self, channel: str, title: str, link: str) -> None:
        """Add a bookmark, or update ours with that title; those of people are left alone. Their
        titles aren't unique, so check before adding."""
        listed = await self.slack.call("bookmarks.list", channel_id=channel)
        there = [found for found in listed.get("bookmarks", []) if found.get("title") == title]
        if any(bookmark.get("link") == link for bookmark in there):
            return
        bot = self.identity.bot_user
        ours = [found["id"] for found in there if found.get("last_updated_by_user_id") == bot]
        if ours:
            await self.slack.call(
                "bookmarks.edit", channel_id=channel, bookmark_id=ours[0], link=link
            )
        else:
            await self.slack.call(
                "bookmarks.add", channel_id=channel, title=title, type="link", link=link
            )


def _thread(message: OutboundMessage, name: str = "thread_ts") -> dict[str, str]:
    """The thread to post in, if any, as Slack's parameter."""
    return {name: message.to.ts} if isinstance(message.to, Thread) else {}
