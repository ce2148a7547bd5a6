"""`python -m tests.faults`: every attack with all its cases; writes docs/reliability.md."""

import ast
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench.machine import machine
from tests.platform.processes import ROOT

WHERE = ROOT / "docs" / "reliability.md"
ATTACKS = ("tests/faults", "tests/incident/test_any_story.py", "tests/platform/test_turns.py")

HEAD = """\
# Reliability

Written by `make prove`; don't edit it by hand.

What was done to Muster, how often, and what became of it. Each attack is a test that can fail:
real processes, a real store, real HTTP and WebSocket; only Slack is the local one of this
repository, which breaks on request. *Survived* means: nothing lost, nothing twice, everything
right in the end, and the person told.

{about}

**{survived} of {tried} trials survived**, in {minutes:.0f} minutes.
"""

TAIL = """
## How to run it again

`make prove` tries every case (an hour, two cores) and writes this page; `make test` tries a
sample of those that take long. A single attack, with all its cases:

    THOROUGH=1 .venv/bin/pytest tests/faults/test_crash.py

The same for minutes of your choice, with a seed of your choice, is
`.venv/bin/python -m tests.faults.soak --seconds 600 --seed 1`.
"""


@dataclass
class Attack:
    """One test, with all its parameters."""

    survived: int = 0
    tried: int = 0
    failed: int = 0
    skipped: str = ""
    remarks: list[str] = field(default_factory=list)


class Ledger:
    """A pytest plugin: what each attack tried and what became of it."""

    def __init__(self) -> None:
        self.attacks: dict[str, dict[str, Attack]] = {}
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file, _, test = report.nodeid.partition("::")
        attack = self.attacks.setdefault(file, {}).setdefault(test.partition("[")[0], Attack())
        if report.failed:
            self._failed.add(report.nodeid)
            print(f"\nfailed: {report.nodeid}\n{report.longreprtext}", flush=True)
        if report.skipped:
            attack.skipped = str(getattr(report, "wasxfail", "")) or _why(report)
        if report.when != "teardown" or attack.skipped:
            return
        told = dict(report.user_properties)
        trials = int(str(told.get("trials") or 1))
        attack.tried += trials
        if report.nodeid in self._failed:
            attack.failed += 1
        else:
            attack.survived += trials
        if remark := told.get("remark"):
            attack.remarks.append(str(remark))


def main() -> int:
    os.environ["THOROUGH"] = "1"
    os.chdir(ROOT)
    ledger, began = Ledger(), time.monotonic()
    status = pytest.main(["-q", "-n", "2", *ATTACKS, *sys.argv[1:]], plugins=[ledger])
    WHERE.write_text(_page(ledger, time.monotonic() - began), encoding="utf-8")
    print(f"written: {WHERE.relative_to(ROOT)}")
    return int(status)


def _page(ledger: Ledger, seconds: float) -> str:
    everything = [attack for file in ledger.attacks.values() for attack in file.values()]
    head = HEAD.format(
        about=f"Tried on {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
        survived=f"{sum(each.survived for each in everything):,}",
        tried=f"{sum(each.tried for each in everything):,}",
        minutes=seconds / 60,
    )
    sections = [_section(ROOT / file, tests) for file, tests in sorted(ledger.attacks.items())]
    return head + "".join(sections) + TAIL


def _section(file: Path, tests: dict[str, Attack]) -> str:
    said = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n\n")
    title = " ".join(said[0].split()).rstrip(".")
    more = "".join(f"{' '.join(each.split())}\n\n" for each in said[1:])
    rows = "".join(f"| {_row(name, attack)} |\n" for name, attack in tests.items())
    return (
        f"\n## {title}\n\n{more}"
        f"| attack | trials | survived | seen |\n|---|---:|---:|---|\n{rows}"
        f"\n`{file.relative_to(ROOT)}`\n"
    )


def _row(name: str, attack: Attack) -> str:
    words = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    if attack.skipped:
        return f"{words} | – | – | not tried: {attack.skipped}"
    seen = "; ".join(attack.remarks)
    if attack.failed:
        seen = f"**failed {attack.failed} times** {seen}".strip()
    return f"{words} | {attack.tried:,} | {attack.survived:,} | {seen}"


def _why(report: pytest.TestReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "skipped"


if __name__ == "__main__":
    sys.exit(main())
