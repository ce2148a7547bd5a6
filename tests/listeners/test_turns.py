"""Listeners take turns, but no slow one holds the others up for long."""

import asyncio

import pytest

from bot.listeners.priority import Turns


class Work:
    """Counts how many are at work, and lets them end when told to."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.working = self.most = 0
        self.end = asyncio.Event()

    async def one(self) -> None:
        async with self._turns.taken():
            self.working += 1
            self.most = max(self.most, self.working)
            await self.end.wait()
            self.working -= 1


async def test_only_so_many_work_at_once() -> None:
    work = Work(Turns(4, most=60))
    running = [asyncio.create_task(work.one()) for _ in range(50)]
    while work.working < 4:
        await asyncio.sleep(0)
    work.end.set()
    await asyncio.gather(*running)
    assert work.most == 4


async def test_those_that_wait_for_slow_ones_work_beside_them_after_a_while() -> None:
    work = Work(Turns(4, most=0.05))
    running = [asyncio.create_task(work.one()) for _ in range(50)]
    async with asyncio.timeout(10):
        while work.working < 50:
            await asyncio.sleep(0.01)
    work.end.set()
    await asyncio.gather(*running)


async def test_a_turn_ends_with_a_failure_and_none_is_given_twice() -> None:
    turns = Turns(1, most=60)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            async with turns.taken():
                raise ValueError("broken")
    work = Work(turns)
    running = [asyncio.create_task(work.one()) for _ in range(3)]
    while not work.working:
        await asyncio.sleep(0)
    work.end.set()
    await asyncio.gather(*running)
    assert work.most == 1
