"""Policy files: their text, and their data with the line of each value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.policy.problem import Problem

LARGEST = 256 * 1024

# A scalar is the text as written, or None for null: `no`, `9:30` and `1_000` are interpreted by
# the key they belong to, not by YAML 1.1.
Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The content of one file, and the line of each value."""

    file: str
    data: Value
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of `place`; for a missing key, the line where it belongs."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, text: str) -> Problem:
        return Problem(self.file, self.line(place), text)

    def warning(self, place: Place, text: str) -> Problem:
        return Problem(self.file, self.line(place), text, "warning")

    def find(self, *pattern: str) -> list[tuple[Place, Value]]:
        """Everything at `pattern`, in file order; `*` matches any key or item.

        Returns nothing where the file has another shape, so that everything else is still
        checked.

        >>> source = Source("x.yml", {"roles": [{"id": "ic"}, "oops", {"id": "ol"}]}, {})
        >>> source.find("roles", "*", "id")
        [(('roles', 0, 'id'), 'ic'), (('roles', 2, 'id'), 'ol')]
        """
        found: list[tuple[Place, Value]] = [((), self.data)]
        for part in pattern:
            found = [
                ((*place, name), inner)
                for place, value in found
                for name, inner in _inside(value)
                if part in ("*", name)
            ]
        return found

    def texts(self, *pattern: str) -> Iterator[tuple[Place, str]]:
        """The matches of `find` that are text."""
        return ((place, value) for place, value in self.find(*pattern) if isinstance(value, str))


def read_text(path: Path, folder: Path) -> str | Problem:
    """The text of a file in `folder`, or the problem if it can't be read."""
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return Problem(
                str(path), 1, "is a link to a file outside the folder; put the file itself there."
            )
        if path.exists() and not (path.is_file() or path.is_dir()):
            return Problem(str(path), 1, "isn't a regular file; put one there.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Problem(
            str(path), 1, "is missing; create it, or copy the one that ships with Muster."
        )
    except OSError as error:
        return Problem(str(path), 1, f"can't be read: {error.strerror}.")
    except RuntimeError:  # what pathlib raises for a symlink loop before Python 3.13
        return Problem(str(path), 1, "is a link to itself; put the file there.")
    if len(content) > LARGEST:
        return Problem(str(path), 1, "is larger than 256 KiB; shorten it, or split it.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(str(path), line, "isn't UTF-8 text; save it as UTF-8.")


def _inside(value: Value) -> list[tuple[str | int, Value]]:
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return list(enumerate(value))
    return []
