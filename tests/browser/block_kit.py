"""Short builders for Block Kit."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


ONE, TWO, THREE = option("One", "1"), option("Two :fire:", "2"), option("Three", "3")
ALL = [ONE, TWO, THREE]


def field(name: str, kind: str, **element: Any) -> Json:
    """An input whose label, block_id and action_id are the same."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "optional": True,
        "element": {"type": kind, "action_id": name, **element},
    }


def modal(*blocks: Json, title: str = "A form", **more: Any) -> Json:
    view = {"type": "modal", "callback_id": "form", "title": plain(title), "blocks": [*blocks]}
    return {**view, "submit": plain("Send"), "close": plain("Not now"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "acts", "elements": [*elements]}


def element(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": kind, **more}


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": text, **more}
