"""Everything that leaves for Slack takes the way out that is configured: the proxy, or none."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.doctor import socket_check
from bot.slack.client import Slack
from bot.slack.way_out import described, proxy_for
from tests.harness import Harness
from tests.harness.outbound_proxy import OutboundProxy, outbound_proxy
from tests.mail.smtp_server import CERTIFICATE, KEY

VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture
def proxy() -> Iterator[OutboundProxy]:
    with outbound_proxy() as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    # read from SSL_CERT_FILE when aiohttp was imported
    aiohttp.connector._SSL_CONTEXT_VERIFIED.load_verify_locations(CERTIFICATE)


@pytest.mark.parametrize(
    ("set_to", "url", "expected"),
    [
        ({}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://slack.com/api/", "http://p:1"),
        ({"https_proxy": "http://p:1"}, "wss://wss-primary.slack.com/link/?t=1", "http://p:1"),
        ({"HTTPS_PROXY": "p:1"}, "https://files.slack.com/upload", "http://p:1"),
        ({"HTTP_PROXY": "http://q:1"}, "https://slack.com/api/", "http://q:1"),
        ({"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://q:1"}, "http://x/", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "slack.com"}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".slack.com"}, "wss://a.slack.com/l", None),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": "*"}, "https://slack.com/api/", None),
        (
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.com"},
            "https://slack.com/",
            "http://p:1",
        ),
        (
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "127.0.0.1"},
            "http://127.0.0.1:3080/api/",
            None,
        ),
    ],
)
def test_one_rule_for_every_url(
    monkeypatch: pytest.MonkeyPatch, set_to: dict[str, str], url: str, expected: str | None
) -> None:
    for name, value in set_to.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == expected


def test_a_password_of_the_proxy_is_shown_to_nobody() -> None:
    assert described("http://user:hunter2@proxy:3128") == "through the proxy proxy:3128"


@asynccontextmanager
async def encrypted_slack(hello: str = '{"type": "hello"}') -> AsyncIterator[str]:
    """A Slack over TLS that can open a socket and say hello; yields its address."""

    async def opened(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"wss://{request.host}/link"})

    async def link(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if hello:
            await socket.send_str(hello)
        await socket.receive()
        return socket

    app = web.Application()
    app.router.add_post("/api/apps.connections.open", opened)
    app.router.add_get("/link", link)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        yield f"localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_calls_and_sockets_go_through_the_tunnel(
    monkeypatch: pytest.MonkeyPatch, proxy: OutboundProxy
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//muster:hunter2@"))
    async with encrypted_slack() as there:
        slack = Slack("xoxb-x", f"https://{there}/api/")
        try:
            answer = await slack.call("apps.connections.open", app_token="xapp-x")
            found = await socket_check.opens(slack.session, answer["url"])
        finally:
            await slack.close()
    assert str(found).startswith("ok    socket           opened, Slack says hello (Socket Mode, ")
    assert urlsplit(proxy.url).netloc in found.says
    assert "hunter2" not in found.says
    assert set(proxy.asked) == {("CONNECT", there)}
    assert all(each.startswith("Basic ") for each in proxy.authorizations)


async def test_hosts_of_no_proxy_are_reached_directly(
    monkeypatch: pytest.MonkeyPatch, proxy: OutboundProxy
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "localhost")
    async with encrypted_slack() as there:
        slack = Slack("xoxb-x", f"https://{there}/api/")
        try:
            answer = await slack.call("apps.connections.open", app_token="xapp-x")
            found = await socket_check.opens(slack.session, answer["url"])
        finally:
            await slack.close()
    assert "without a proxy" in found.says
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("hello", "refuses", "why"),
    [
        ('{"type": "hello"}', "localhost", "the proxy answers HTTP 403 Forbidden"),
        ('{"type": "disconnect"}', "", "its first message isn't hello"),
        ("[]", "", "its first message isn't hello"),
    ],
)
async def test_doctor_says_why_no_socket_opens(
    monkeypatch: pytest.MonkeyPatch, proxy: OutboundProxy, hello: str, refuses: str, why: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    proxy.refuses = refuses
    async with encrypted_slack(hello) as there, aiohttp.ClientSession() as session:
        found = await socket_check.opens(session, f"wss://{there}/link")
    assert found.fails
    assert f"the WebSocket to {there} failed through the proxy" in found.says
    assert why in found.says
    assert "allow WebSockets" in found.cure


async def test_doctor_gives_up_on_a_silent_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_check, "HELLO_WITHIN", 0.5)
    async with encrypted_slack("") as there, aiohttp.ClientSession() as session:
        found = await socket_check.opens(session, f"wss://{there}/link")
    assert "no hello within" in found.says


def test_all_of_muster_goes_through_the_proxy(proxy: OutboundProxy) -> None:
    """Over plain HTTP, so that the proxy sees what is asked: calls, the socket, `response_url`,
    the upload of the draft."""
    behind = {"HTTPS_PROXY": proxy.url, "MUSTER_CLOCK_URL": ""}
    with Harness("socket", settings=behind) as harness:
        incident = harness.declares("sev3")
        form = harness.bob.types("/incident")
        assert form is not None
        assert form.view is not None
        assert form.view.submits(title=harness.title("Search is slow"), severity="SEV3") is None
        harness.bob.sees("Declared *INC-2*")
        harness.ana.types("/incident resolve Rolled back", incident.channel)
        incident.channel.expects(kind="postmortem", within=20)
        asked = proxy.paths()
        for part in ("/api/chat.postMessage", "/socket/", "/hooks/", "/upload/"):
            assert part in asked, (part, asked)
        well = harness.muster("doctor").stdout
        assert "Slack says hello (Socket Mode, through the proxy" in well
        proxy.refuses = "/socket/"
        doctor = harness.muster("doctor")
        assert doctor.returncode == 1
        assert "FAIL  socket" in doctor.stdout
        proxy.refuses = ""
