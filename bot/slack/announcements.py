"""The announcement channel can't be used: the admins are told, at most once an hour."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.messages.announcement import channel_lost
from bot.paging.groups import ADMINS
from bot.slack.client import SlackError
from bot.slack.conversations import Conversations
from bot.slack.groups import members
from bot.slack.rate_limits import RateLimited
from bot.store import Store

ONCE_IN = timedelta(hours=1)

log = structlog.get_logger()


async def report_lost(
    slack: RateLimited, store: Store, named: Sequence[str], announce: str, reason: str
) -> None:
    """Tell the admins. `named`: the configured ones. What Slack refuses here is only logged: the
    card of each incident says it, too.
    """
    if not await asyncio.to_thread(store.documents.claim_once, f"announce:{announce}", ONCE_IN):
        return
    log.error("announcement channel lost", channel=f"#{announce}", reason=reason)
    metadata = {
        "event_type": "muster",
        "event_payload": {"kind": "notice", "key": f"announce/{announce}", "subject": announce},
    }
    try:
        for to in await members(slack, ADMINS, named):
            channel = await Conversations(slack, store).find(to)
            text = channel_lost(announce, reason)
            await slack.call("chat.postMessage", channel=channel, text=text, metadata=metadata)
    except SlackError as refusal:
        log.error("admin not notified", channel=f"#{announce}", reason=refusal.reason)
