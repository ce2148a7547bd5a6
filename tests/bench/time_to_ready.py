"""The time from the acknowledgement until the declarer is in the channel, and until it is
complete."""

import asyncio
import re
from collections import Counter
from typing import Any

from tests.bench import peers
from tests.bench.deployment import LATENCY, Muster
from tests.bench.signed_requests import Lines, declaration
from tests.bench.slack_observations import READY, WHOLE, complete, last_call
from tests.bench.statistics import Part, Row, both, ms, p50

TIMES, WARM = 20, 2

MEANING = f"""\
**Ready.** Measured from the last byte of the acknowledgement to the end of the Slack call in
question, with {LATENCY * 1000:.0f} ms injected into every Slack call (before it takes effect),
for {TIMES} declarations, one after another. *Ready* means that the card is posted, the topic is
set and the announcement is posted. *Complete* means that the declarer is in and the card is
pinned, too. The floor is the time that can't be saved because one call needs the answer of
another: create the channel, then everything in it (2 calls in a row), then pin the card (3). For
the peers, we replay the number of calls they make in a row through slack_sdk, against the same
local Slack with the same latency. incidentbot invites the declarer last; where the others do is
our guess. That isn't their code, and their own work between the calls is left out, which flatters
them.

**Calls.** Every call that the local Slack saw for one declaration until nothing was left to do. A
SEV2 pages no one; a SEV1 pages the person on call."""


async def declared(muster: Muster, severity: str) -> tuple[dict[str, float], list[str]]:
    """Seconds from the acknowledgement to each part; and the calls made."""
    before = await asyncio.to_thread(last_call, muster.slack)
    async with Lines(muster.port, 1) as lines:
        answered = await lines.one(declaration(severity))
    await asyncio.to_thread(muster.settle)
    calls: list[dict[str, Any]] = await asyncio.to_thread(muster.slack.calls, since=before)
    found = re.search(r"INC-\d+", answered.text)
    assert found, answered
    there = complete(calls)[found[0]]
    took = {thing: at - answered.at for thing, at in there.at.items()}
    took["ready"] = max(took[each] for each in READY)
    took["whole"] = max(took[each] for each in WHOLE)
    return took, [call["method"] for call in calls]


async def measure(muster: Muster) -> Part:
    slow = muster.slack.fails(latency=LATENCY * 1000)
    try:
        seen = [await declared(muster, "sev2") for _ in range(WARM + TIMES)][WARM:]
        _, paging = await declared(muster, "sev1")
        beside = await asyncio.to_thread(peers.replay, muster.slack)
    finally:
        slow.stops()
    rows = []
    for thing, what, floor, aim in (
        ("in", "declarer is in the channel", 2 * LATENCY, "≤ 1.25 × floor"),
        ("ready", "ready: card, topic, announcement", 2 * LATENCY, "≤ 1.4 × floor"),
        ("whole", "complete: pinned, too", 3 * LATENCY, ""),
    ):
        took = [each[thing] for each, _ in seen]
        rows.append(
            Row(f"{what}, p50 / p99", both(took), f"{ms(floor)} floor", p50(took) / floor, aim)
        )
    ours = {"in": p50([took["in"] for took, _ in seen])}
    ours["ready"] = p50([took["ready"] for took, _ in seen])
    for peer, marks in beside.items():
        for thing, what in (("in", "declarer is in"), ("ready", "ready")):
            took = marks[thing]
            rows.append(
                Row(
                    f"… {peer}'s calls in a row: {what}, p50",
                    ms(p50(took)),
                    f"{ms(ours[thing])} ours",
                    p50(took) / ours[thing],
                )
            )
    methods = seen[-1][1]
    rows.append(Row("Slack calls per declaration, SEV2", str(len(methods)), _listed(methods)))
    rows.append(Row("… SEV1, with a page", str(len(paging)), _listed(paging)))
    return Part(rows, MEANING)


def _listed(methods: list[str]) -> str:
    """
    >>> _listed(["a.b", "c.d", "a.b"])
    'a.b × 2, c.d'
    """
    counts = Counter(methods).items()
    return ", ".join(f"{each} × {count}" if count > 1 else each for each, count in counts)
