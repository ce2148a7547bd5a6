"""User actions, and what the person saw in answer."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class UserAction:
    """One user action. ``seen``: the app's answers, by the acknowledgement, the trigger or the
    response URL; ``beside``: what else the app showed this person since, which may be meant as an
    answer or not."""

    user: str
    seen: list[Json] = field(default_factory=list)
    beside: list[Json] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def sees(self, what: Json) -> None:
        self.seen.append(what)
        self.happened.set()

    async def outcome(self, patience: float) -> None:
        """Wait for the first answer, for at most this many real seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.happened.wait()
