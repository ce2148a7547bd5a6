"""Those who wait for an answer first, and what can wait after them, but not for long."""

import asyncio

from bot.listeners.waiting import Waiting

LONG = 60.0  # seconds


async def test_nobody_waits() -> None:
    await asyncio.wait_for(Waiting().over(LONG), 5)


async def test_the_last_one_is_answered() -> None:
    waiting = Waiting()
    with waiting.somebody():
        with waiting.somebody():
            after = asyncio.create_task(waiting.over(LONG))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not after.done(), "the first one still waits"
    await asyncio.wait_for(after, 5)


async def test_who_raised_does_not_wait_any_more() -> None:
    waiting = Waiting()
    try:
        with waiting.somebody():
            raise ValueError
    except ValueError:
        await asyncio.wait_for(waiting.over(LONG), 5)


async def test_it_goes_on_though_somebody_waits() -> None:
    waiting = Waiting()
    with waiting.somebody():
        await asyncio.wait_for(waiting.over(0.01), 5)
