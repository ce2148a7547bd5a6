"""The way to the app: by socket if one is connected, else by HTTP; again, twice, or not."""

from typing import TYPE_CHECKING, Any

from sandbox.delivery.ack import Ack
from sandbox.delivery.http import Http
from sandbox.delivery.sockets import Sockets

if TYPE_CHECKING:
    from sandbox.site import Site

Json = dict[str, Any]

RETRIES = (0.0, 60.0, 300.0)
"""Events come again at once, after one and after five minutes (of the sandbox's clock)."""


class Post:
    """``copies``: how many times each payload is delivered (1, unless a test asks for more)."""

    def __init__(self, site: "Site") -> None:
        self.site = site
        self.http: Http | None = None
        self.sockets = Sockets()
        self.copies = 1

    async def ask(self, kind: str, payload: Json) -> Ack:
        """Deliver what a person did; the first copy's answer counts."""
        for _ in range(self.copies - 1):
            self.site.soon(self._again(kind, payload))
        return await self._deliver(kind, payload)

    def tell(self, payload: Json) -> None:
        """Deliver an event, with Slack's retries; nobody waits for it."""
        for _ in range(self.copies):
            self.site.soon(self._event(payload))

    async def close(self) -> None:
        await self.sockets.close()
        if self.http is not None:
            await self.http.close()

    async def _again(self, kind: str, payload: Json) -> None:
        await self._deliver(kind, payload)

    async def _event(self, payload: Json) -> None:
        ack = await self._deliver("events_api", payload)
        for number, after in enumerate(RETRIES, start=1):
            if not ack.problem or ack.no_retry:
                return
            await self.site.clock.sleep(after)
            ack = await self._deliver("events_api", payload, (number, ack.problem))

    async def _deliver(self, kind: str, payload: Json, retry: tuple[int, str] = (0, "")) -> Ack:
        connection = self.sockets.next()
        if connection is not None:
            ack = await connection.send(kind, payload, retry)
        elif self.http is not None:
            ack = await self.http.send(kind, payload, retry)
        else:
            return Ack(None, "dispatch_failed")
        # Without a manifest every event is sent, so an app can't be blamed for one it ignores.
        if ack.blame and (kind != "events_api" or self.site.rules.events is not None):
            self.site.violation(kind, ack.blame)
        return ack
