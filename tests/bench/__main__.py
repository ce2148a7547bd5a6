"""`python -m tests.bench [--long]`: run all benchmarks and write docs/performance.md."""

import asyncio
import os
import sys
import time

from tests.bench import (
    ack_latency,
    busy_workspace,
    concurrent_declarations,
    deployment,
    large_history,
    long_incident,
    many_open,
    page,
    report,
    startup_and_memory,
    store,
    time_to_ready,
    timer_storm,
    timers,
    under_attack,
)
from tests.bench.deployment import Muster, free_port, local_slack
from tests.bench.statistics import Part
from tests.platform.processes import ROOT

_began = time.monotonic()


def _tell(what: str) -> None:
    print(f"{time.monotonic() - _began:5.0f} s  {what}", flush=True)


async def run(*, long: bool) -> None:
    load = os.getloadavg()[0]
    _tell("the store alone")
    alone = store.measure()
    _tell("start-up")
    started = await asyncio.to_thread(startup_and_memory.starts)
    port = free_port()
    with deployment.folder() as folder, local_slack(port) as slack:
        muster = Muster(slack, port, folder)
        with muster.running():
            parts = await _with(muster, started, long=long)
    _tell("thousands due at once")
    parts.append(await timer_storm.measure())
    if long:
        _tell("years later")
    parts.append(await large_history.measure() if long else large_history.skipped())
    if long:
        _tell("ten thousand open ones")
        parts.append(await many_open.measure())
        _tell("a busy workspace")
        parts.append(await busy_workspace.measure())
    _tell("under attack")
    parts.append(await under_attack.measure())
    _tell("one long incident")
    parts.append(await asyncio.to_thread(long_incident.measure))
    _tell("the page in a browser")
    parts.append(await asyncio.to_thread(page.measured))
    where = report.write([*parts, alone], load=load)
    _tell(f"written: {where.relative_to(ROOT)}")


async def _with(muster: Muster, started: tuple[list[float], float], *, long: bool) -> list[Part]:
    fresh = startup_and_memory.memory(muster)
    _tell("from the acknowledgement to everything there")
    there = await time_to_ready.measure(muster)
    _tell("fifty at once")
    many = await concurrent_declarations.bursts(muster)
    free = await concurrent_declarations.without_limits(
        many, await concurrent_declarations.trivial(muster)
    )
    _tell("acknowledgements")
    acks = await ack_latency.measure(muster, many.acks)
    if long:
        _tell("fifty at once under Slack's tiers")
    limited = (
        await concurrent_declarations.under_tiers(muster)
        if long
        else concurrent_declarations.skipped()
    )
    _tell("timers")
    late = await timers.measure(muster)
    incidents = len(muster.store.streams.all_ids("INC"))
    heavy = startup_and_memory.rows(fresh, startup_and_memory.memory(muster), started, incidents)
    violations = muster.slack.violations()
    if violations:
        raise RuntimeError(f"Slack would have refused: {violations[:3]}")
    free.rows.extend(limited)
    return [acks, there, free, late, heavy]


if __name__ == "__main__":
    asyncio.run(run(long="--long" in sys.argv[1:]))
