"""Who would see a mention in a channel now: who is there, active, and not in Do Not Disturb.

Whatever Slack doesn't say in time counts as there: a reminder never waits for this.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.slack.client import Calls, SlackError
from bot.slack.people import People

PATIENCE = 1.0  # seconds; the message that waits for it has to be sent within two
MEMBERS_MAX = 1000  # a larger channel's members aren't looked up

log = structlog.get_logger()


async def unavailable(
    slack: Calls, people: People, channel: str, users: Sequence[str], at: datetime
) -> frozenset[str]:
    """Those of the users who wouldn't see it. `at`: the time now."""
    asked = (
        _deactivated(people, users),
        _not_there(slack, channel, users),
        _undisturbed(slack, users, at),
    )
    found = await asyncio.gather(*map(_in_time, asked))
    return frozenset().union(*found)


async def _in_time(asked: Coroutine[Any, Any, set[str]]) -> set[str]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asked
    except (SlackError, TimeoutError) as away:
        log.info("availability unknown", reason=getattr(away, "reason", "timeout"))
        return set()


async def _deactivated(people: People, users: Sequence[str]) -> set[str]:
    profiles = await asyncio.gather(*(people.find(user) for user in users))
    return {
        user
        for user, profile in zip(users, profiles, strict=True)
        if profile is not None and profile.why_not
    }


async def _not_there(slack: Calls, channel: str, users: Sequence[str]) -> set[str]:
    """Those who aren't members of the channel, for instance because they left it."""
    answer = await slack.call("conversations.members", channel=channel, limit=MEMBERS_MAX)
    if (answer.get("response_metadata") or {}).get("next_cursor"):
        return set()
    return set(users) - set(answer["members"])


async def _undisturbed(slack: Calls, users: Sequence[str], at: datetime) -> set[str]:
    """Those in Do Not Disturb now, by their schedule or because they paused notifications."""
    answer = await slack.call("dnd.teamInfo", users=",".join(users))
    now = at.timestamp()
    return {
        user
        for user, told in answer["users"].items()
        if user in users
        and told.get("dnd_enabled")
        and told.get("next_dnd_start_ts", 0) <= now < told.get("next_dnd_end_ts", 0)
    }
