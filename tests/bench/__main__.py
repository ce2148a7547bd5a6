"""`python -m tests.bench [--long]`: measure everything, write docs/performance.md."""

import asyncio
import os
import sys
import time

from tests.bench import (
    acknowledging,
    crowd,
    page,
    ready,
    report,
    stage,
    store,
    storm,
    timers,
    weight,
    years,
)
from tests.bench.numbers import Part
from tests.bench.stage import Muster, free_port, local_slack
from tests.platform.processes import ROOT

_began = time.monotonic()


def _tell(what: str) -> None:
    print(f"{time.monotonic() - _began:5.0f} s  {what}", flush=True)


async def run(*, long: bool) -> None:
    load = os.getloadavg()[0]
    _tell("the store alone")
    alone = store.measure()
    _tell("start-up")
    started = await asyncio.to_thread(weight.starts)
    port = free_port()
    with stage.folder() as folder, local_slack(port) as slack:
        muster = Muster(slack, port, folder)
        with muster.running():
            parts = await _with(muster, started, long=long)
    _tell("thousands due at once")
    parts.append(await storm.measure())
    if long:
        _tell("years later")
    parts.append(await years.measure() if long else years.skipped())
    _tell("the page in a browser")
    parts.append(await asyncio.to_thread(page.measured))
    where = report.write([*parts, alone], load=load)
    _tell(f"written: {where.relative_to(ROOT)}")


async def _with(muster: Muster, started: tuple[list[float], float], *, long: bool) -> list[Part]:
    fresh = weight.memory(muster)
    _tell("from the acknowledgement to everything there")
    there = await ready.measure(muster)
    _tell("fifty at once")
    many = await crowd.bursts(muster)
    free = await crowd.without_limits(many, await crowd.trivial(muster))
    _tell("acknowledgements")
    acks = await acknowledging.measure(muster, many.acks)
    if long:
        _tell("fifty at once under Slack's tiers")
    limited = await crowd.under_tiers(muster) if long else crowd.skipped()
    _tell("timers")
    late = await timers.measure(muster)
    incidents = len(muster.store.all_ids("INC"))
    heavy = weight.rows(fresh, weight.memory(muster), started, incidents)
    violations = muster.slack.violations()
    if violations:
        raise RuntimeError(f"Slack would have refused: {violations[:3]}")
    free.rows.extend(limited)
    return [acks, there, free, late, heavy]


if __name__ == "__main__":
    asyncio.run(run(long="--long" in sys.argv[1:]))
