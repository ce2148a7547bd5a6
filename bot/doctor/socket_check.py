"""Open a WebSocket to Slack, as Socket Mode does, and wait until Slack says hello."""

import asyncio
import json
from urllib.parse import urlsplit

import aiohttp

from bot.doctor.finding import Finding, failure
from bot.slack.way_out import described, proxy_for

HELLO_WITHIN = 10.0  # seconds


class NoHello(Exception):
    """The WebSocket opened, but Slack didn't say hello."""


async def opens(session: aiohttp.ClientSession, url: str, note: str = "") -> Finding:
    """Open `url`, the answer of `apps.connections.open`. `note`: to add if it works."""
    way = described(proxy_for(url))
    try:
        async with asyncio.timeout(HELLO_WITHIN):
            await _hello(session, url)
    except (aiohttp.ClientError, TimeoutError, OSError, NoHello) as lost:
        says = f"the WebSocket to {urlsplit(url).netloc} failed {way}: {_why(lost)}"
        cure = (
            "allow WebSockets to *.slack.com in your firewall or proxy (HTTPS_PROXY, NO_PROXY), "
            "or connect over HTTP: `muster manifest --http URL`"
        )
        return failure("socket", says, cure)
    return Finding("socket", f"opened, Slack says hello (Socket Mode, {way}){note}")


async def _hello(session: aiohttp.ClientSession, url: str) -> None:
    """Connect and read the first frame, then hang up. Raises `NoHello`."""
    closing = aiohttp.ClientWSTimeout(ws_close=1.0)
    async with session.ws_connect(url, proxy=proxy_for(url), timeout=closing) as socket:
        frame = await socket.receive()
        if frame.type is not aiohttp.WSMsgType.TEXT:
            raise NoHello(f"it closed with {socket.close_code or 'no code'} before hello")
        if _kind(frame.data) != "hello":
            raise NoHello("its first message isn't hello")


def _kind(text: str) -> object:
    try:
        message = json.loads(text)
    except ValueError:
        return None
    return message.get("type") if isinstance(message, dict) else None


def _why(lost: Exception) -> str:
    if isinstance(lost, TimeoutError):
        return f"no hello within {HELLO_WITHIN:.0f} s"
    if isinstance(lost, aiohttp.ClientHttpProxyError):
        return f"the proxy answers HTTP {lost.status} {lost.message}"
    if isinstance(lost, aiohttp.WSServerHandshakeError):
        return f"HTTP {lost.status} instead of a WebSocket"
    return str(lost) or type(lost).__name__
