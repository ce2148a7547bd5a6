"""conversations.*: history and replies."""

from typing import Any

from sandbox import slack_json
from sandbox.api.lookup import joined, page
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Message

Json = dict[str, Any]


@method("conversations.history")
def history(sandbox: Sandbox, args: Json) -> Json:
    """The messages, newest first; replies are left out unless they were broadcast."""
    channel = joined(sandbox, args["channel"])
    said = [m for m in channel.messages if m.thread_ts is None or m.broadcast]
    answer = _page(sandbox, channel, list(reversed(_between(said, args))), args, 100)
    asked: Json = {key: args[key] for key in ("oldest", "latest") if key in args}
    return {**answer, "pin_count": len(channel.pins), **asked}


@method("conversations.replies")
def replies(sandbox: Sandbox, args: Json) -> Json:
    """The root message, then its replies, oldest first."""
    channel = joined(sandbox, args["channel"])
    root = channel.message(args["ts"])
    if root is None:
        raise Refusal("thread_not_found")
    top = root.thread_ts or root.ts
    said = [m for m in channel.messages if top in (m.ts, m.thread_ts)]
    return _page(sandbox, channel, _between(said, args, keep=top), args, 999)


def _page(
    sandbox: Sandbox, channel: Channel, said: list[Message], args: Json, default: int
) -> Json:
    here, cursor = page(said, args, default, limit("history_page"))
    metadata = bool(args.get("include_all_metadata"))
    shown = [slack_json.message(sandbox.workspace, channel, m, metadata=metadata) for m in here]
    answer: Json = {"messages": shown, "has_more": bool(cursor)}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if cursor else answer


def _between(said: list[Message], args: Json, keep: str = "") -> list[Message]:
    """The messages from ``oldest`` to ``latest``, including these only if ``inclusive``."""
    oldest, latest = _ts(args, "oldest", "0"), _ts(args, "latest", "inf")
    if args.get("inclusive"):
        return [m for m in said if m.ts == keep or oldest <= float(m.ts) <= latest]
    return [m for m in said if m.ts == keep or oldest < float(m.ts) < latest]


def _ts(args: Json, name: str, default: str) -> float:
    try:
        return float(args.get(name, default))
    except ValueError as problem:
        raise Refusal(f"invalid_ts_{name}", wrong=f"{name}: {args[name]}") from problem
