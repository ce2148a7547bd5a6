"""Gives priority to requests that people wait for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


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
