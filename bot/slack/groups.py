"""Who is in a group that is paged or told: a user group, or the admins."""

from collections.abc import Sequence

from bot.paging.groups import ADMINS
from bot.slack.client import Calls
from bot.slack.conversations import paginate
from bot.slack.people import is_admin

ADMINS_MOST = 5  # of the workspace's admins are told, if none are configured


async def members(slack: Calls, group: str, named: Sequence[str]) -> tuple[str, ...]:
    """The people (`@U…`) and channels (`#name`) behind a target. `named`: the configured admins.
    Raises `SlackError`.
    """
    if group == ADMINS:
        return tuple(named or await workspace_admins(slack))
    answer = await slack.call("usergroups.users.list", usergroup=group.removeprefix("@"))
    return tuple(f"@{user}" for user in answer.get("users") or [])


async def workspace_admins(slack: Calls) -> list[str]:
    """The first few admins that Slack lists."""
    found: list[str] = []
    async for person in paginate(slack, "users.list", "members"):
        if is_admin(person):
            found.append(f"@{person['id']}")
        if len(found) == ADMINS_MOST:
            break
    return found
