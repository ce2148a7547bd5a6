"""The effect of ten thousand open incidents on everything that a person waits for."""

import asyncio

from bot.incident.notes import AddNote
from bot.incident.roles import AssignRole
from tests.bench import deployment
from tests.bench.deployment import TEAM, Muster, free_port, local_slack
from tests.bench.large_history import channel_of_new, took_to_type
from tests.bench.signed_requests import Lines, event
from tests.bench.statistics import Part, Row, ms, p50
from tests.bulk_incidents import BulkWriter, told

OPEN = 10_000
TIMES, WARM = 30, 5
VERBS = (
    *("timeline", "role ic", "update Rolled back", "note Seen", "severity sev3", "task Look"),
    *("list", "list open", "who", "ack"),
)

MEANING = f"""\
**Ten thousand open incidents.** What a person waits for in a new store and again, in the same run,
with {OPEN:,} open incidents in it, which have a commander and two notes, nothing due, and nothing
left to post. Each command is typed {TIMES} times over HTTP and measured to the last byte of the
acknowledgement, each after all work from the previous one was finished; the Home tab is measured
from the event that it was opened to the acknowledgement, when its content is computed."""


async def measure() -> Part:
    port = free_port()
    with deployment.folder() as folder, local_slack(port) as slack:
        muster = Muster(slack, port, folder)
        with muster.running():
            new = await _waits(muster)
            await asyncio.to_thread(_fill, muster)
            full = await _waits(muster)
    return Part(
        [
            Row(
                f"with {OPEN:,} open incidents: {what}, p50",
                ms(took),
                f"{ms(new[what])} in a new store",
                took / new[what],
                "≤ 1.5 × a new store",
            )
            for what, took in full.items()
        ],
        MEANING,
    )


def _fill(muster: Muster) -> None:
    bulk = BulkWriter(muster.redis, TEAM)
    notes = (AddNote("The error rate rises."), AddNote("Since the deploy of 14:02."))
    bulk.add(OPEN, told("SEV3", AssignRole("ic", "U0BOB"), *notes), at=bulk.now())


async def _waits(muster: Muster) -> dict[str, float]:
    """Seconds that each takes."""
    found = {"declare": await took_to_type(muster, None, "")}
    for verb in VERBS:
        found[verb] = await took_to_type(muster, verb, await channel_of_new(muster))
    found["Home"] = await _home(muster)
    return found


async def _home(muster: Muster) -> float:
    took = []
    async with Lines(muster.port, 1) as lines:
        for _ in range(WARM + TIMES):
            opened = {
                "type": "app_home_opened",
                "user": "U0ANA",
                "tab": "home",
                "channel": "D0ANA",
            }
            took.append((await lines.one(event(opened))).took)
            await asyncio.to_thread(muster.settle)
    return p50(took[WARM:])
