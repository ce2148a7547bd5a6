"""A message or a view, as Slack validates it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from bot.listeners.request import Answer, HomeView, OpenView, Reply, UpdateView
from bot.messages.blocks import Block


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind`: Slack's name for `blocks.validate`, `message` or `view`. `what`: our name. `body`:
    its JSON.
    """

    kind: str
    what: str
    body: str


def message_shape(what: str, text: str, blocks: list[Block]) -> Shape:
    """A message with this text and these blocks."""
    return Shape("message", what, json.dumps({"text": text, "blocks": blocks}))


def answer_shapes(what: str, answer: Answer) -> Iterator[Shape]:
    """The message or the view of an answer to `what`; nothing if it has none."""
    match answer:
        case OpenView(view) | UpdateView(view) | HomeView(view):
            given = {key: value for key, value in view.items() if value is not None}
            yield Shape("view", f"form of `{what}`", json.dumps(given))
        case Reply(text, blocks):
            yield message_shape(f"answer to `{what}`", text, blocks or [])
