"""Delivers payloads as signed HTTP requests to the events URL."""

import hashlib
import hmac
import itertools
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.contract import limit
from sandbox.delivery.ack import Ack

Json = dict[str, Any]

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


class HttpTransport:
    """The app's URLs and the signing secret.

    With several URLs each payload goes to one of them in turn, as behind a load balancer.
    """

    def __init__(self, secret: str, *urls: str) -> None:
        self.secret = secret
        self._urls = itertools.cycle(urls)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] = (0, "")) -> Ack:
        """Send a payload. ``kind``: ``slash_commands``, ``interactive`` or ``events_api``."""
        body, content_type = _body(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": AGENT, **self._signed(body)}
        if retry[0]:
            headers["X-Slack-Retry-Num"] = str(retry[0])
            headers["X-Slack-Retry-Reason"] = retry[1]
        self._session = self._session or aiohttp.ClientSession(trust_env=False)
        timeout = aiohttp.ClientTimeout(total=limit("ack_seconds"))
        try:
            request = self._session.post(
                next(self._urls), data=body, headers=headers, timeout=timeout
            )
            async with request as response:
                text = await response.text()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                if response.status // 100 != 2:
                    blame = f"answered {response.status} to {kind}"
                    late = response.status >= 500
                    return Ack(None, "http_error", "" if late else blame, no_retry)
                return Ack(_read(text, response.content_type))
        except TimeoutError:
            return Ack(None, "http_timeout", f"no answer to {kind} within 3 seconds")
        except aiohttp.ClientError:
            return Ack(None, "connection_failed")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _signed(self, body: bytes) -> dict[str, str]:
        now = str(int(time.time()))
        base = b"v0:" + now.encode() + b":" + body
        digest = hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest}"}


def _body(kind: str, payload: Json) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    if kind == "slash_commands":
        return urlencode(payload).encode(), form
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), form
    return json.dumps(payload).encode(), "application/json"


def _read(text: str, content_type: str) -> Any:
    if not text.strip():
        return None
    return json.loads(text) if content_type == "application/json" else {"text": text}
