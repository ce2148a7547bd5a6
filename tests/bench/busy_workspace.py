"""A thousand events a second that concern no incident: the messages of a busy workspace."""

import asyncio
import itertools
from time import perf_counter

from tests.bench import deployment
from tests.bench.deployment import Muster, free_port, local_slack
from tests.bench.signed_requests import Line, event
from tests.bench.statistics import Part, Row, both, p99

A_SECOND, SECONDS = 1000, 60
LINES = 20  # connections

MEANING = f"""\
**A busy workspace.** {A_SECOND:,} signed message events a second for {SECONDS} s, from channels
without an incident, over {LINES} connections that stay open, each sent at its time whether or not
the one before it was answered in time. Measured from that time to the last byte of the
acknowledgement. The client signs each of them on the same two cores. Memory is the bot's, after
the first ten seconds and at the end."""


async def measure() -> Part:
    port = free_port()
    with deployment.folder() as folder, local_slack(port) as slack:
        muster = Muster(slack, port, folder)
        with muster.running():
            bot = muster.family()["bot"]
            await _send(port, 2)  # warm up
            began = await _send(port, 10)
            before = bot.memory_info().rss
            took = await _send(port, SECONDS - 10)
            grown = bot.memory_info().rss - before
    waited = began + took
    return Part(
        [
            Row(
                f"{A_SECOND:,} events a second that concern no incident, p50 / p99",
                both(waited),
                f"{len(waited):,} events; memory {grown / 2**20:+.1f} MiB",
                p99(waited) / 0.1,
                "p99 ≤ 100 ms, memory flat",
            )
        ],
        MEANING,
    )


async def _send(port: int, seconds: int) -> list[float]:
    lines = [await Line(port).open() for _ in range(LINES)]
    numbers, began = itertools.count(), perf_counter()

    async def one(line: Line) -> list[float]:
        took = []
        while (number := next(numbers)) < A_SECOND * seconds:
            at = began + number / A_SECOND
            if (left := at - perf_counter()) > 0:
                await asyncio.sleep(left)
            took.append((await line.send(event(_message(number)), at)).took)
        return took

    found = await asyncio.gather(*map(one, lines))
    for line in lines:
        line.close()
    return [each for some in found for each in some]


def _message(number: int) -> dict[str, object]:
    return {
        "type": "message",
        "channel": f"C0CHAT{number % 50}",
        "channel_type": "channel",
        "user": f"U0P{number % 500}",
        "text": f"Lunch at {number}?",
        "ts": f"1893492000.{number:06}",
    }
