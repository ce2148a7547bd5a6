"""People who wait for an answer go before what can wait for a moment."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class AnswersFirst:
    """Counts who waits. It only ever delays: whoever goes after them goes in the end."""

    def __init__(self) -> None:
        self._people = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody waits until the end of this block."""
        self._people += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._people -= 1
            if not self._people:
                self._nobody.set()

    async def over(self, most: float) -> None:
        """Until nobody waits any more, or for `most` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._nobody.wait()
