"""The Block Kit elements that Muster uses."""

import json
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.messages.text import clip

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the notification, and what screen readers read out."""

    text: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The context of rendering: the time, its zone, how Slack links. `away`: who can't be reached
    now, so that a reminder asks others."""

    now: datetime
    zone: ZoneInfo
    permalink: Callable[[str, str], str]
    away: Set[str] = frozenset()


class Marked(Protocol):
    """An incident, or its row. `mark`: what tells it from another one that was given the same
    number; empty in those of older releases."""

    @property
    def id(self) -> str: ...
    @property
    def mark(self) -> str: ...


HEADER_MAX = 150
OPTIONS_MAX = 100  # of a select
MARK_OF = "_mark"


def reference(incident: Marked, **more: Any) -> dict[str, Any]:
    """The fields of a button, an option or a form: the incident that it is about, and `more`.
    All of them are made here, so that none acts on another incident that was given the same
    number."""
    mark = {"mark": incident.mark} if incident.mark else {}
    return {"incident": incident.id, **mark, **more}


def naming(name: str, incident: Marked) -> dict[str, Any]:
    """Another incident that it carries, as `name`."""
    mark = {name + MARK_OF: incident.mark} if incident.mark else {}
    return {name: incident.id, **mark}


def value_of(incident: Marked, **more: Any) -> str:
    """The same as the value of a button or an option."""
    carried = reference(incident, **more)
    return json.dumps(carried) if len(carried) > 1 else incident.id


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, HEADER_MAX)}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": clip(text, 3000)}}
    return {**block, "accessory": accessory} if accessory else block


def context(*texts: str) -> Block:
    shown = [{"type": "mrkdwn", "text": clip(text, 3000)} for text in texts[:10]]
    return {"type": "context", "elements": shown}


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, style: str | None = None) -> Block:
    made: Block = {
        "type": "button",
        "text": plain_text(label, 75),
        "action_id": action_id,
        "value": value,
    }
    if style:
        made["style"] = style
    return made


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu of at most five options (value, label)."""
    shown = [option(value, label) for value, label in options[:5]]
    return {"type": "overflow", "action_id": action_id, "options": shown}


def role_button(
    incident: Marked, role: str, title: str, style: str | None = None, *, label: str = ""
) -> Block:
    """A button that assigns the role to the person who clicks. One per block, because they share
    their `action_id`. `label`: if the role is named beside it; screen readers read all of it.
    """
    whole = "Take command" if role == "ic" else f"Take {title}"
    value = value_of(incident, role=role)
    made = button(label or whole, "role_take", value, style=style)
    return {**made, "accessibility_label": clip(whole, 75)} if label else made


def plain_text(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": clip(text, most), "emoji": True}


# --- modals --------------------------------------------------------------------------------


def modal(
    callback_id: str,
    title: str,
    submit: str,
    blocks: Sequence[Block],
    metadata: dict[str, Any] | None = None,
    *,
    close: str = "Cancel",
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, 24),
        "submit": plain_text(submit, 24),
        "close": plain_text(close, 24),
        "private_metadata": json.dumps(metadata or {}),
        "blocks": list(blocks),
    }


def info_modal(callback_id: str, title: str, blocks: Sequence[Block]) -> dict[str, Any]:
    """A modal that shows text and has no inputs."""
    told = modal(callback_id, title, "Ok", blocks, close="Close")
    return {key: each for key, each in told.items() if key != "submit"}


def input_block(
    name: str,
    label: str,
    element: Block,
    *,
    optional: bool = False,
    hint: str = "",
    sent_at_once: bool = False,
) -> Block:
    """An input whose `block_id` and `action_id` are both `name`. `sent_at_once`: Slack sends a
    choice when it is made, as it does a click."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, 2000),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    if sent_at_once:
        block["dispatch_action"] = True
    return {**block, "hint": plain_text(hint, 2000)} if hint else block


def text_input(
    most: int, *, lines: bool = False, initial: str = "", placeholder: str = ""
) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": most}
    if initial:
        element["initial_value"] = initial[:most]
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    return element


def select(options: Sequence[tuple[str, ...]], initial: str | None = None) -> Block:
    """A select menu with the options: value, label, and if there is one a description. Slack
    shows no more than `OPTIONS_MAX`; the others have to be typed."""
    kept = [*options[:OPTIONS_MAX]]
    if initial not in {value for value, *_ in kept}:
        kept[-1:] = [each for each in options if each[0] == initial][:1] or kept[-1:]
    shown = [option(*each) for each in kept]
    element: Block = {"type": "static_select", "options": shown}
    chosen = [each for each in shown if each["value"] == initial]
    return {**element, "initial_option": chosen[0]} if chosen else element


def datetime_picker(initial: datetime | None = None) -> Block:
    """A picker of date and time, which Slack shows in the reader's own zone."""
    element: Block = {"type": "datetimepicker"}
    return {**element, "initial_date_time": int(initial.timestamp())} if initial else element


def option(value: str, label: str, description: str = "") -> Block:
    made: Block = {"text": plain_text(label, 75), "value": value}
    return {**made, "description": plain_text(description, 75)} if description else made
