"""HTTP in: Slack over HTTP, and what an operator watches."""

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable
from time import perf_counter, time
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError
from prometheus_client import CONTENT_TYPE_LATEST
from redis import Redis, RedisError
from slack_bolt.response import BoltResponse

from bot import metrics

FRESH = 300  # seconds: what Slack signed longer ago may be a replay
BODY_WITHIN = 5.0  # seconds: Slack sends all at once, and gives up on us after three
FIELDS = 100  # of a form; Slack sends a dozen

log = structlog.get_logger()

Take = Callable[[object], Awaitable[BoltResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(
    redis: Redis,
    connected: Callable[[], bool],
    counted: Callable[[], bytes],
    slack: Handler | None,
) -> web.Application:
    """The web process's pages. `connected`: whether Slack is. `counted`: the page for
    Prometheus. `slack`: what answers `/slack/events`; None: 404."""

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

    async def numbers(request: web.Request) -> web.Response:
        page = await asyncio.to_thread(counted)
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=2**20)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", numbers)
    if slack:
        app.router.add_post("/slack/events", slack)
    return app


class TheirFault(logging.Filter):
    """What is no HTTP is the sender's fault: a line in the log, and no traceback of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, HttpProcessingError | web.RequestPayloadError):
            record.msg, record.args, record.exc_info = f"no http: {type(fault).__name__}", (), None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


logging.getLogger("aiohttp.server").addFilter(TheirFault())


def events(take: Take, signing_secret: str) -> Handler:
    """Answers what Slack signed, and nobody else."""
    secret = signing_secret.encode()

    async def handle(request: web.Request) -> web.Response:
        began = perf_counter()
        try:
            async with asyncio.timeout(BODY_WITHIN):
                raw = await request.read()
        except TimeoutError:
            return web.Response(status=408, text="the rest did not come\n")
        except (web.RequestPayloadError, ConnectionError):
            return web.Response(status=400, text="the body is not what its head says\n")
        if not signed(secret, raw, request):
            return web.Response(status=401, text="not signed by Slack, or too long ago\n")
        try:
            payload = _payload(raw)
        except (ValueError, RecursionError):  # no UTF-8, or no JSON
            log.warning("not what slack sends", why="the body is no JSON and no form")
            return web.Response(status=400, text="not what Slack sends\n")
        if isinstance(payload, dict) and payload.get("ssl_check") == "1":
            return web.Response()  # Slack looks whether our certificate is fine
        answered = await take(payload)
        metrics.acknowledged("http", began)
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
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    base = b"v0:" + timestamp.encode() + b":" + body
    ours = b"v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest().encode()
    return hmac.compare_digest(ours, signature) and _is_fresh(time() - int(timestamp))


def _is_fresh(age: float) -> bool:
    """A good signature of another time is a replay, or one of the two clocks is wrong."""
    if abs(age) <= FRESH:
        return True
    how = f"{round(abs(age) / 60)} min {'older' if age > 0 else 'newer'}"
    log.error(f"slack's request is {how} than this machine's clock: is the clock right?")
    return False


def _payload(raw: bytes) -> object:
    """What the body says: JSON, a form's `payload`, or the form itself. Raises `ValueError`."""
    body = raw.decode()
    if body.startswith("{"):
        return json.loads(body)
    form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS))
    return json.loads(form["payload"]) if "payload" in form else form
