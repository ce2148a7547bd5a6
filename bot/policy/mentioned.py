"""The people, groups and channels that a policy names, each with its place in the files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.policy import folder as folders
from bot.policy.problem import Problem
from bot.policy.source import Source


@dataclass(frozen=True, slots=True)
class Mentioned:
    """`target`: `@U…`, `@S…` or `#name`. `key`: where it stands, as `notify`."""

    target: str
    key: str
    file: str
    line: int

    def problem(self, text: str) -> Problem:
        """A problem at this place."""
        return Problem(self.file, self.line, f"{self.key}: {self.target} {text}")


def mentioned(path: Path) -> list[Mentioned]:
    """All that are named in the folder `path`, in the order of its files."""
    folder = folders.read_folder(path)
    return [
        *_targets(folder.escalation.source, "notify", "chains", "*", "steps", "*", "notify", "*"),
        *_targets(folder.escalation.source, "last_resort", "last_resort", "*"),
        *_targets(folder.oncall.source, "members", "schedules", "*", "members", "*"),
    ]


def _targets(source: Source | None, key: str, *pattern: str) -> Iterator[Mentioned]:
    if source is None:
        return
    for place, text in source.texts(*pattern):
        target = f"@{text}" if key == "members" else text
        if target.startswith(("@", "#")):
            yield Mentioned(target, key, source.file, source.line(place))
