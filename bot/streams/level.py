"""The level of this release: what it writes that an older one must not ignore.

A release that adds an event kind, an enum value or a field whose loss would do harm adds a row
here, and says in its `Kind.levels` what needs that level. Then old and new processes can share a
store: until the store has the level, nobody writes what needs it.
"""

from collections.abc import Mapping
from typing import Final

INTRODUCED: Final[Mapping[int, str]] = {
    1: "levels themselves, and every event of the releases before them",
}
"""What each level brought, for whoever reads what is held back."""

LEVEL: Final = max(INTRODUCED)
FIRST: Final = min(INTRODUCED)  # of events for which nothing else is said
