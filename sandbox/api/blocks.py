"""blocks.validate: checks a payload without sending it."""

from typing import Any

from sandbox.api.registry import method
from sandbox.blockkit import check_message, check_view
from sandbox.refusal import Refusal, bad_arguments
from sandbox.sandbox import Sandbox

Json = dict[str, Any]


@method("blocks.validate")
def validate(sandbox: Sandbox, args: Json) -> Json:
    """Check one of ``blocks``, ``message`` and ``view``. A negative answer isn't a violation."""
    if "view" in args:
        _no("invalid_view", check_view(args["view"]))
    elif "message" in args:
        message = args["message"]
        blocks = message.get("blocks", []) if isinstance(message, dict) else None
        _no("invalid_message", check_message(blocks))
    elif "blocks" in args:
        _no("invalid_blocks", check_message(args["blocks"]))
    else:
        raise bad_arguments("missing required field: blocks")
    return {}


def _no(error: str, problems: list[str]) -> None:
    if not problems:
        return
    errors = []
    for problem in problems:
        message, _, pointer = problem.partition(" [json-pointer:")
        errors.append({"code": "invalid", "message": message, "pointer": pointer.rstrip("]")})
    shown = [f"[ERROR] {problem}" for problem in problems]
    raise Refusal(error, errors=errors, response_metadata={"messages": shown})
