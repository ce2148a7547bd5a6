"""Slack's rate limits, kept before Slack has to refuse: a turn for each call, the urgent first.

Only what is done for an incident waits its turn. What a person waits for (a form, an answer)
goes out at once.
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
    """So many calls in any so many seconds."""

    count: int
    seconds: float = 61  # Slack counts when a call arrives: a second for the way there


# https://docs.slack.dev/apis/web-api/rate-limits; a method that isn't here has room enough.
LIMITS = {
    "bookmarks.add": Limit(20),
    "bookmarks.edit": Limit(20),
    "bookmarks.list": Limit(50),
    "chat.postMessage": Limit(3, 3.3),  # one a second to a channel, with short bursts
    "chat.update": Limit(50),
    "conversations.create": Limit(20),
    "conversations.history": Limit(50),
    "conversations.info": Limit(50),
    "conversations.invite": Limit(50),
    "conversations.list": Limit(20),
    "conversations.open": Limit(50),
    "conversations.replies": Limit(50),
    "conversations.setTopic": Limit(20),
    "pins.add": Limit(20),
    "users.conversations": Limit(50),
    "users.info": Limit(100),
}
PER_CHANNEL = frozenset({"chat.postMessage"})  # limited by channel, not by workspace
BURST = 10  # calls beyond a limit that one process has under way
BURST_WAIT = 1.0  # seconds that others wait behind them for one of those to end


class RateLimitedError(SlackError):
    """There is no room for the call now. A turn is reserved: ask again `ms` later."""

    def __init__(self, ms: int) -> None:
        super().__init__("ratelimited", retry_after=ms / 1000)
        self.reserved_ms = ms


class RateLimited:
    """Slack, a turn at a time: calls like `Slack.call`, and raises `RateLimitedError` besides.

    Slack lets more pass than it promises, until it answers 429. So up to the promise calls go at
    once; beyond it a few at a time, to find out; and after a 429 everybody keeps to the promise.
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
        """Take the turn; whether it is one beyond the promise. Raises `RateLimitedError`."""
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
    """Not for long: the caller's lock on the incident goes on running."""
    try:
        async with asyncio.timeout(BURST_WAIT):
            await through.enter_async_context(gate)
    except TimeoutError:
        raise RateLimitedError(int(BURST_WAIT * 1000)) from None
