"""Runbooks: Markdown files with front matter and four required sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.policy import plain_yaml
from bot.policy.error_text import understand
from bot.policy.problem import Problem
from bot.policy.schema import FrontMatter
from bot.policy.source import Source

SECTIONS = ("Prerequisites", "Steps", "Verification", "Rollback")

_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<title>.*)")
_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_NUMBERED = re.compile(r" {0,3}[0-9]{1,9}[.)]\s")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text under it, including subsections."""

    title: str
    level: int
    line: int
    text: tuple[str, ...] = ()


def parse(file: str, text: str) -> tuple[Source | None, FrontMatter | None, list[Problem]]:
    """Parse a runbook; returns its front matter and all problems."""
    lines = text.splitlines()
    ends = _front_matter_ends(lines)
    if ends is None:
        missing = Problem(
            file, 1, "has no front matter; start the file with the lines ---, title: … and ---."
        )
        return None, None, [missing, *_check_sections(file, sections(lines, 0))]
    head, problems = plain_yaml.parse(file, "\n".join(lines[1:ends]), above=1)
    facts = None
    if head is not None:
        facts, misfits = understand(head, FrontMatter)
        problems += misfits
    return head, facts, [*problems, *_check_sections(file, sections(lines, ends + 1))]


def body(text: str) -> str:
    """The text below the front matter.

    >>> body("---\\ntitle: Restart\\n---\\n# Restart\\n")
    '# Restart'
    """
    lines = text.splitlines()
    ends = _front_matter_ends(lines)
    return "\n".join(lines if ends is None else lines[ends + 1 :])


def _front_matter_ends(lines: list[str]) -> int | None:
    """The number of the line that ends it, from 0; None if there is none."""
    if not lines or lines[0].rstrip() != "---":
        return None
    return next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None)


def sections(lines: list[str], begin: int) -> list[Section]:
    """The sections from line `begin` on. Headings inside code blocks don't count.

    >>> [(one.title, one.text) for one in sections(["# A", "```", "# no", "```", "## B"], 0)]
    [('A', ('```', '# no', '```', '## B')), ('B', ())]
    """
    ends, found = [len(lines)] * 7, []  # by level, from the last heading back to the first
    for heading in reversed(list(_headings(lines, begin))):
        text = lines[heading.line : ends[heading.level]]
        found.append(replace(heading, text=tuple(line for line in text if line.strip())))
        ends[heading.level :] = [heading.line - 1] * (7 - heading.level)
    return found[::-1]


def _headings(lines: list[str], begin: int) -> Iterator[Section]:
    fence = ""
    for number, line in enumerate(lines[begin:], begin + 1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark["fence"]
        elif mark and mark["fence"].startswith(fence):
            fence = ""
        elif not fence and (heading := _HEADING.fullmatch(line)):
            title = heading["title"].rstrip().rstrip("#").rstrip()
            yield Section(title, len(heading["level"]), number)


def _check_sections(file: str, found: list[Section]) -> Iterator[Problem]:
    for title in SECTIONS:
        section = next((one for one in found if one.title.casefold() == title.casefold()), None)
        if section is None:
            yield Problem(file, 1, f"has no section {title}; add a heading ## {title}.")
        elif not section.text:
            yield Problem(
                file,
                section.line,
                f"{title}: is empty; fill it in, or say why there is nothing to do.",
            )
        elif title == "Steps" and not any(map(_NUMBERED.match, section.text)):
            text = (
                "Steps: aren't numbered; "
                "write 1., 2., 3., so that people can say which step they are on."
            )
            yield Problem(file, section.line, text, "warning")
