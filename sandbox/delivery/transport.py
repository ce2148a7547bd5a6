"""Delivers payloads to the app: by socket if one is connected, else by HTTP, with retries."""

from collections.abc import Callable
from typing import Any

from sandbox.background import Background
from sandbox.clock import Clock
from sandbox.delivery.ack import Ack
from sandbox.delivery.http import HttpTransport
from sandbox.delivery.sockets import Sockets

Json = dict[str, Any]

RETRIES = (0.0, 60.0, 300.0)
"""Events come again at once, after one and after five minutes (of the sandbox's clock)."""


class Transport:
    """Delivers payloads to the app.

    ``blame(kind, what)`` is called when the app was reachable and answered wrongly; for an
    event only if ``blames_events``: without a manifest every event is sent, and an app can't be
    blamed for those it ignores. Retries wait on ``clock`` and run in ``background``.
    ``copies``: how often each payload is delivered (1, unless a test sets more).
    """

    def __init__(
        self,
        clock: Clock,
        background: Background,
        blame: Callable[[str, str], None],
        *,
        blames_events: bool,
    ) -> None:
        self._clock = clock
        self._background = background
        self._blame = blame
        self._blames_events = blames_events
        self.http: HttpTransport | None = None
        self.sockets = Sockets()
        self.copies = 1

    async def deliver(self, kind: str, payload: Json) -> Ack:
        """Deliver the payload of a user action; the first copy's answer counts."""
        for _ in range(self.copies - 1):
            self._background.start(self._again(kind, payload))
        return await self._send(kind, payload)

    def deliver_event(self, payload: Json) -> None:
        """Deliver an event in the background, with Slack's retries."""
        for _ in range(self.copies):
            self._background.start(self._event(payload))

    async def close(self) -> None:
        await self.sockets.close()
        if self.http is not None:
            await self.http.close()

    async def _again(self, kind: str, payload: Json) -> None:
        await self._send(kind, payload)

    async def _event(self, payload: Json) -> None:
        ack = await self._send("events_api", payload)
        for number, after in enumerate(RETRIES, start=1):
            if not ack.problem or ack.no_retry:
                return
            await self._clock.sleep(after)
            ack = await self._send("events_api", payload, (number, ack.problem))

    async def _send(self, kind: str, payload: Json, retry: tuple[int, str] = (0, "")) -> Ack:
        connection = self.sockets.next()
        if connection is not None:
            ack = await connection.send(kind, payload, retry)
        elif self.http is not None:
            ack = await self.http.send(kind, payload, retry)
        else:
            return Ack(None, "dispatch_failed")
        if ack.blame and (kind != "events_api" or self._blames_events):
            self._blame(kind, ack.blame)
        return ack
