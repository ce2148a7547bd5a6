"""The level of this release, for rolling upgrades.

A release that adds an event type, an enum value or a field that older releases must not ignore
adds a row here, and lists in `Kind.levels` what requires that level. Old and new processes can
then share a store: nothing that requires a level is written before the store has it.
"""

from collections.abc import Mapping
from typing import Final

INTRODUCED: Final[Mapping[int, str]] = {
    1: "levels themselves, and every event of the releases before them",
    2: "joining with a button (`Joined`); corrected titles, summaries and tasks; undoing; "
    "the end of an unanswered chain, user groups; old channels that are back; what tells an "
    "incident from another one of the same number",
}
"""What each level introduced."""

LEVEL: Final = max(INTRODUCED)
FIRST: Final = min(INTRODUCED)  # the level of everything that isn't listed in `Kind.levels`
