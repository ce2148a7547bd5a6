"""Parses what Slack sends into the models of `bot.listeners.inbound`.

A signature proves the sender, not the shape: a field in a model has its type or the request is a
`MalformedPayload`; all other fields are ignored.
"""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.listeners.inbound import (
    AnyPayload,
    BlockAction,
    EventCallback,
    FormClosed,
    GlobalShortcut,
    MessageShortcut,
    RateLimited,
    SlashCommand,
    Submission,
    Suggestion,
    UrlVerification,
)
from bot.listeners.inbound.events import AnyEvent
from bot.messages.text import sanitize

PATH_MAX = 200  # characters of the path in an error

# Built once: building a validator takes milliseconds, using it microseconds.
_BY_TYPE: dict[str, TypeAdapter[Any]] = {
    "block_actions": TypeAdapter(BlockAction),
    "view_submission": TypeAdapter(Submission),
    "view_closed": TypeAdapter(FormClosed),
    "shortcut": TypeAdapter(GlobalShortcut),
    "message_action": TypeAdapter(MessageShortcut),
    "block_suggestion": TypeAdapter(Suggestion),
    "event_callback": TypeAdapter(EventCallback[AnyEvent]),
    "url_verification": TypeAdapter(UrlVerification),
    "app_rate_limited": TypeAdapter(RateLimited),
}
_COMMAND = TypeAdapter(SlashCommand)


class MalformedPayload(ValueError):
    """The payload's shape is invalid. The message says where but doesn't quote the content, which
    may be private."""


def parse_payload(payload: object) -> AnyPayload:
    """Parse a payload into its model. Raises `MalformedPayload`.

    >>> command = {"command": "/incident", "user_id": "U0ANA", "text": "ack", "more": [1]}
    >>> parse_payload(command).user
    'U0ANA'
    >>> parse_payload({"type": "block_actions", "user": "ana"})
    Traceback (most recent call last):
    bot.listeners.payload.MalformedPayload: payload.user: not_object
    """
    if not isinstance(payload, dict):
        raise MalformedPayload("payload: not_object")
    try:
        found: AnyPayload = _model_of(payload).validate_python(payload)
    except ValidationError as wrong:
        raise MalformedPayload(_where(wrong)) from None
    return found


def _model_of(payload: dict[str, Any]) -> TypeAdapter[Any]:
    if payload.get("command") is not None:
        return _COMMAND
    kind = payload.get("type")
    model = _BY_TYPE.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise MalformedPayload("payload.type: unknown")
    return model


def _where(wrong: ValidationError) -> str:
    """The first error: its path, and the check that failed."""
    first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(each) for each in ("payload", *first["loc"]))
    return f"{sanitize(path[:PATH_MAX])}: {first['type']}"
