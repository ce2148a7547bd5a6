"""Renders blocks as plain text, with [buttons] and ‹menus›."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]


def render(text: str, blocks: list[Json], names: Mapping[str, str]) -> str:
    """Render the blocks if there are any, else the text; ids become names."""
    lines = [line for block in blocks for line in _block(block)] if blocks else [text]
    return named("\n".join(lines), names)


def named(text: str, names: Mapping[str, str]) -> str:
    """Render mentions, links and escapes as Slack shows them.

    >>> named("<@U0BOB> in <#C1|general>: 1 &lt; 2 <https://x.org|here>", {"U0BOB": "bob"})
    '@bob in #general: 1 < 2 here (https://x.org)'
    """

    def one(match: re.Match[str]) -> str:
        target, _, shown = match[1].partition("|")
        if target.startswith("@"):
            return "@" + names.get(target[1:], shown or target[1:])
        if target.startswith("#"):
            return "#" + (shown or names.get(target[1:], target[1:]))
        if target.startswith("!"):
            return shown or "@" + target[1:]
        return f"{shown} ({target})" if shown else target

    shown = re.sub(r"<([@#!]?[^<>\n]+)>", one, text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element, with its block."""
    for block in blocks:
        yield from _elements_of(block, block)


def _elements_of(block: Json, outer: Json) -> Iterator[tuple[Json, Json]]:
    parts = [block.get("accessory"), block.get("element")]
    parts += [*block.get("elements", []), *block.get("actions", [])]
    for part in parts:
        if isinstance(part, dict) and "action_id" in part:
            yield part, outer
    for child in block.get("child_blocks", []):
        yield from _elements_of(child, child)


def label(element: Json) -> str:
    """The visible label of an element: a button's text, a menu's placeholder."""
    text = element.get("text") or element.get("placeholder") or {}
    return str(text.get("text", "")) if isinstance(text, dict) else str(text)


def _block(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {block['text']['text']}"
        case "divider":
            yield "---"
        case "section":
            if "text" in block:
                yield block["text"]["text"]
            yield from (field["text"] for field in block.get("fields", []))
            if "accessory" in block:
                yield _element(block["accessory"])
        case "context":
            yield " · ".join(part.get("text") or _element(part) for part in block["elements"])
        case "actions" | "context_actions":
            yield " ".join(_element(part) for part in block["elements"])
        case "input":
            yield f"{block['label']['text']}: {_element(block['element'])}"
            if "hint" in block:
                yield f"  ({block['hint']['text']})"
        case "rich_text":
            yield "".join(_rich(part) for part in block["elements"]).rstrip("\n")
        case "table" | "data_table":
            for row in block["rows"]:
                yield " | ".join(_cell(cell) for cell in row)
        case "plan":
            yield str(block["title"])
            for task in block.get("tasks", []):
                yield f"- {task.get('title')} ({task.get('status', 'pending')})"
        case "container":
            yield _text(block.get("title"))
            for child in block["child_blocks"]:
                yield from _block(child)
        case _:
            for name in ("title", "subtitle", "text", "body", "alt_text", "status"):
                if block.get(name):
                    yield _text(block[name])
            if block.get("actions"):
                yield " ".join(_element(part) for part in block["actions"])


def _text(value: object) -> str:
    return str(value.get("text", "")) if isinstance(value, dict) else str(value or "")


def _element(element: Json) -> str:
    match element.get("type"):
        case "button" | "workflow_button" | "icon_button":
            return f"[{label(element)}]"
        case "image":
            return f"(image: {element['alt_text']})"
        case "overflow" | "checkboxes" | "radio_buttons":
            return "‹" + " / ".join(_text(o["text"]) for o in element["options"]) + "›"
        case "feedback_buttons":
            sides = (element["positive_button"], element["negative_button"])
            return " ".join(f"[{label(side)}]" for side in sides)
        case _:
            return f"‹{label(element) or element.get('type')}›"


def _cell(cell: Json) -> str:
    if cell["type"] == "rich_text":
        return "".join(_rich(part) for part in cell["elements"]).strip()
    return str(cell.get("text", cell.get("value", "")))


def _rich(part: Json) -> str:
    match part.get("type"):
        case "rich_text_section" | "rich_text_preformatted" | "rich_text_quote":
            return "".join(_rich(child) for child in part["elements"]) + "\n"
        case "rich_text_list":
            return "".join(f"- {_rich(child)}" for child in part["elements"])
        case "user":
            return f"<@{part['user_id']}>"
        case "channel":
            return f"<#{part['channel_id']}>"
        case "link":
            return str(part.get("text") or part["url"])
        case "emoji":
            return f":{part['name']}:"
        case "broadcast":
            return f"@{part['range']}"
        case _:
            return str(part.get("text", ""))
