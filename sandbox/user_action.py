"""One thing a person did, and what they saw in answer to it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class UserAction:
    """Whatever Slack shows the person because of this act goes to ``seen``."""

    user: str
    seen: list[Json] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def sees(self, what: Json) -> None:
        self.seen.append(what)
        self.happened.set()

    async def outcome(self, patience: float) -> Json | None:
        """The newest thing seen, waiting this many real seconds for the first one."""
        try:
            async with asyncio.timeout(patience):
                await self.happened.wait()
        except TimeoutError:
            return None
        return self.seen[-1]
