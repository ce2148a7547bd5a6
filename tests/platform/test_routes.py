"""The table of HTTP routes: what applies to each route, whatever its handler does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web

from bot.web import Incoming, Public, Route, routes
from bot.web.prometheus import metrics
from bot.web.server import WebServer

MB = 2**20


@dataclass(frozen=True, slots=True)
class Header:
    """Admits requests with this header."""

    word: str
    kind: str = "header"
    refusal: str = "say the word"

    def may_fit(self, request: web.Request) -> bool:
        return "X-Word" in request.headers

    def fits(self, request: web.Request, body: bytes) -> bool:
        return request.headers.get("X-Word") == self.word


async def size(incoming: Incoming) -> web.Response:
    assert await incoming.request.read() == incoming.body
    return web.Response(text=f"{incoming.request.path} {len(incoming.body)}")


TABLE = (
    Route("GET", "/page", size),
    Route("POST", "/small", size, 10),
    Route("POST", "/large", size, 4 * MB),
    Route("POST", "/hook/{name}", size, 10, Header("please")),
)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    server = WebServer(TABLE)
    await server.start("127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


async def asks(
    url: str, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, str]:
    async with (
        ClientSession() as session,
        session.request(method, url + path, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_each_route_answers_to_its_method_on_its_path(url: str) -> None:
    assert await asks(url, "GET", "/page") == (200, "/page 0")
    assert (await asks(url, "HEAD", "/page"))[0] == 200
    assert await asks(url, "POST", "/small", b"abc") == (200, "/small 3")
    for path in ("/", "/page/", "/page/x", "/Page", "/hook", "/hook/a/b", "/small%00"):
        assert (await asks(url, "GET", path))[0] == 404, path
        assert (await asks(url, "POST", path, b"abc"))[0] == 404, path
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert (await asks(url, method, "/page"))[0] == 405, method
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert (await asks(url, method, "/small"))[0] == 405, method


async def test_each_route_has_its_own_limit(url: str) -> None:
    assert (await asks(url, "POST", "/small", bytes(10)))[0] == 200
    assert (await asks(url, "POST", "/small", bytes(11)))[0] == 413
    assert await asks(url, "POST", "/large", bytes(4 * MB)) == (200, f"/large {4 * MB}")
    assert (await asks(url, "POST", "/large", bytes(4 * MB + 1)))[0] == 413


async def test_without_its_secret_nothing_reaches_a_handler(url: str) -> None:
    assert await asks(url, "POST", "/hook/a", b"abc") == (401, "say the word\n")
    assert (await asks(url, "POST", "/hook/a", b"abc", **{"X-Word": "now"}))[0] == 401
    said = await asks(url, "POST", "/hook/a", b"abc", **{"X-Word": "please"})
    assert said == (200, "/hook/a 3")
    assert (await asks(url, "POST", "/hook/a", bytes(11), **{"X-Word": "please"}))[0] == 413


async def test_a_body_that_does_not_come_is_waited_for_no_longer_than_that(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "BODY_WITHIN", 0.2)
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
    async with asyncio.timeout(10):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"X-Word: please\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n", b"415"),
        (b"X-Word: please\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked\r\n", b"415"),
        (b"Content-Length: 9\r\n", b"401"),
        (b"X-Word: please\r\nContent-Length: 11\r\n", b"413"),
        (b"X-Word: please\r\nContent-Encoding: identity\r\nContent-Length: 11\r\n", b"413"),
    ],
)
async def test_what_the_headers_show_is_refused_before_the_body_comes(
    url: str, headers: bytes, status: bytes
) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /hook/a HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
    async with asyncio.timeout(10):
        assert (await reader.readline()).split()[1] == status
    writer.close()


def test_a_secret_says_its_kind() -> None:
    assert [route.secret.kind for route in TABLE] == ["none", "none", "none", "header"]
    assert Route("GET", "/x", size).secret == Public()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "0123456789"}, 401),
        ({"Authorization": "Bearer 012345678"}, 401),
        ({"Authorization": "Basic 0123456789"}, 401),
        ({"Authorization": "Bearer 0123456789"}, 200),
        ({"Authorization": "bearer  0123456789"}, 200),
    ],
)
async def test_metrics_may_want_a_token(headers: dict[str, str], status: int) -> None:
    server = WebServer([metrics(lambda: b"up 1\n", "0123456789")])
    await server.start("127.0.0.1", 0)
    said = await asks(f"http://127.0.0.1:{server.port}", "GET", "/metrics", b"", **headers)
    await server.stop()
    assert said[0] == status
    assert (said[1] == "up 1\n") == (status == 200)
