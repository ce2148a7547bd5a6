"""HTTP in: Slack over HTTP, and what an operator watches."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import Redis, RedisError
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

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
    verifier = SignatureVerifier(signing_secret)

    async def handle(request: web.Request) -> web.Response:
        body = await request.text()
        if not signed(verifier, body, request):
            return web.Response(status=401, text="not signed by Slack, or too long ago\n")
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


def signed(verifier: SignatureVerifier, body: str, request: web.Request) -> bool:
    """Whether Slack signed `body` within the last five minutes."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or not signature.isascii():
        return False  # the verifier would raise
    return bool(verifier.is_valid(body, timestamp, signature))


def _is_rate_limit_notice(body: str) -> bool:
    """Not an event of its own shape: Bolt would answer 404 to it."""
    if "app_rate_limited" not in body or not body.startswith("{"):
        return False
    return bool(json.loads(body).get("type") == "app_rate_limited")
