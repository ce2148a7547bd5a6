"""Parses a request: token and arguments from the query, form or JSON, and their types."""

import json
from typing import Any

from aiohttp import web

from sandbox.contract import Method
from sandbox.refusal import Refusal, bad_arguments

Json = dict[str, Any]

NESTED = {"blocks", "attachments", "metadata", "view", "files", "message"}
"""Arguments that are structures: in a form they come as JSON text."""


EVERYWHERE = {"team_id"}
"""What slack_sdk adds to every call of a client that knows its team; Slack takes no offence."""


async def read(request: web.Request, method: Method | None) -> tuple[str | None, Json]:
    """The token (``?`` if it is where Slack doesn't accept it) and the raw arguments."""
    args: Json = dict(request.query)
    token = "?" if args.pop("token", None) else None
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if request.method == "POST":
        if request.content_type == "application/json":
            body = await _json(request)
            # Slack reads JSON only for methods whose reference says so.
            args |= body if method is None or method.json_body else {}
        elif request.can_read_body:
            args |= dict(await request.post())
        token = args.pop("token", None) or token
    return (bearer if scheme == "Bearer" else token), args


def understand(method: Method, raw: Json) -> tuple[Json, list[str]]:
    """The typed arguments, and the names that the method doesn't know."""
    args = {name: value for name, value in raw.items() if value is not None}
    unknown = sorted(args.keys() - method.args.keys() - EVERYWHERE)
    missing = [name for name in method.required if name not in args]
    if missing:
        raise bad_arguments(*(f"missing required field: {name}" for name in missing))
    known = {name: value for name, value in args.items() if name in method.args}
    return {name: _typed(method, name, value) for name, value in known.items()}, unknown


def _typed(method: Method, name: str, value: Any) -> Any:
    spec = method.args[name]
    kind = spec["type"].rstrip("?")
    if name in NESTED:
        return _nested(name, value)
    if kind == "boolean":
        if isinstance(value, bool) or str(value) in ("0", "1", "true", "false"):
            return value is True or str(value) in ("1", "true")
        raise bad_arguments(f"must be a boolean [json-pointer:/{name}]")
    if kind in ("number", "integer"):
        if not isinstance(value, bool) and str(value).isdigit():
            return int(value)
        raise bad_arguments(f"must be a number [json-pointer:/{name}]")
    if kind in ("string", "any") and not isinstance(value, str):
        raise bad_arguments(f"must be a string [json-pointer:/{name}]")
    if len(str(value)) > spec.get("maxLength", len(str(value))):
        raise bad_arguments(f"must be less than {spec['maxLength'] + 1} characters: {name}")
    return value


def _nested(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as problem:
        match name:
            case "blocks":
                raise Refusal("invalid_blocks_format", wrong="blocks are not JSON") from problem
            case "metadata":
                wrong = "metadata is not JSON"
                raise Refusal("invalid_metadata_format", wrong=wrong) from problem
            case _:
                raise bad_arguments(f"{name} is not JSON [json-pointer:/{name}]") from problem


async def _json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError as problem:
        raise Refusal("invalid_json", wrong="the body is not JSON") from problem
    if not isinstance(body, dict):
        raise Refusal("json_not_object", wrong="the body is not an object")
    return body
