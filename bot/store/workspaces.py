"""The workspaces that this store was connected to, and the bot's identity in each. Stored so that
the clock and the operator's commands work while Slack is down."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import cast

from redis import Redis

KEPT = "muster:workspaces"


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's identity in a workspace. `url`: the workspace's address, which permalinks begin
    with."""

    team: str
    url: str
    bot_user: str
    bot_id: str

    def permalink(self, channel: str, ts: str, thread_ts: str | None = None) -> str:
        """The permalink of a message.

        >>> Identity("T1", "https://acme.slack.com/", "U1", "B1").permalink("C1", "17.000200")
        'https://acme.slack.com/archives/C1/p17000200'
        """
        link = f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread_ts}&cid={channel}" if thread_ts else link


def remember(redis: Redis, token: str, identity: Identity) -> None:
    """Store which workspace this token belongs to."""
    redis.hset(KEPT, _digest(token), json.dumps(asdict(identity)))


def remembered(redis: Redis, token: str | None) -> Identity | None:
    """The identity stored for this token; without a token, the only known workspace, if there is
    just one."""
    kept = redis.hget(KEPT, _digest(token)) if token else None
    if kept is None and not token:
        known = redis.hvals(KEPT)
        teams = {json.loads(each)["team"] for each in known}
        kept = known[0] if len(teams) == 1 else None
    return Identity(**json.loads(kept)) if kept else None


def tokens_of(redis: Redis, team: str) -> list[str]:
    """The digests of this workspace's tokens."""
    kept = cast(dict[bytes, bytes], redis.hgetall(KEPT))
    return sorted(key.decode() for key, each in kept.items() if json.loads(each)["team"] == team)


def remember_as(redis: Redis, tokens: Iterable[str], identity: Identity) -> None:
    """Store an imported identity under these digests."""
    for token in tokens:
        redis.hsetnx(KEPT, token, json.dumps(asdict(identity)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:16]
