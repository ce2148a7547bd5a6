"""Fifty declarations at once: without limits, and under Slack's tiers."""

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psutil

from tests.bench.deployment import LATENCY, Muster
from tests.bench.signed_requests import Answered, Lines, declaration
from tests.bench.slack_observations import READY, WHOLE, Cost, complete, cost, last_call
from tests.bench.statistics import Part, Row, ms, p50

BURST, BURSTS = 50, 4
LONGEST = 170.0  # seconds under limits
SOON = 2.0  # seconds
USABLE = ("in", "card", "topic")

MEANING = f"""\
**{BURST} at once, no limits.** Measured from the first byte of the first request until the last
of {BURST} incidents is ready, as seen by the local Slack, with {LATENCY * 1000:.0f} ms per call.
We run it {BURSTS} times and show the median and the slowest. The local Slack is a Python process
on the same cores. The rows below it show what its cheapest call costs and how much CPU time each
process used during the bursts: if the sum is close to the available cores, the machine is the
limit, not a wait.

**{BURST} at once, Slack's tiers.** The same burst, with the local Slack answering 429 according
to Slack's published tiers (`conversations.create`: 20 a minute; one message a second per channel,
so announcements can't be quick). We show how many incidents had their channel, declarer, card and
topic within {SOON:.0f} s of the first byte, how many were complete (announced and pinned, too)
after at most {LONGEST:.0f} s, and the share of calls answered with 429. Only with `--long`."""


@dataclass
class Bursts:
    acks: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    burnt: list[dict[str, float]] = field(default_factory=list)
    calls: int = 0


async def bursts(muster: Muster) -> Bursts:
    """Declare fifty at once, several times, with latency and without limits."""
    slow, found = muster.slack.fails(latency=LATENCY * 1000), Bursts()
    try:
        for number in range(BURSTS + 1):
            began, answers, calls, burnt = await _burst(muster)
            if number == 0:
                continue  # warm up connections, threads and caches
            there = complete(calls)
            times = [there[_id(each)].when(*READY) for each in answers]
            last = [each for each in times if each is not None]
            assert len(last) == BURST, "not all are ready, though nothing is left to do"
            found.acks += [each.took for each in answers]
            found.ready.append(max(last) - began)
            found.burnt.append(burnt)
            found.calls = len(calls)
    finally:
        slow.stops()
    return found


async def _burst(
    muster: Muster,
) -> tuple[float, list[Answered], list[dict[str, Any]], dict[str, float]]:
    before = await asyncio.to_thread(last_call, muster.slack)
    family = {**muster.family(), "local Slack": _listener(muster.slack.url)}
    used = {name: _cpu(each) for name, each in family.items()}
    async with Lines(muster.port, BURST) as lines:
        requests = [declaration() for _ in range(BURST)]
        began = time.time()
        answers = await lines.at_once(requests)
    await asyncio.to_thread(muster.settle)
    burnt = {name: _cpu(each) - used[name] for name, each in family.items()}
    calls = await asyncio.to_thread(muster.slack.calls, since=before)
    return began, answers, calls, burnt


async def without_limits(found: Bursts, trivial: Cost) -> Part:
    bot, slack = (p50([each[name] for each in found.burnt]) for name in ("bot", "local Slack"))
    calls = found.calls / BURST
    return Part(
        [
            Row(
                f"{BURST} at once, no limits: all ready, median",
                ms(p50(found.ready)),
                f"{ms(2 * LATENCY)} floor; slowest {ms(max(found.ready))}",
                p50(found.ready) / (2 * LATENCY),
                "≤ 1.0 s",
            ),
            Row("… CPU time of the bot", ms(bot), f"{ms(slack)} of the local Slack"),
            Row(
                "… cheapest call to the local Slack alone, p50",
                ms(p50(trivial.alone)),
                f"at most {trivial.a_second:.0f} a second; {found.calls} calls made",
            ),
            Row("… Slack calls per declaration", f"{calls:.1f}"),
        ],
        MEANING,
    )


async def under_tiers(muster: Muster) -> list[Row]:
    before = await asyncio.to_thread(last_call, muster.slack)
    slow = muster.slack.fails(latency=LATENCY * 1000)
    muster.slack.limits(on=True)
    try:
        async with Lines(muster.port, BURST) as lines:
            requests = [declaration() for _ in range(BURST)]
            began = time.time()
            answers = await lines.at_once(requests)
        try:
            await asyncio.to_thread(muster.settle, LONGEST)
        except RuntimeError:
            pass  # the number of complete ones is reported below
        calls = await asyncio.to_thread(muster.slack.calls, since=before)
    finally:
        slow.stops()
        muster.slack.limits(on=False)
    await asyncio.to_thread(muster.settle, 120)
    there = complete(calls)
    seen = [there[_id(each)] for each in answers if _id(each) in there]
    usable = [at - began for each in seen if (at := each.when(*USABLE))]
    whole = [at - began for each in seen if (at := each.when(*WHOLE))]
    soon = sum(each <= SOON for each in usable)
    refused = Counter(call["method"] for call in calls if call["result"] == "429")
    slower = ", ".join(f"{name} {count}" for name, count in refused.most_common(4)) or "none"
    last = f"the last after {ms(max(whole))}" if whole else "none"
    share = sum(refused.values()) / len(calls)
    return [
        Row(
            f"{BURST} at once, Slack's tiers: in, card, topic within {SOON:.0f} s",
            f"{soon} of {BURST}",
            "limit: 20 a minute",
            soon / 20,
            "the first 20",
        ),
        Row("… complete in the end", f"{len(whole)} of {BURST}", last, len(whole) / BURST, "all"),
        Row(
            "… 429 answers per call",
            f"{share:.3f} ({sum(refused.values())} of {len(calls)})",
            slower,
            None,
            "≤ 0.1",
        ),
    ]


def skipped() -> list[Row]:
    return [Row(f"{BURST} at once, Slack's tiers", "not measured", "run with `--long`")]


async def trivial(muster: Muster) -> Cost:
    return await cost(muster.slack)


def _id(answered: Answered) -> str:
    found = re.search(r"INC-\d+", answered.text)
    assert found, answered
    return found[0]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _listener(url: str) -> psutil.Process:
    """The process of the local Slack at this URL."""
    port = url.rpartition(":")[2]
    for child in psutil.Process().children():
        command = child.cmdline()
        if "sandbox" in command and port in command:
            return child
    raise RuntimeError("the local Slack is not a child of this process")
