"""Keeps to Slack's rate limits, so that Slack rarely refuses: calls reserve slots, urgent ones
first.

Only calls of effects are limited. Calls that a person waits for (a form, a reply) are sent at
once.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

import aiohttp

from bot import metrics
from bot.ports import Turn, whose_turn
from bot.slack.client import Slack, SlackError
from bot.store import Store
from bot.streams.effect import Urgency


@dataclass(frozen=True, slots=True)
class Limit:
    """At most this many calls in any window of this many seconds."""

    count: int
    seconds: float = 61  # Slack counts when a call arrives: allow a second for the network


# https://docs.slack.dev/apis/web-api/rate-limits; other methods have limits that we never reach.
LIMITS = {
    "bookmarks.add": Limit(20),
    "bookmarks.edit": Limit(20),
    "bookmarks.list": Limit(50),
    "chat.postMessage": Limit(3, 3.3),  # one per second and channel, with short bursts
    "chat.update": Limit(50),
    "conversations.create": Limit(20),
    "conversations.history": Limit(50),
    "conversations.info": Limit(50),
    "conversations.invite": Limit(50),
    "conversations.list": Limit(20),
    "conversations.members": Limit(100),
    "conversations.open": Limit(50),
    "conversations.replies": Limit(50),
    "conversations.setTopic": Limit(20),
    "dnd.teamInfo": Limit(20),
    "pins.add": Limit(20),
    "users.conversations": Limit(50),
    "users.info": Limit(100),
}
PER_CHANNEL = frozenset({"chat.postMessage"})  # limited per channel, not per workspace
BURST = 10  # calls beyond a limit that one process runs at a time
BURST_WAIT = 1.0  # seconds that others wait for one of them to end


class RateLimitedError(SlackError):
    """The rate limit is used up for now. A slot is reserved: try again in `ms`."""

    def __init__(self, ms: int) -> None:
        super().__init__("ratelimited", retry_after=ms / 1000)
        self.reserved_ms = ms


class RateLimited:
    """A client that keeps the limits: calls like `Slack.call`, and also raises `RateLimitedError`.

    Slack accepts more than it documents, until it answers 429. So calls up to the documented limit
    are sent at once; beyond it a few at a time, to find out; and after a 429 all processes keep to
    the documented limit.
    """

    def __init__(self, slack: Slack, store: Store) -> None:
        self._slack = slack
        self._store = store
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @property
    def session(self) -> aiohttp.ClientSession:
        return self._slack.session

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        turn, limit = whose_turn.get(), LIMITS.get(method)
        if turn is None or limit is None:
            return await self._slack.call(method, **arguments)
        window = f"{method}:{arguments['channel']}" if method in PER_CHANNEL else method
        nonce = uuid4().hex
        async with AsyncExitStack() as through:
            if turn.urgency is not Urgency.PAGE:
                await _enter(self._gates.setdefault(window, asyncio.Semaphore(BURST)), through)
            if not await self._acquire(window, limit, turn, nonce):
                await through.aclose()
            try:
                return await self._slack.call(method, **arguments)
            except SlackError as refusal:
                if refusal.retry_after is not None:
                    wait = int(refusal.retry_after * 1000)
                    await asyncio.to_thread(self._store.rate_limits.block, window, wait, nonce)
                raise

    async def _acquire(self, window: str, limit: Limit, turn: Turn, nonce: str) -> bool:
        """Reserve a slot; returns whether it is beyond the documented limit. Raises
        `RateLimitedError`.
        """
        answer = await asyncio.to_thread(
            lambda: self._store.rate_limits.acquire(
                window,
                limit.count,
                int(limit.seconds * 1000),
                urgency=turn.urgency,
                who=turn.who,
                nonce=nonce,
            )
        )
        if answer > 0:
            metrics.waited(window.partition(":")[0], answer / 1000)
            raise RateLimitedError(answer)
        return answer < 0


async def _enter(gate: asyncio.Semaphore, through: AsyncExitStack) -> None:
    """Wait only briefly, because the caller's lock on the incident keeps running."""
    try:
        async with asyncio.timeout(BURST_WAIT):
            await through.enter_async_context(gate)
    except TimeoutError:
        raise RateLimitedError(int(BURST_WAIT * 1000)) from None
