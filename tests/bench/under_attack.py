"""How long somebody else waits while the bot is attacked."""

import asyncio

from tests.bench import deployment
from tests.bench.attacker import told
from tests.bench.deployment import Muster, free_port, local_slack
from tests.bench.large_history import channel_of_new
from tests.bench.signed_requests import Lines, typed
from tests.bench.statistics import Part, Row, both, p99
from tests.platform.processes import ROOT

TIMES = 100
PAUSE = 0.05  # seconds between two of them
AIM = 0.25  # seconds

MEANING = f"""\
**Under attack.** One person writes {TIMES} notes to their incident, {PAUSE * 1000:.0f} ms apart,
over a connection that stays open, while another process does its worst: what was found to stop
Muster for seconds before it had limits. Measured to the last byte of the acknowledgement, on the
same two cores as the attack. The limits per person are those shipped. The figure beside is the
same without an attack."""


async def measure() -> Part:
    port = free_port()
    with deployment.folder() as folder, local_slack(port) as slack:
        muster = Muster(slack, port, folder, with_limits=True)
        with muster.running():
            channel = await channel_of_new(muster)
            quiet = await _waits(muster, channel)
            rows = []
            for name, what in told():
                attacker = deployment.process(
                    "tests.bench.attacker", name, str(port), cwd=ROOT, env={}
                )
                with attacker:
                    await asyncio.sleep(1)
                    waited = await _waits(muster, channel)
                rows.append(
                    Row(
                        f"under attack: {what}; p50 / p99",
                        both(waited),
                        both(quiet),
                        p99(waited) / p99(quiet),
                        f"p99 ≤ {AIM * 1000:.0f} ms",
                    )
                )
                await asyncio.to_thread(muster.settle)
    return Part(rows, MEANING)


async def _waits(muster: Muster, channel: str) -> list[float]:
    """Seconds until each note was acknowledged."""
    took = []
    async with Lines(muster.port, 1) as lines:
        for number in range(TIMES):
            took.append((await lines.one(typed(f"note Seen {number}", channel))).took)
            await asyncio.sleep(PAUSE)
    return took
