"""Opening an incident's channel: at most one, and never a public one for a private incident."""

import asyncio
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.incident.events import ChannelOpened
from bot.incident.incident import NOT_PRIVATE, Incident
from bot.messages.channel import channel_name
from bot.slack.client import Calls, SlackError
from bot.slack.conversations import paginate
from bot.slack.shown_numbers import shows_another
from bot.store import Store

SUFFIX_MAX = 99  # the last of `-2`, `-3` … that is tried


@dataclass(frozen=True, slots=True)
class ChannelOpener:
    """Opens the channels of incidents. `bot_user`: the bot's own user id. `zone`: in which the
    date in a channel's name is meant.
    """

    slack: Calls
    store: Store
    bot_user: str
    zone: ZoneInfo

    async def open(self, incident: Incident) -> ChannelOpened:
        """Claim a name in the store, then make the channel. Raises `SlackError`.

        A name that is taken is ours only if this incident claimed it and the bot made the channel;
        otherwise try the next suffix.

        The name of a private incident reveals nothing: admins and exports list it, Slack may make
        the channel public, and a name that is taken would tell others about the title.
        """
        day = incident.declared_at.astimezone(self.zone).date()
        about = "" if incident.private else incident.title
        for attempt in range(1, SUFFIX_MAX + 1):
            name = channel_name(about, incident.id, day, attempt)
            if not await asyncio.to_thread(self.store.documents.claim_name, name, incident.id):
                continue
            made = await self._make(name, incident)
            if channel := made or await self._find(name, incident):
                return await self._checked(channel, incident)
        raise SlackError("name_taken", permanent=True)

    async def rename(self, incident: Incident) -> None:
        """Name the channel of a public incident after its title. A name that is claimed or taken
        gets a suffix, as for a new channel. Raises `SlackError`."""
        assert incident.channel is not None
        assert not incident.private  # its name would tell the title
        day = incident.declared_at.astimezone(self.zone).date()
        for attempt in range(1, SUFFIX_MAX + 1):
            name = channel_name(incident.title, incident.id, day, attempt)
            if name == incident.channel_name:
                return
            if not await asyncio.to_thread(self.store.documents.claim_name, name, incident.id):
                continue
            try:
                await self.slack.call("conversations.rename", channel=incident.channel, name=name)
            except SlackError as refusal:
                if refusal.reason != "name_taken":
                    raise
                continue
            return
        raise SlackError("name_taken", permanent=True)

    async def _make(self, name: str, incident: Incident) -> dict[str, Any] | None:
        """The new channel; None if the name is taken."""
        try:
            made = await self.slack.call(
                "conversations.create", name=name, is_private=incident.private
            )
        except SlackError as refusal:
            if refusal.reason != "name_taken":
                raise
            return None
        channel: dict[str, Any] = made["channel"]
        return channel

    async def _find(self, name: str, incident: Incident) -> dict[str, Any] | None:
        """The channel with this name, if it is ours: an earlier call made it, and the answer was
        lost.
        """
        types = "public_channel,private_channel"
        channel: dict[str, Any]
        async for channel in paginate(
            self.slack, "users.conversations", "channels", types=types, exclude_archived=True
        ):
            if channel.get("name") == name and await self._is_ours(channel, incident):
                return channel
        return None

    async def _is_ours(self, channel: dict[str, Any], incident: Incident) -> bool:
        """Whether the bot made the channel, and no other incident uses it, also none that the
        store has lost."""
        if "creator" not in channel:
            answer = await self.slack.call("conversations.info", channel=channel["id"])
            channel = answer["channel"]
        if channel.get("creator") != self.bot_user:
            return False
        if await asyncio.to_thread(self.store.streams.find, channel["id"]) is not None:
            return False
        return not await shows_another(self.slack, self.bot_user, channel, incident)

    async def _checked(self, channel: dict[str, Any], incident: Incident) -> ChannelOpened:
        """Fail closed: a private incident never gets a public channel."""
        if incident.private and not channel.get("is_private"):
            await self.slack.call("conversations.archive", channel=channel["id"])
            raise SlackError(NOT_PRIVATE, permanent=True)
        return ChannelOpened(channel["id"], channel["name"])
