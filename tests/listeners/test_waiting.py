"""Priority for people who wait for an answer; other work waits for them, but not for long."""

import asyncio

from bot.listeners.priority import AnswersFirst

LONG = 60.0  # seconds


async def test_nobody_waits() -> None:
    await asyncio.wait_for(AnswersFirst().over(LONG), 5)


async def test_the_last_one_is_answered() -> None:
    waiting = AnswersFirst()
    with waiting.answering():
        with waiting.answering():
            after = asyncio.create_task(waiting.over(LONG))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not after.done(), "the first one still waits"
    await asyncio.wait_for(after, 5)


async def test_an_exception_ends_the_waiting() -> None:
    waiting = AnswersFirst()
    try:
        with waiting.answering():
            raise ValueError
    except ValueError:
        await asyncio.wait_for(waiting.over(LONG), 5)


async def test_it_goes_on_though_somebody_waits() -> None:
    waiting = AnswersFirst()
    with waiting.answering():
        await asyncio.wait_for(waiting.over(0.01), 5)
