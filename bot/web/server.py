"""The web server: listens for the routes, with limits on connections and bodies."""

import asyncio
import contextlib
from collections.abc import Iterable

from aiohttp import web

from bot.web.connections import Connections, most_connections
from bot.web.routes import Route, application

LINGER = 1.0  # seconds in which the body of a refused request is read and thrown away


class WebServer:
    """Serves routes. Bodies aren't decompressed: no sender of ours compresses, and what is small
    can inflate to a gigabyte."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._connections = Connections(most_connections())
        self._runner = web.AppRunner(
            application(routes, self._connections),
            access_log=None,
            auto_decompress=False,
            lingering_time=LINGER,
        )
        self._listening: asyncio.Server | None = None
        self._closing: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> None:
        """Begin to listen. Raises `OSError` if the port is taken."""
        await self._runner.setup()
        server = self._runner.server
        assert server is not None

        def connected() -> asyncio.BaseProtocol:
            connection = server()
            self._connections.add(connection)
            return connection

        try:
            self._listening = await asyncio.get_running_loop().create_server(connected, host, port)
        except OSError:
            await self._runner.cleanup()
            raise
        self._closing = asyncio.create_task(self._connections.keep_closing())

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._listening is not None
        return int(self._listening.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening, let running requests end, and close all connections."""
        if self._listening:
            self._listening.close()
        if self._closing:
            self._closing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._closing
        await self._runner.cleanup()
