"""Pydantic models of Slack's payloads.

A model for each kind of request (`interactions`, `forms`, `clicks`, `callbacks`), for each kind of
event (`events`) and for each kind of input (`inputs`), built from field types (`fields`).
`bot.listeners.payload.parse_payload` chooses the model. Not here: how they are handled.
"""

from typing import Any

from bot.listeners.inbound.callbacks import EventCallback, RateLimited, UrlVerification
from bot.listeners.inbound.clicks import BlockAction, named_by
from bot.listeners.inbound.forms import FormClosed, FormPayload, Submission, Suggestion, View
from bot.listeners.inbound.interactions import (
    GlobalShortcut,
    MessageShortcut,
    Received,
    SlashCommand,
    split_word,
)

AnyPayload = (
    SlashCommand
    | BlockAction
    | Submission
    | FormClosed
    | GlobalShortcut
    | MessageShortcut
    | Suggestion
    | EventCallback[Any]
    | UrlVerification
    | RateLimited
)


__all__ = [
    "AnyPayload",
    "BlockAction",
    "EventCallback",
    "FormClosed",
    "FormPayload",
    "GlobalShortcut",
    "MessageShortcut",
    "RateLimited",
    "Received",
    "SlashCommand",
    "Submission",
    "Suggestion",
    "UrlVerification",
    "View",
    "named_by",
    "split_word",
]
