"""docs/reliability.md: a section for each file of attacks. A run renews the sections of what it
tried and leaves the others, each with its day and its machine."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.machine import machine
from tests.platform.processes import ROOT

WHERE = ROOT / "docs" / "reliability.md"

HEAD = """\
# Reliability

Written by `make prove`; don't edit it by hand.

What was done to Muster, how often, and what became of it. Each attack is a test that can fail:
real processes, a real store, real HTTP and WebSocket; only Slack is the local one of this
repository, which breaks on request. *Survived* means: nothing lost, nothing twice, everything
right in the end, and the person told.

**{survived:,} of {tried:,} trials survived.**

## How to run it again

`make prove` tries every case, for about an hour on two cores. Of a single file, with all its
cases, or with the sample that `make test` takes:

    .venv/bin/python -m tests.faults tests/faults/test_crash.py
    .venv/bin/python -m tests.faults --sample tests/faults/test_crash.py

Two of everything under random kills, for as long and with the seed that you like:
`.venv/bin/python -m tests.faults.soak --seconds 600 --seed 1`; with the store dying and Slack
erring besides: `.venv/bin/python -m tests.faults.chaos --seconds 300 --seed 1`.

## The attacks
"""

_SECTION = re.compile(r"^### .*?^`(tests/\S+)`: .*?$\n", re.MULTILINE | re.DOTALL)
_COUNTED = re.compile(r"^\| .* \| ([\d,]+) \| ([\d,]+) \| .*\|$", re.MULTILINE)


@dataclass
class Attack:
    """One test, with all its parameters."""

    survived: int = 0
    tried: int = 0
    failed: int = 0
    skipped: str = ""
    remarks: list[str] = field(default_factory=list)


def write(tried: Mapping[str, Mapping[str, Attack]], *, thorough: bool) -> Path:
    """Renew the sections of these files."""
    page = WHERE.read_text(encoding="utf-8") if WHERE.exists() else ""
    sections = {found[1]: found[0] for found in _SECTION.finditer(page)}
    sections = {file: text for file, text in sections.items() if (ROOT / file).exists()}
    sections |= {file: _section(file, tests, thorough) for file, tests in tried.items()}
    body = "".join(f"\n{sections[file]}" for file in sorted(sections))
    counts = [[int(each.replace(",", "")) for each in found] for found in _COUNTED.findall(body)]
    head = HEAD.format(
        tried=sum(tried for tried, _ in counts), survived=sum(survived for _, survived in counts)
    )
    WHERE.write_text(head + body, encoding="utf-8")
    return WHERE


def _section(file: str, tests: Mapping[str, Attack], thorough: bool) -> str:
    source = (ROOT / file).read_text(encoding="utf-8")
    said = (ast.get_docstring(ast.parse(source)) or file).split("\n\n")
    title = " ".join(said[0].split()).rstrip(".")
    more = "".join(f"{' '.join(each.split())}\n\n" for each in said[1:])
    rows = "".join(f"| {_row(name, attack)} |\n" for name, attack in tests.items())
    cases = "all cases" if thorough else "a sample of the cases"
    return (
        f"### {title}\n\n{more}"
        f"| attack | trials | survived | seen |\n|---|---:|---:|---|\n{rows}\n"
        f"`{file}`: {cases}, {datetime.now(UTC):%Y-%m-%d}, {machine()}\n"
    )


def _row(name: str, attack: Attack) -> str:
    words = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    if attack.skipped:
        return f"{words} | – | – | not tried: {attack.skipped}"
    seen = "; ".join(attack.remarks)
    if attack.failed:
        seen = f"**failed {attack.failed} times** {seen}".strip()
    return f"{words} | {attack.tried:,} | {attack.survived:,} | {seen}"
