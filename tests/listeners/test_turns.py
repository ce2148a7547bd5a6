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
        self._more = asyncio.Condition()

    async def one(self) -> None:
        async with self._turns.taken():
            self.working += 1
            self.most = max(self.most, self.working)
            async with self._more:
                self._more.notify_all()
            await self.end.wait()
            self.working -= 1

    async def until(self, working: int) -> None:
        """Wait until so many are at work."""
        async with asyncio.timeout(10), self._more:
            await self._more.wait_for(lambda: self.working >= working)


async def test_only_so_many_work_at_once() -> None:
    work = Work(Turns(4, most=60))
    running = [asyncio.create_task(work.one()) for _ in range(50)]
    await work.until(4)
    work.end.set()
    await asyncio.gather(*running)
    assert work.most == 4


async def test_those_that_wait_for_slow_ones_work_beside_them_after_a_while() -> None:
    work = Work(Turns(4, most=0.05))
    running = [asyncio.create_task(work.one()) for _ in range(50)]
    await work.until(50)
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
    await work.until(1)
    work.end.set()
    await asyncio.gather(*running)
    assert work.most == 1
