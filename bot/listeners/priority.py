"""Gives priority to requests that people wait for, and lets them take turns."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress


class AnswersFirst:
    """Counts the people who are waiting. It only delays other work, it never stops it."""

    def __init__(self) -> None:
        self._people = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a person as waiting during this block."""
        self._people += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._people -= 1
            if not self._people:
                self._nobody.set()

    async def over(self, most: float) -> None:
        """Wait until no person is waiting, for at most `most` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._nobody.wait()


class Turns:
    """Lets only so many work at once, because threads that compete for the interpreter finish
    later than threads that take turns. One that is slow holds the others up only for `most`
    seconds each: with a store that hangs, they wait beside it.
    """

    def __init__(self, at_once: int, most: float) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most = most

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a turn, and keep it during this block."""
        try:
            async with asyncio.timeout(self._most):
                await self._free.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            self._free.release()
