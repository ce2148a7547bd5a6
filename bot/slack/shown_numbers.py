"""The highest incident number that Slack shows, to compare with the store: one that was restored
from an older backup, or emptied, would give numbers again that people know for other incidents.

Looks at the names of private incidents' channels, at the first messages of the newest channels,
and at the newest announcements: a few calls, however many incidents there were.
"""

import re
from typing import Any

import structlog

from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.slack.client import Calls, SlackError
from bot.slack.conversations import paginate
from bot.slack.keyed_messages import key_prefix
from bot.streams.ids import is_stream_id, number_of, prefix_of

NEWEST = 3  # channels that are opened
EARLY = 600  # seconds after its creation in which a channel's first messages are
SHOWN = 100  # messages
# The name of a private incident's channel doesn't tell the title, so it's certain to be a number.
_PRIVATE = re.compile(r"incident-\d{4}-\d\d-\d\d-inc-(\d{1,12})(?:-\d{1,2})?", re.ASCII)

log = structlog.get_logger()


async def highest_shown(slack: Calls, bot_user: str, announcements: str) -> int:
    """The number; 0 if Slack shows none. `announcements`: the id of that channel, empty if there
    is none. Raises `SlackError` if Slack can't list the channels."""
    types = "public_channel,private_channel"
    listed = paginate(slack, "users.conversations", "channels", types=types, exclude_archived=True)
    ours = [each async for each in listed if each.get("creator") == bot_user]
    named = (_PRIVATE.fullmatch(str(each.get("name"))) for each in ours if each.get("is_private"))
    numbers = [int(found[1]) for found in named if found]
    ours.sort(key=_created, reverse=True)
    for channel in ours[:NEWEST]:
        if channel["id"] != announcements:
            numbers += await _numbers(slack, bot_user, channel["id"], latest=_early(channel))
    if announcements:
        numbers += await _numbers(slack, bot_user, announcements)
    return max(numbers, default=0)


async def shows_another(
    slack: Calls, bot_user: str, channel: dict[str, Any], incident: Incident
) -> bool:
    """Whether the first messages of a channel are another incident's. Raises `SlackError`."""
    said = await _ours(slack, bot_user, channel["id"], latest=_early(channel))
    keys = [str(each.get("key")) for each in said if each.get("incident")]
    return any(not key.startswith(key_prefix(incident)) for key in keys)


async def _numbers(slack: Calls, bot_user: str, channel: str, **arguments: Any) -> list[int]:
    """The numbers in the newest of our messages in a channel. One that can't be read has none."""
    try:
        said = await _ours(slack, bot_user, channel, **arguments)
    except SlackError as refusal:
        log.warning("incident numbers not read", channel=channel, reason=refusal.reason)
        return []
    ids = [each["incident"] for each in said if is_stream_id(each.get("incident"))]
    return [number_of(each) or 0 for each in ids if prefix_of(each) == PREFIX]


async def _ours(slack: Calls, bot_user: str, channel: str, **arguments: Any) -> list[Any]:
    """The metadata of our messages among the newest. Another app may write what it likes."""
    history = await slack.call(
        "conversations.history",
        channel=channel,
        limit=SHOWN,
        include_all_metadata=True,
        **arguments,
    )
    ours = [each for each in history.get("messages") or [] if each.get("user") == bot_user]
    metadata = [each.get("metadata") or {} for each in ours]
    muster = [each for each in metadata if each.get("event_type") == "muster"]
    return [each.get("event_payload") or {} for each in muster]


def _early(channel: dict[str, Any]) -> str:
    """The time until which a channel's first messages are, as Slack writes it."""
    return f"{_created(channel) + EARLY}.000000"


def _created(channel: dict[str, Any]) -> int:
    created = channel.get("created")
    return created if isinstance(created, int) else 0
