"""`python -m tests.faults [--sample] [FILE …]`: run the attacks and write docs/reliability.md."""

import os
import sys

import pytest

from tests.faults import reliability_report
from tests.faults.reliability_report import Attack
from tests.platform.processes import ROOT

ATTACKS = (
    *("tests/faults", "tests/patterns", "tests/incident/test_any_story.py"),
    "tests/platform/test_turns.py",
)


class Ledger:
    """A pytest plugin that records the trials of each attack and their outcome."""

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


def main(*arguments: str) -> int:
    thorough = "--sample" not in arguments
    os.environ["THOROUGH"] = str(int(thorough))
    os.chdir(ROOT)
    ledger = Ledger()
    chosen = [each for each in arguments if each != "--sample"] or [*ATTACKS]
    status = pytest.main(["-q", "-n", "2", *chosen], plugins=[ledger])
    if status == pytest.ExitCode.INTERRUPTED:
        print("cut off: nothing is written, or the page would tell of half a file as of all of it")
        return int(status)
    where = reliability_report.write(ledger.attacks, thorough=thorough)
    print(f"written: {where.relative_to(ROOT)}")
    return int(status)


def _why(report: pytest.TestReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "skipped"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
