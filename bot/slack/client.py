"""Calls to Slack's Web API: one keep-alive session, no silent retries, errors with a reason."""

import asyncio
from time import perf_counter
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.clock import seconds_since_boot
from bot.ports import CALL_TIMEOUT, CallFailed, check_in_time, on_the_wire
from bot.slack.way_out import proxy_for

log = structlog.get_logger()

# Slack answered with an error, but the call may have taken effect, or may yet.
PASSING = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
# The call is fine; the operator has to fix the token.
OUR_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)


class SlackError(CallFailed):
    """A call that Slack refused, or whose outcome isn't known. `data`: Slack's answer."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        in_doubt: bool = False,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after, in_doubt=in_doubt)
        self.data = data or {}

    @property
    def kind(self) -> str:
        """The result label in the metrics."""
        if self.retry_after is not None:
            return "ratelimited"
        if self.permanent:
            return "refused"
        if self.reason in OUR_TOKEN:
            return "token"
        return "lost" if self.in_doubt else "unreachable"


class Calls(Protocol):
    async def call(self, method: str, **arguments: Any) -> dict[str, Any]: ...


class Patient:
    """A client for long background work: repeats rate-limited calls (429) when Slack allows it,
    for up to `seconds` in total. Starting the work over would only hit the limit again."""

    def __init__(self, slack: Calls, seconds: float) -> None:
        self._slack = slack
        self._left = seconds

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        while True:
            try:
                return await self._slack.call(method, **arguments)
            except SlackError as refusal:
                if refusal.retry_after is None or refusal.retry_after > self._left:
                    raise
                self._left -= refusal.retry_after
                log.info("rate limited", method=method, seconds=refusal.retry_after)
                await asyncio.sleep(refusal.retry_after)


class Slack:
    """The client. Create it inside a running event loop and `close` it at the end."""

    def __init__(self, token: str, base_url: str) -> None:
        self.reachable = False  # according to the latest call
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_sent)  # an invitation has no body
        self.session = aiohttp.ClientSession(
            trace_configs=[trace],
            # the SDK's own `timeout` only applies to sessions that it makes itself
            timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT),
        )
        self.web = AsyncWebClient(
            token=token,
            base_url=base_url,
            session=self.session,
            retry_handlers=[],  # the default one repeats a POST whose answer was lost
        )
        self.web.proxy = proxy_for(base_url)  # the SDK doesn't know NO_PROXY

    async def close(self) -> None:
        await self.session.close()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method like `chat.postMessage` and return Slack's answer. Raises `SlackError`,
        `NotSent`."""
        check_in_time(seconds_since_boot())
        began, result = perf_counter(), "lost"
        try:
            answer = await self._call(method, **arguments)
            result = "ok"
        except SlackError as refusal:
            result = refusal.kind
            raise
        finally:
            metrics.called(method, result, perf_counter() - began)
        return answer

    async def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer = await getattr(self.web, method.replace(".", "_"))(**arguments)
            self.reachable = True
        except SlackApiError as refusal:
            meaning = _meaning(refusal)
            self.reachable = self.reachable and meaning.reason not in OUR_TOKEN
            raise meaning from refusal
        except aiohttp.ClientConnectorError as away:
            self.reachable = False
            raise SlackError("unreachable") from away
        except (aiohttp.ClientError, TimeoutError, SlackClientError, ValueError) as lost:
            raise SlackError(type(lost).__name__, in_doubt=True) from lost
        data = answer.data
        if not isinstance(data, dict):
            raise SlackError("garbage", in_doubt=True)
        return data


async def _sent(session: aiohttp.ClientSession, context: SimpleNamespace, sent: Any) -> None:
    if waiting := on_the_wire.get():
        waiting.set()


def _meaning(refusal: SlackApiError) -> SlackError:
    response = refusal.response
    # Slack's own answer, or the HTTP response whose body the SDK could not read
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 200))
    data = response.data if isinstance(getattr(response, "data", None), dict) else {}
    reason = str(data.get("error") or f"HTTP {status}")
    if status == 429:
        wait = response.headers.get("Retry-After", "1")
        return SlackError("ratelimited", retry_after=float(wait) if wait.isdigit() else 1.0)
    if status >= 500 or not data:
        return SlackError(reason, in_doubt=True, data=data)
    if reason in PASSING:
        return SlackError(reason, in_doubt=True, data=data)
    return SlackError(reason, permanent=reason not in OUR_TOKEN, data=data)
