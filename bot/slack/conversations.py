"""The ids of channels and direct messages, looked up once and cached."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from bot.slack.client import Calls, SlackError
from bot.store import Store

PRIVATE = "method_not_supported_for_channel_type"  # Slack's error code for joining a private one
GONE = frozenset({"channel_not_found", "is_archived", "not_in_channel"})


def when_archived(where: str) -> str:
    """The name in the cache under which an archived channel is kept, to hear of its return."""
    return f"archived:{where}"


class Conversations:
    def __init__(self, slack: Calls, store: Store) -> None:
        self._slack = slack
        self._store = store

    async def find(self, where: str, *, create: bool = False) -> str:
        """The channel id of a person (`@U…`) or a channel (`#name`).

        `create`: make the channel if there is none. Raises `SlackError`.
        """
        if kept := await asyncio.to_thread(self._store.documents.conversation, where):
            return kept
        if where.startswith("@"):
            opened = await self._slack.call("conversations.open", users=where[1:])
            channel = str(opened["channel"]["id"])
        else:
            channel = await self._named(where[1:], create=create)
        await asyncio.to_thread(self._store.documents.put_conversation, where, channel)
        return channel

    async def join(self, channel: str) -> None:
        """Join a public channel, if need be; into a private one Muster has to be invited. Raises
        `SlackError`.
        """
        try:
            await self._slack.call("conversations.join", channel=channel)
        except SlackError as refusal:
            if refusal.reason != PRIVATE:
                raise

    async def forget(self, where: str) -> None:
        """Remove an outdated entry from the cache."""
        await asyncio.to_thread(self._store.documents.put_conversation, where, None)

    async def _named(self, name: str, *, create: bool) -> str:
        found = await self._look_for(name)
        if found is None and create:
            try:
                made = await self._slack.call("conversations.create", name=name)
                return str(made["channel"]["id"])
            except SlackError as refusal:
                if refusal.reason != "name_taken":
                    raise
                found = await self._look_for(name)  # another process was faster
        if found is None:
            raise SlackError("channel_not_found", permanent=True)
        if found.get("is_archived"):
            await asyncio.to_thread(
                self._store.documents.put_conversation, when_archived(f"#{name}"), str(found["id"])
            )
            raise SlackError("is_archived", permanent=True)
        if not found.get("is_member"):
            await self._slack.call("conversations.join", channel=found["id"])
        return str(found["id"])

    async def _look_for(self, name: str) -> dict[str, Any] | None:
        kinds = "public_channel,private_channel"
        channel: dict[str, Any]
        async for channel in paginate(self._slack, "conversations.list", "channels", types=kinds):
            if channel.get("name") == name:
                return channel
        return None


async def paginate(
    slack: Calls, method: str, items: str, *, limit: int = 999, **arguments: Any
) -> AsyncIterator[Any]:
    """Every item of a paginated list: mostly objects, ids of `conversations.members`."""
    cursor = ""
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await slack.call(method, limit=limit, **arguments, **more)
        for item in answer.get(items) or []:
            yield item
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
