"""Handles one Web API call: token, arguments, scopes, rate limit, faults, then the method."""

import json
import re
from typing import Any

from aiohttp import web

from sandbox.api.arguments import read, understand
from sandbox.api.registry import HANDLERS
from sandbox.call_log import Call
from sandbox.contract import Method, methods
from sandbox.delivery.reset import reset
from sandbox.faults import InjectedFailure
from sandbox.rate_limits import RateLimited
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox

Json = dict[str, Any]

PREFIXES = {"channel": "channels:", "private": "groups:", "im": "im:", "mpim": "mpim:"}


async def answer(sandbox: Sandbox, request: web.Request) -> web.StreamResponse:
    """Handle a call, from the request to its answer, and log it."""
    name = request.match_info["method"]
    method = methods().get(name)
    call = sandbox.call_log.begin(name, {}, sandbox.clock.now())
    try:
        token, call.args = await read(request, method)
        await sandbox.faults.meet(call, "before")
        body = serve(sandbox, call, method, token)
        call.applied = True
        sandbox.changed()
        await sandbox.faults.meet(call, "after")
    except InjectedFailure as fault:
        return failure_response(sandbox, request, call, fault)
    except RateLimited as limit:
        call.done("429")
        sandbox.rate_limits.refused[name] += 1
        slower = {"Retry-After": str(limit.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=slower)
    except Refusal as refusal:
        call.done(refusal.error)
        if refusal.wrong:
            sandbox.violation(name, f"{refusal.error}: {refusal.wrong}")
        return web.json_response({"ok": False, "error": refusal.error, **refusal.extra})
    call.done("ok")
    headers = {"x-oauth-scopes": ",".join(sorted(sandbox.app_config.scopes or ()))}
    return web.json_response({"ok": True, **body}, headers=headers)


def failure_response(
    sandbox: Sandbox, request: web.Request, call: Call, fault: InjectedFailure
) -> web.StreamResponse:
    """The response for a fault."""
    call.done(fault.what)
    sandbox.rate_limits.refused[call.method] += fault.status == 429
    if fault.status == 0:
        reset(request)
    return web.Response(
        status=fault.status or 500,
        text=fault.body,
        headers=fault.headers,
        content_type="application/json" if fault.body.startswith("{") else "text/html",
    )


def serve(sandbox: Sandbox, call: Call, method: Method | None, token: str | None) -> Json:
    """Make the checks in Slack's order, then call the method."""
    if method is None or method.name not in HANDLERS:
        raise Refusal("unknown_method", wrong=f"this Slack has no {call.method}")
    if method.name not in ("api.test", "blocks.validate"):
        authorise(sandbox, method, token)
    args, unknown = understand(method, call.args)
    for name in unknown:
        # Slack ignores it silently, but it isn't what the author of the call intended.
        sandbox.violation(method.name, f"unknown argument: {name}")
    permit(sandbox, method, args)
    sandbox.rate_limits.spend(method, args)
    return json.loads(json.dumps(HANDLERS[method.name](sandbox, args)))  # type: ignore[no-any-return]


def authorise(sandbox: Sandbox, method: Method, token: str | None) -> None:
    """Check the token: bot tokens for everything, app tokens only for opening sockets."""
    if not token:
        raise Refusal("not_authed", wrong="no token")
    if not re.fullmatch(r"(xoxb|xapp)-\S+", token):
        raise Refusal("invalid_auth", wrong="neither xoxb-… nor xapp-…, or in the query")
    is_app = token.startswith("xapp-")
    expected = sandbox.app_config.app_token if is_app else sandbox.app_config.bot_token
    if expected is not None and token != expected:
        raise Refusal("invalid_auth", wrong="not a token of this workspace")
    if is_app != (method.name == "apps.connections.open"):
        raise Refusal("not_allowed_token_type", wrong=f"a {token[:4]} token")


def permit(sandbox: Sandbox, method: Method, args: Json) -> None:
    """Check the scopes: one that fits this kind of conversation must be granted."""
    for kind in _kinds(sandbox, method, args):
        prefix = PREFIXES[kind]
        mine = tuple(s for s in method.scopes if s.startswith(prefix))
        others = tuple(s for s in method.scopes if not s.startswith(tuple(PREFIXES.values())))
        if not sandbox.app_config.granted(mine or others):
            raise Refusal(
                "missing_scope",
                wrong=f"{method.name} needs one of {', '.join(mine or others)}",
                needed=(mine or others)[0],
                provided=",".join(sorted(sandbox.app_config.scopes or ())),
            )


def _kinds(sandbox: Sandbox, method: Method, args: Json) -> list[str]:
    """The kinds of conversation that a call concerns."""
    if method.name == "conversations.create":
        return ["private" if args.get("is_private") else "channel"]
    if method.name == "conversations.open":
        return ["mpim" if "," in str(args.get("users", "")) else "im"]
    if "types" in method.args:
        asked = str(args.get("types", "public_channel")).split(",")
        kinds = {"public_channel": "channel", "private_channel": "private"}
        return [k for k in (kinds.get(t.strip(), t.strip()) for t in asked) if k in PREFIXES]
    channel = sandbox.workspace.channels.get(str(args.get("channel", args.get("channel_id"))))
    return [channel.kind if channel else "channel"]
