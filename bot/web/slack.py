"""`POST /slack/events`: commands, interactivity and events, signed by Slack."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import time
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.response import BoltResponse

from bot import metrics
from bot.web.routes import Incoming, Route

BODY_MAX = 2**20  # bytes
BIG = 2**14  # bytes; parsing more may take a tenth of a second
FRESH = 300  # seconds; an older signature may be a replay
FIELDS = 100  # of a form; Slack sends a dozen

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

log = structlog.get_logger()

Take = Callable[[object], Awaitable[BoltResponse]]


@dataclass(frozen=True, slots=True)
class SlackSignature:
    """Slack's signature of the body and a timestamp within the last five minutes.

    Checked here, as described in
    https://docs.slack.dev/authentication/verifying-requests-from-slack: the SDK's verifier raises
    if the body isn't text, or the timestamp isn't a number.
    """

    signing_secret: bytes = field(repr=False)
    kind: str = "slack signature"
    refusal: str = "not signed by Slack, or too old"

    def may_fit(self, request: web.Request) -> bool:
        timestamp, signature = _signed(request)
        return bool(_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature))

    def fits(self, request: web.Request, body: bytes) -> bool:
        timestamp, signature = _signed(request)
        if not _TIMESTAMP.fullmatch(timestamp):
            return False
        base = b"v0:" + timestamp.encode() + b":" + body
        ours = b"v0=" + hmac.new(self.signing_secret, base, hashlib.sha256).hexdigest().encode()
        theirs = signature.encode(errors="replace")
        return hmac.compare_digest(ours, theirs) and _is_fresh(time() - int(timestamp))


def slack_events(signing_secret: str, take: Callable[[], Take | None]) -> Route:
    """The route for Slack's requests. `take`: the function that handles a payload; None until the
    bot has started."""

    async def answer(incoming: Incoming) -> web.Response:
        taker = take()
        if taker is None:
            return web.Response(status=503, text="starting\n")  # Slack retries events
        try:
            if len(incoming.body) > BIG:  # others go on meanwhile
                payload = await asyncio.to_thread(_payload, incoming.body)
            else:
                payload = _payload(incoming.body)
        except (ValueError, RecursionError):  # not UTF-8, or not JSON
            log.warning("malformed payload", why="the body is neither JSON nor a form")
            return web.Response(status=400, text="neither JSON nor a form\n")
        if isinstance(payload, dict) and payload.get("ssl_check") == "1":
            return web.Response()  # Slack checks our certificate
        answered = await taker(payload)
        metrics.acknowledged("http", incoming.began)
        return web.Response(
            status=answered.status, body=answered.body, headers=answered.first_headers()
        )

    secret = SlackSignature(signing_secret.encode())
    return Route("POST", "/slack/events", answer, BODY_MAX, secret)


def _signed(request: web.Request) -> tuple[str, str]:
    """The timestamp and the signature of a request; empty if it has none."""
    read = request.headers.get
    return read("X-Slack-Request-Timestamp", ""), read("X-Slack-Signature", "")


def _is_fresh(age: float) -> bool:
    """Whether the signature is recent. An old one that is valid is a replay, or a clock is
    wrong."""
    if abs(age) <= FRESH:
        return True
    how = f"{round(abs(age) / 60)} min {'older' if age > 0 else 'newer'}"
    log.error(f"Slack's request is {how} than this machine's clock; check the clock")
    return False


def _payload(raw: bytes) -> object:
    """Parse the body: JSON, a form's `payload`, or the form itself. Raises `ValueError`."""
    body = raw.decode()
    if body.startswith("{"):
        return json.loads(body)
    form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS))
    return json.loads(form["payload"]) if "payload" in form else form
