"""Limits on connections: how many, and how long one may wait for a request."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from bot.web import Incoming, Route, connections
from bot.web.connections import FIRST_WITHIN, NEXT_WITHIN, Connections
from bot.web.server import WebServer


class Connection(asyncio.BaseProtocol):
    """A connection, as far as its number and its end count."""

    def __init__(self) -> None:
        self.transport: Connection | None = self
        self.aborts = 0

    def abort(self) -> None:
        self.aborts, self.transport = 1, None


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_connection_without_a_request_is_closed_in_time(clock: Clock) -> None:
    open_now, silent = Connections(9, clock), Connection()
    open_now.add(silent)
    clock.now += FIRST_WITHIN - 0.1
    open_now.close_late()
    assert silent.aborts == 0

    clock.now += 0.1
    open_now.close_late()
    assert silent.aborts
    assert len(open_now) == 0


def test_a_connection_that_answers_has_time_and_then_waits_for_the_next(clock: Clock) -> None:
    open_now, used = Connections(9, clock), Connection()
    open_now.add(used)
    with open_now.busy(used):
        clock.now += 1000
        open_now.close_late()
        assert used.aborts == 0
    clock.now += NEXT_WITHIN - 0.1
    open_now.close_late()
    assert used.aborts == 0
    clock.now += 0.1
    open_now.close_late()
    assert used.aborts


def test_with_too_many_the_one_that_waited_longest_is_closed(clock: Clock) -> None:
    open_now = Connections(3, clock)
    first, second, third, fourth = (Connection() for _ in range(4))
    for each in (first, second, third):
        open_now.add(each)
        clock.now += 1
    with open_now.busy(first):
        pass
    open_now.add(fourth)

    assert [each.aborts for each in (first, second, third, fourth)] == [0, 1, 0, 0]
    assert len(open_now) == 3


def test_requests_being_answered_are_closed_for_no_one(clock: Clock) -> None:
    open_now = Connections(1, clock)
    first, second = Connection(), Connection()
    open_now.add(first)
    with open_now.busy(first):
        open_now.add(second)
        assert first.aborts == 0
        assert second.aborts == 0


def test_closed_ones_are_forgotten_but_not_one_that_is_about_to_open(clock: Clock) -> None:
    open_now, gone = Connections(9, clock), Connection()
    gone.transport = None
    open_now.add(gone)
    open_now.close_late()
    assert len(open_now) == 1
    clock.now += 1.1
    open_now.close_late()
    assert len(open_now) == 0


async def said(incoming: Incoming) -> web.Response:
    return web.Response(text="here")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WebServer]:
    monkeypatch.setattr(connections, "FIRST_WITHIN", 0.3)
    monkeypatch.setattr(connections, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(connections, "MOST", 20)
    server = WebServer([Route("GET", "/", said)])
    await server.start("127.0.0.1", 0)
    yield server
    await server.stop()


@pytest.mark.parametrize("sent", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_the_server_closes_those_that_wait(server: WebServer, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(sent)
    async with asyncio.timeout(10):
        assert await reader.read() == b""  # it ends
    writer.close()


async def test_one_in_use_stays_open_beyond_the_time_for_the_first_request(
    server: WebServer,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    until = asyncio.get_running_loop().time() + 3 * 0.3
    while asyncio.get_running_loop().time() < until:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await reader.readexactly(len("here"))
        await asyncio.sleep(0.05)
    assert server.connections == 1
    writer.close()


async def test_a_flood_of_connections_shuts_no_one_out(server: WebServer) -> None:
    flood = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(60)]
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{server.port}/") as page:
        assert await page.text() == "here"
    still = server.connections
    assert still <= 20
    for _, writer in flood:
        writer.close()
