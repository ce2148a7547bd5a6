"""Checks a whole payload: counts, uniqueness, surfaces. ``fields`` checks each block."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.blockkit.fields import Checker
from sandbox.contract import load

Json = dict[str, Any]

ONCE_A_MESSAGE = {"table": 1, "plan": 1, "data_visualization": 2}


def check_message(blocks: object) -> list[str]:
    """All reasons why Slack would reject these blocks in a message; empty if it wouldn't."""
    problems, good = _blocks(blocks, "message")
    for kind, most in ONCE_A_MESSAGE.items():
        if sum(block["type"] == kind for block in good) > most:
            problems.append(f"no more than {most} {kind} per message [json-pointer:/blocks]")
    markdown = sum(len(str(b.get("text", ""))) for b in good if b["type"] == "markdown")
    if markdown > load()["block_kit"]["limits"]["markdown_block_total_chars_per_payload"]:
        problems.append("markdown blocks too long in total [json-pointer:/blocks]")
    return problems


def check_view(view: object, surface: str | None = None) -> list[str]:
    """All reasons why Slack would reject this view. ``surface``: ``modal`` or ``home``."""
    if not isinstance(view, dict):
        return ["view must be an object [json-pointer:/view]"]
    kind = view.get("type")
    if kind not in ("modal", "home") or surface not in (None, kind):
        return [f"view type must be {surface or 'modal or home'} [json-pointer:/view/type]"]
    problems, good = _blocks(view.get("blocks"), kind)
    rules = load()["block_kit"]["views"][kind]
    problems += [f"missing required field: {f}" for f in rules["req"] if f not in view]
    problems += [f"a {kind} has no {f}" for f in rules.get("forbids", []) if view.get(f)]
    known = {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"}
    known |= {"clear_on_close", "notify_on_close", "external_id", "submit_disabled"}
    problems += [f"additional property: {f} [json-pointer:/view]" for f in view.keys() - known]
    checker, limits = Checker(kind), load()["block_kit"]["limits"]["view"]
    for name in ("title", "submit", "close"):
        if view.get(name) is not None:
            checker.value({"t": "plain", "max": limits[name]}, view[name], f"/view/{name}")
    for name in ("private_metadata", "callback_id", "external_id"):
        checker.value({"t": "str", "max": limits[name]}, view.get(name, ""), f"/view/{name}")
    if any(b["type"] == "input" for b in good) and kind == "modal" and not view.get("submit"):
        problems.append("missing required field: submit (a block is an input)")
    if len(json.dumps(view).encode()) > limits["bytes"]:
        problems.append("view_too_large")
    return problems + checker.problems


def _blocks(blocks: object, surface: str) -> tuple[list[str], list[Json]]:
    """The problems, and the blocks that are at least objects with a type."""
    if not isinstance(blocks, list):
        return ["blocks must be an array [json-pointer:/blocks]"], []
    checker = Checker(surface)
    most = load()["block_kit"]["limits"]["blocks_per_surface"][surface]
    if len(blocks) > most:
        checker.problems.append(f"no more than {most} items allowed [json-pointer:/blocks]")
    for index, block in enumerate(blocks):
        checker.block(block, f"/blocks/{index}")
    good = [b for b in blocks if isinstance(b, dict) and isinstance(b.get("type"), str)]
    for block_id in _twice(b.get("block_id") for b in good):
        checker.problems.append(f"block_id {block_id!r} already exists [json-pointer:/blocks]")
    for index, block in enumerate(good):
        for action_id in _twice(_action_ids(block)):
            checker.problems.append(
                f"action_id {action_id!r} already exists [json-pointer:/blocks/{index}]"
            )
    return checker.problems, good


def _action_ids(block: Json) -> Iterator[object]:
    parts = block.get("elements")
    for part in [*(parts if isinstance(parts, list) else []), block.get("accessory")]:
        if isinstance(part, dict):
            yield part.get("action_id")


def _twice(values: Iterator[object]) -> list[object]:
    """The values that occur more than once.

    >>> _twice(iter(["a", None, "a", None]))
    ['a']
    """
    seen: list[object] = []
    twice: list[object] = []
    for value in values:
        if value is not None and value in seen:
            twice.append(value)
        seen.append(value)
    return twice
