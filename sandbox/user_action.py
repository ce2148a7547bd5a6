"""One thing a person did, and what they saw in answer to it."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class UserAction:
    """What answers this act (by its ack, its trigger or its response URL) goes to ``seen``;
    ``beside`` is what the app showed this person of its own accord while this was the last thing
    they did. It may be meant as an answer, or have nothing to do with the act."""

    user: str
    seen: list[Json] = field(default_factory=list)
    beside: list[Json] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def sees(self, what: Json) -> None:
        self.seen.append(what)
        self.happened.set()

    async def outcome(self, patience: float) -> None:
        """Wait for the first answer, for this many real seconds at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.happened.wait()
