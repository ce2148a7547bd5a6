"""Reads the whole channel of an incident, and tells what it says about pinned messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from bot.incident.events import PinDeleted, PinEdited
from bot.incident.incident import Incident
from bot.messages.text import sanitize, unescape
from bot.slack.client import Calls, SlackError
from bot.slack.conversations import paginate
from bot.slack_message.reading import read_message

Json = dict[str, Any]

# The subtypes of what people and apps write; None for an ordinary message.
SAID = frozenset({None, "thread_broadcast", "me_message", "file_share", "bot_message"})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ChannelMessages:
    """The channel's messages with replies, oldest first. `is_complete`: all of them could be
    read."""

    all: tuple[Json, ...] = ()
    is_complete: bool = False

    @property
    def said(self) -> list[Json]:
        """Those that a person or an app wrote."""
        return [each for each in self.all if _is_said(each)]

    def news_of_pins(self, incident: Incident, bot_user: str) -> Iterator[PinDeleted | PinEdited]:
        """The edits and deletions of pinned messages whose events were lost. A message that isn't
        in the channel any more was deleted, unless it is older than all that is there (Slack may
        drop the oldest), the channel couldn't be read to its end, or it is in an old channel.
        """
        there = {str(each["ts"]): each for each in self.all if not _is_tombstone(each)}
        oldest = min((float(each["ts"]) for each in self.all), default=None)
        for ts, pin in incident.pins.items():
            elsewhere = pin.channel not in ("", incident.channel)
            if pin.deleted or oldest is None or elsewhere:
                continue
            message = there.get(ts)
            if message is None:
                if self.is_complete and float(ts) >= oldest:
                    yield PinDeleted(ts)
            elif pin.text is not None and message.get("user") != bot_user:
                text = sanitize(unescape(read_message(message).whole))
                if text != pin.text:
                    edited = str((message.get("edited") or {}).get("ts") or "")
                    yield PinEdited(ts, str(message.get("user") or ""), text, edited)


async def read_channel(incident: Incident, slack: Calls) -> ChannelMessages:
    """Read the channel. If it can't be read any more (archived, the bot removed), the result is
    incomplete. Raises `SlackError` if it can't be read for now.
    """
    if incident.channel is None:
        return ChannelMessages()
    found: list[Json] = []
    is_complete = False
    try:
        async for root in paginate(
            slack,
            "conversations.history",
            "messages",
            channel=incident.channel,
            include_all_metadata=True,
        ):
            found.append(root)
            if root.get("reply_count"):
                replies = paginate(
                    slack,
                    "conversations.replies",
                    "messages",
                    channel=incident.channel,
                    ts=root["ts"],
                )
                found += [each async for each in replies if each["ts"] != root["ts"]]
        is_complete = True
    except SlackError as refusal:
        if not refusal.permanent:
            raise
        log.warning("channel can't be read", reason=refusal.reason)
    in_order = sorted(found, key=lambda each: float(each["ts"]))
    return ChannelMessages(tuple(in_order), is_complete)


def _is_said(message: Json) -> bool:
    """Whether a person or an app wrote the message. Excludes Slack's own, such as joins and the
    tombstones of deleted messages, and the bot's about drafts."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return message.get("subtype") in SAID and payload.get("kind") not in ("postmortem", "notice")


def _is_tombstone(message: Json) -> bool:
    return message.get("subtype") == "tombstone"
