"""What a release may store. It also runs beside the code of an earlier release, so it imports
nothing else of the tests."""

from enum import Enum
from typing import get_type_hints

from bot.streams.kind import Kinds


def stored(kinds: Kinds) -> dict[str, dict[str, dict[str, list[str]]]]:
    """What these kinds may store."""
    return {kind.prefix: {n: fields_of(e) for n, e in kind.events.items()} for kind in kinds}


def fields_of(event: type) -> dict[str, list[str]]:
    """The fields of an event, with the values of those that are enums."""
    hints = get_type_hints(event)
    return {
        name: [str(one.value) for one in hint] if _is_enum(hint) else []
        for name, hint in hints.items()
    }


def _is_enum(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)
