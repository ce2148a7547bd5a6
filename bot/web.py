"""HTTP in: Slack over HTTP, and what an operator watches."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from time import time
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import Redis, RedisError
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

FRESH = 300  # seconds: what Slack signed longer ago may be a replay

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(
    redis: Redis, connected: Callable[[], bool], slack: Handler | None
) -> web.Application:
    """The web process's pages. `connected`: whether Slack is. `slack`: what answers
    `/slack/events`; None: 404."""

    async def healthz(request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(request: web.Request) -> web.Response:
        missing = [] if connected() else ["slack"]
        try:
            await asyncio.to_thread(redis.ping)
        except RedisError:
            missing.insert(0, "store")
        if missing:
            return web.Response(status=503, text=f"missing: {', '.join(missing)}\n")
        return web.Response(text="ready\n")

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=2**20)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    if slack:
        app.router.add_post("/slack/events", slack)
    return app


def events(app: AsyncApp, signing_secret: str) -> Handler:
    """Answers what Slack signed, and nobody else."""
    secret = signing_secret.encode()

    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        if not signed(secret, raw, request):
            return web.Response(status=401, text="not signed by Slack, or too long ago\n")
        body = _sense_in(raw)
        if body is None:
            return web.Response(status=400, text="not what Slack sends\n")
        if "ssl_check=1" in body.split("&"):
            return web.Response()  # Slack looks whether our certificate is fine
        if _is_rate_limit_notice(body):
            log.error("slack sends no events: too many in an hour (app_rate_limited)")
            return web.Response()
        asked = AsyncBoltRequest(
            body=body, query=request.query_string, headers=dict(request.headers)
        )
        answered = await app.async_dispatch(asked)
        return web.Response(
            status=answered.status, body=answered.body, headers=answered.first_headers()
        )

    return handle


def signed(secret: bytes, body: bytes, request: web.Request) -> bool:
    """Whether Slack signed `body` within the last five minutes.

    By hand, as https://docs.slack.dev/authentication/verifying-requests-from-slack has it: the
    SDK's verifier raises at a body that is no text, at a timestamp that is no number.
    """
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "").encode(errors="replace")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(time() - int(timestamp)) > FRESH:
        return False
    base = b"v0:" + timestamp.encode() + b":" + body
    ours = b"v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest().encode()
    return hmac.compare_digest(ours, signature)


def _sense_in(raw: bytes) -> str | None:
    """The body as text, if it has a shape that Slack sends; Bolt would raise at others."""
    try:
        body = raw.decode()
        inner = body if body.startswith("{") else parse_qs(body).get("payload", ["{}"])[0]
        return body if isinstance(json.loads(inner), dict) else None
    except ValueError:  # no UTF-8, or no JSON
        return None


def _is_rate_limit_notice(body: str) -> bool:
    """Not an event of its own shape: Bolt would answer 404 to it."""
    if "app_rate_limited" not in body or not body.startswith("{"):
        return False
    return bool(json.loads(body).get("type") == "app_rate_limited")
