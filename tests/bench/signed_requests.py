"""Sends signed requests to the bot over keep-alive connections, as Slack does.

The client is minimal, because its own time is included in the measurement.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from slack_sdk.signature import SignatureVerifier

from tests.bench.deployment import SECRET, TEAM

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Answered:
    """`at`: when the acknowledgement arrived (`time.time`); `took`: seconds until then."""

    at: float
    took: float
    text: str


def declaration(severity: str = "sev2") -> bytes:
    """A raw HTTP request that declares an incident with a unique title."""
    return typed(f"declare {severity} Measured {next(_numbers)}")


def typed(text: str, channel: str = "C0GENERAL", user: str = "U0ANA") -> bytes:
    """A raw HTTP request for typing `/incident` and this text."""
    payload = {
        "token": "verification-token",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": channel,
        "channel_name": "general",
        "user_id": user,
        "user_name": user.removeprefix("U0").lower(),
        "command": "/incident",
        "text": text,
        "api_app_id": "A0MUSTER",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/nobody",
        "trigger_id": f"1.2.{uuid4().hex}",
    }
    return request(urlencode(payload))


def event(about: Mapping[str, Any]) -> bytes:
    """A raw HTTP request with this event."""
    payload = {
        "token": "verification-token",
        "team_id": TEAM,
        "api_app_id": "A0MUSTER",
        "type": "event_callback",
        "event_id": f"Ev{uuid4().hex[:10].upper()}",
        "event_time": int(time.time()),
        "event": {"event_ts": f"{time.time():.6f}", **about},
    }
    return request(json.dumps(payload), "application/json")


def request(body: str, content: str = "application/x-www-form-urlencoded") -> bytes:
    """A raw HTTP request with this body, signed."""
    now = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=now, body=body)
    head = (
        "POST /slack/events HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Type: {content}",
        f"Content-Length: {len(body.encode())}",
        f"X-Slack-Request-Timestamp: {now}",
        f"X-Slack-Signature: {signature}",
    )
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


class Line:
    """One connection. Responses must have a Content-Length, as aiohttp's do."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> "Line":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def send(self, whole: bytes, began: float | None = None) -> Answered:
        """Send a request. Raises `RuntimeError` for any status but 200. `began`: measure from
        there."""
        began = time.perf_counter() if began is None else began
        self._writer.write(whole)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        body = await self._reader.readexactly(length)
        took, at = time.perf_counter() - began, time.time()
        if not head.startswith("http/1.1 200"):
            raise RuntimeError(f"answered {head.splitlines()[0]}: {body[:200]!r}")
        return Answered(at, took, body.decode())

    def close(self) -> None:
        self._writer.close()


class Lines:
    """A number of connections to one port."""

    def __init__(self, port: int, count: int) -> None:
        self._lines = [Line(port) for _ in range(count)]

    async def __aenter__(self) -> "Lines":
        for line in self._lines:
            await line.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self._lines:
            line.close()

    async def one(self, whole: bytes) -> Answered:
        return await self._lines[0].send(whole)

    async def at_once(self, requests: list[bytes]) -> list[Answered]:
        """Send a request on each connection; all are measured from when the first is sent."""
        began = time.perf_counter()
        sending = (
            line.send(each, began) for line, each in zip(self._lines, requests, strict=True)
        )
        return list(await asyncio.gather(*sending))
