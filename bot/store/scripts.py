"""Operations that must be atomic: the scripts of `lua/`, `APPEND` for `append.lua`; each is
prefixed with the level of the process that runs it, the name of the wake-ups for heavy effects,
and the same prelude, which refuses a level below the store's.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Final

from bot.streams.level import LEVEL

HEAVY: Final = "draft"
"""The wake-ups for heavy effects. A stored name: of the first of them, the postmortem draft."""

_FOLDER = files("bot.store") / "lua"


@lru_cache(maxsize=4)
def at_level(level: int) -> dict[str, str]:
    """Every script by its name in capitals, as a process of this level runs it."""
    named = f"local LEVEL = {level}\nlocal HEAVY = '{HEAVY}'\n"
    first = named + (_FOLDER / "prelude.lua").read_text(encoding="utf-8")
    return {
        each.name.removesuffix(".lua").upper(): first + each.read_text(encoding="utf-8")
        for each in _FOLDER.iterdir()
        if each.name.endswith(".lua") and each.name != "prelude.lua"
    }


ALL: Final = at_level(LEVEL)
