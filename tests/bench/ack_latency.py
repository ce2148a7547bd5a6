"""The time to acknowledge a declaration: ours, which is durable, compared with a bare Bolt
app's."""

import asyncio
from time import perf_counter

from sandbox.driver import Slack
from tests.bench.deployment import Muster, accepts, folder, free_port, local_slack, process, until
from tests.bench.signed_requests import Lines, declaration
from tests.bench.statistics import Part, Row, both, p50, p99
from tests.platform.processes import ROOT

ALONE, WARM = 200, 10
BURST, BURSTS = 50, 4

MEANING = f"""\
**Acknowledgement.** Measured from the first byte of a signed HTTP request to the last byte of the
answer, over a connection that stays open, against the real bot process. It includes the signature
check, Bolt, the decision, the incident stored and fsynced (`appendfsync always`), and the answer
to the declarer. *One by one*: {ALONE} requests, each sent after all work from the previous one
was finished. *At once*: {BURST} requests sent together, {BURSTS} times, each measured from the
first byte of the first one. 80 ms of latency are injected per Slack call, and meanwhile the bot
executes the declarations it has already acknowledged. Compared with Bolt's `AsyncApp` in its
default settings, behind the same aiohttp server, with a listener that only acknowledges. The
client shares the cores with the bot; its time is included.

**Socket Mode.** The local Slack delivers the payload, so its own work at both ends of the
WebSocket is included. Compared with the same round trip over HTTP, also delivered by the local
Slack."""


async def bare(slack: Slack) -> tuple[list[float], list[float]]:
    """Seconds, one at a time and concurrently."""
    port = free_port()
    arguments = (str(port), f"{slack.url}/api/")
    with process("tests.bench.bare_bolt", *arguments, cwd=ROOT, env={}):
        until(lambda: accepts(port), 10, "the bare app listens")
        async with Lines(port, BURST) as lines:
            alone = [(await lines.one(declaration())).took for _ in range(WARM + ALONE)]
            crowd = [
                each.took
                for _ in range(BURSTS)
                for each in await lines.at_once([declaration() for _ in range(BURST)])
            ]
    return alone[WARM:], crowd


async def ours(muster: Muster) -> list[float]:
    """Seconds, one at a time."""
    took = []
    async with Lines(muster.port, 1) as lines:
        for _ in range(WARM + ALONE):
            took.append((await lines.one(declaration())).took)
            await asyncio.to_thread(muster.settle)
    return took[WARM:]


def delivered(muster: Muster, count: int = 60) -> list[float]:
    """Seconds from typing the command to seeing the answer, through the local Slack."""
    ana, took = muster.slack.person("ana"), []
    for number in range(count):
        began = perf_counter()
        said = ana.types(f"/incident declare sev2 Delivered {number}")
        took.append(perf_counter() - began)
        if said is None or said.problem:
            raise RuntimeError(f"not acknowledged: {said}")
        muster.settle()
    return took[WARM:]


def by_socket() -> list[float]:
    with folder() as where, local_slack(None) as slack:
        muster = Muster(slack, free_port(), where, socket_mode=True)
        with muster.running():
            slack.connected()
            return delivered(muster)


async def measure(muster: Muster, crowd: list[float]) -> Part:
    """Run the benchmark. `crowd`: the acknowledgements of the bursts, measured elsewhere."""
    base, base_crowd = await bare(muster.slack)
    alone = await ours(muster)
    http = await asyncio.to_thread(delivered, muster)
    socket = await asyncio.to_thread(by_socket)
    return Part(
        [
            Row(
                "acknowledgement, one by one, p50 / p99",
                both(alone),
                f"{both(base)} bare Bolt",
                p50(alone) / p50(base),
                "p50 ≤ 1.3 × bare Bolt",
            ),
            Row(
                f"acknowledgement, {BURST} at once, p50 / p99",
                both(crowd),
                f"{both(base_crowd)} bare Bolt",
                p99(crowd) / p99(base_crowd),
                "p99 ≤ 100 ms",
            ),
            Row(
                "Socket Mode: from keyboard to answer, p50 / p99",
                both(socket),
                f"{both(http)} over HTTP",
                p50(socket) / p50(http),
            ),
        ],
        MEANING,
    )
