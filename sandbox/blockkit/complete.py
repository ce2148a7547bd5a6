"""What Slack adds to blocks that leave it out: ids."""

import copy
import secrets
from typing import Any

Json = dict[str, Any]


def completed(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every element an action_id."""
    whole = copy.deepcopy(blocks)
    for block in whole:
        _complete(block)
    return whole


def _complete(block: Json) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4))
    parts = [block.get("accessory"), block.get("element")]
    if block["type"] in ("actions", "context_actions"):
        parts += block["elements"]
    for part in parts:
        if isinstance(part, dict) and part.get("type") != "image":
            part.setdefault("action_id", secrets.token_urlsafe(4))
    for child in block.get("child_blocks", []):
        _complete(child)
