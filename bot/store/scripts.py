"""Operations that must be atomic: the scripts of `lua/`, `APPEND` for `append.lua`; each is
prefixed with the same prelude.
"""

from importlib.resources import files
from typing import Final

_FOLDER = files("bot.store") / "lua"
_PRELUDE = (_FOLDER / "prelude.lua").read_text(encoding="utf-8")

ALL: Final = {
    each.name.removesuffix(".lua").upper(): _PRELUDE + each.read_text(encoding="utf-8")
    for each in _FOLDER.iterdir()
    if each.name.endswith(".lua") and each.name != "prelude.lua"
}
