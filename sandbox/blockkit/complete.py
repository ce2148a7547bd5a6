"""Adds the defaults that Slack fills in: ids, and the flags of texts.

So blocks read back from Slack aren't equal to the blocks that were sent.
"""

import copy
import secrets
from typing import Any

Json = dict[str, Any]


def completed(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every element an action_id."""
    whole = copy.deepcopy(blocks)
    for block in whole:
        _name(block)
        mean(block)
    return whole


def mean(part: Any) -> None:
    """Set the defaults of ``emoji`` and ``verbatim`` in every text object."""
    if isinstance(part, list):
        for one in part:
            mean(one)
    elif isinstance(part, dict):
        if part.get("type") == "plain_text":
            part.setdefault("emoji", True)
        elif part.get("type") == "mrkdwn":
            part.setdefault("verbatim", False)
        for one in part.values():
            mean(one)


def _name(block: Json) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4))
    parts = [block.get("accessory"), block.get("element")]
    if block["type"] in ("actions", "context_actions"):
        parts += block["elements"]
    for part in parts:
        if isinstance(part, dict) and part.get("type") != "image":
            part.setdefault("action_id", secrets.token_urlsafe(4))
    for child in block.get("child_blocks", []):
        _name(child)
