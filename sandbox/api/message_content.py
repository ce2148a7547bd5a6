"""Checks the content of messages: text, blocks, metadata."""

import json
from typing import Any

from sandbox.blockkit import check_message
from sandbox.blockkit.complete import completed
from sandbox.contract import limit
from sandbox.refusal import Refusal, bad_blocks
from sandbox.sandbox import Sandbox

Json = dict[str, Any]

WRITTEN = ("text", "blocks", "attachments", "markdown_text")


def checked(sandbox: Sandbox, where: str, args: Json) -> Json:
    """The ``Message`` fields in these arguments; omitted ones are missing."""
    given: Json = {}
    if "text" in args:
        given["text"] = _text(sandbox, where, args["text"])
    if "markdown_text" in args:
        if "text" in args or "blocks" in args:
            raise Refusal("markdown_text_conflict", wrong="markdown_text with text or blocks")
        if len(args["markdown_text"]) > limit("markdown_text"):
            raise Refusal("msg_too_long", wrong="markdown_text too long")
        given["text"] = args["markdown_text"]
    if "blocks" in args:
        if not isinstance(args["blocks"], list):
            raise Refusal("invalid_blocks_format", wrong="blocks is not an array")
        if problems := check_message(args["blocks"]):
            raise bad_blocks(problems)
        given["blocks"] = completed(args["blocks"])
    if "attachments" in args:
        given["attachments"] = _attachments(args["attachments"])
    if "metadata" in args:
        given["metadata"] = _metadata(args["metadata"])
    return given


def nothing(given: Json) -> bool:
    """Whether a message with these fields is empty."""
    return not (given.get("text") or given.get("blocks") or given.get("attachments"))


def _text(sandbox: Sandbox, where: str, text: str) -> str:
    most = limit("update_text") if where == "chat.update" else limit("message_text")
    if len(text) > most and where in ("chat.update", "chat.postEphemeral"):
        raise Refusal("msg_too_long", wrong=f"a text of {len(text)} characters")
    if len(text) > most:
        sandbox.violation(where, f"message_truncated: a text of {len(text)} characters")
    return text[:most]


def _attachments(value: Any) -> list[Json]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Refusal("no_text", wrong="attachments is not an array of objects")
    if len(value) > 100:
        raise Refusal("too_many_attachments", wrong=f"{len(value)} attachments")
    for one in value:
        if "blocks" in one and (problems := check_message(one["blocks"])):
            raise bad_blocks(problems)
    return value


def _metadata(value: Any) -> Json | None:
    if value == {}:
        return None
    good = (
        isinstance(value, dict)
        and isinstance(value.get("event_type"), str)
        and isinstance(value.get("event_payload"), dict)
        and not value.keys() - {"event_type", "event_payload", "entities"}
    )
    if not good:
        wrong = "metadata needs event_type (string) and event_payload (object), nothing else"
        raise Refusal("invalid_metadata_format", wrong=wrong)
    if len(json.dumps(value)) > limit("metadata_bytes"):
        raise Refusal("metadata_too_large", wrong="metadata too large")
    return dict(value)
