"""The bot's identity in its workspace."""

from redis import Redis

from bot.slack.client import Slack
from bot.store.workspaces import Identity, remember


async def introduce(slack: Slack, redis: Redis, token: str) -> Identity:
    """Ask Slack for our identity, and store it. Raises `SlackError`."""
    answer = await slack.call("auth.test")
    identity = Identity(
        answer["team_id"], answer.get("url", ""), answer["user_id"], answer.get("bot_id", "")
    )
    remember(redis, token, identity)
    return identity
