"""Atomic operations: the scripts in `lua/`, named like `APPEND` for `append.lua`. Each is prefixed
with the level of the process that runs it, the name of the wake-ups for heavy effects and a common
prelude, which refuses a level below the store's."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

from bot.streams.level import LEVEL

HEAVY: Final = "draft"
"""The wake-ups for heavy effects. A stored name: of the first of them, the postmortem draft."""

_FOLDER = files("bot.store") / "lua"


@lru_cache(maxsize=4)
def at_level(level: int) -> dict[str, str]:
    """All scripts, by name in capitals, for a process of this level."""
    named = f"local LEVEL = {level}\nlocal HEAVY = '{HEAVY}'\n"
    first = named + (_FOLDER / "prelude.lua").read_text(encoding="utf-8")
    return {
        file.name.removesuffix(".lua").upper(): first + file.read_text(encoding="utf-8")
        for file in _FOLDER.iterdir()
        if file.name.endswith(".lua") and file.name != "prelude.lua"
    }


ALL: Final = at_level(LEVEL)
