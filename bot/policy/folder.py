"""Reads the policy folder. Each file is read as far as possible."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from bot.policy import plain_yaml, runbooks
from bot.policy.error_text import Shape, understand
from bot.policy.problem import Problem
from bot.policy.schema import (
    AccessFile,
    EscalationFile,
    FrontMatter,
    OncallFile,
    PlaybookFile,
    RolesFile,
    SeveritiesFile,
)
from bot.policy.source import Source, read_text

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_NOT_PLAYBOOKS = ("severities", "roles", "escalation", "oncall", "access")


@dataclass(frozen=True, slots=True)
class Part(Generic[Shape]):
    """One file: its data if it could be parsed, its meaning if it is valid. `body`: the text of a
    runbook below its front matter."""

    source: Source | None
    meaning: Shape | None
    problems: tuple[Problem, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    severities: Part[SeveritiesFile]
    roles: Part[RolesFile]
    escalation: Part[EscalationFile]
    oncall: Part[OncallFile]
    access: Part[AccessFile]
    playbooks: Mapping[str, Part[PlaybookFile]]
    runbooks: Mapping[str, Part[FrontMatter]]
    problems: tuple[Problem, ...]

    def every(self) -> Iterator[Problem]:
        """All problems within single files."""
        yield from self.problems
        yield from self.severities.problems
        yield from self.roles.problems
        yield from self.escalation.problems
        yield from self.oncall.problems
        yield from self.access.problems
        for playbook in self.playbooks.values():
            yield from playbook.problems
        for runbook in self.runbooks.values():
            yield from runbook.problems


def read_folder(path: Path) -> Folder:
    """Read all files in `path`. Collects problems instead of raising them."""
    kinds = {"default"} | {file.stem for file in _files(path, "*.yml")} - set(_NOT_PLAYBOOKS)
    return Folder(
        severities=_yaml(path, "severities.yml", SeveritiesFile),
        roles=_yaml(path, "roles.yml", RolesFile),
        escalation=_yaml(path, "escalation.yml", EscalationFile),
        oncall=_yaml(path, "oncall.yml", OncallFile),
        access=_yaml(path, "access.yml", AccessFile)
        if (path / "access.yml").exists()
        else Part(None, AccessFile()),
        # The default type first, because it is offered first.
        playbooks={
            kind: _yaml(path, f"{kind}.yml", PlaybookFile)
            for kind in sorted(kinds, key=lambda kind: (kind != "default", kind))
        },
        runbooks={file.name: _runbook(path, file) for file in _files(path / "runbooks", "*.md")},
        problems=(*_strays(path), *_misnamed(path, kinds)),
    )


def _files(path: Path, pattern: str) -> list[Path]:
    """The files of `path`, sorted, without hidden ones."""
    return sorted(
        file for file in path.glob(pattern) if file.is_file() and not file.name.startswith(".")
    )


def _yaml(folder: Path, name: str, shape: type[Shape]) -> Part[Shape]:
    path = folder / name
    text = read_text(path, folder)
    if isinstance(text, Problem):
        return Part(None, None, (text,))
    source, problems = plain_yaml.parse(str(path), text)
    if source is None:
        return Part(None, None, tuple(problems))
    meaning, misfits = understand(source, shape)
    return Part(source, meaning, (*problems, *misfits))


def _runbook(folder: Path, path: Path) -> Part[FrontMatter]:
    text = read_text(path, folder)
    if isinstance(text, Problem):
        return Part(None, None, (text,))
    source, meaning, problems = runbooks.parse(str(path), text)
    return Part(source, meaning, tuple(problems), runbooks.body(text))


def _strays(path: Path) -> Iterator[Problem]:
    for file in _files(path, "*.yaml"):
        yield Problem(str(file), 1, f"isn't read; rename it to {file.stem}.yml.", "warning")


def _misnamed(path: Path, kinds: set[str]) -> Iterator[Problem]:
    for kind in kinds:
        if not _KIND.fullmatch(kind):
            text = (
                "the file name can't be an incident type; "
                "use a-z, 0-9, - and _, like data-loss.yml."
            )
            yield Problem(str(path / f"{kind}.yml"), 1, text)
