"""The effect of a hundred thousand closed incidents on responses, start-up and disk."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from bot.embedded import EmbeddedServer as Server
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.notes import AddNote
from bot.incident.roles import AssignRole
from bot.incident.updates import PostUpdate
from tests.bench import deployment
from tests.bench.deployment import TEAM, Muster, free_port, local_slack
from tests.bench.signed_requests import Lines, declaration, typed
from tests.bench.statistics import Part, Row, ms, p50
from tests.bulk_incidents import BulkWriter, told

CLOSED = 100_000
TIMES, WARM = 30, 5
VERBS = ("help", "", "timeline", "role ic", "update Rolled back", "note Seen", "severity sev3")

MEANING = f"""\
**Years later.** Everything that a person or a start waits for, in a new store and again, in the
same run, with {CLOSED:,} closed incidents in it. The store's own functions write them: declared,
a role, a note, an update, resolved, closed, and every message posted about them. Each command is
typed {TIMES} times over HTTP and measured to the last byte of the acknowledgement, each after all
work from the previous one was finished. The lists are measured from exec of the command to its
end. A bot's start is that of a second bot on the running store, until it says that it's ready.
`--json` is complete, so its time grows with the number of incidents; it reads the row that the
store keeps of each, not what happened to it. Loading is the start of the
embedded server with all of it on disk."""


async def measure() -> Part:
    port = free_port()
    with deployment.folder() as folder, local_slack(port) as slack:
        muster = Muster(slack, port, folder)
        with muster.running():
            new = await _waits(muster)
            bare = _memory(muster)
            await asyncio.to_thread(_fill, muster)
            old = await _waits(muster)
            grown = _memory(muster) - bare
            rows = muster.redis.memory_usage(f"{muster.store.prefix}rows:INC", samples=0)
            assert isinstance(rows, int)
            complete = await asyncio.to_thread(muster.operator, "incidents", "--json")
        on_disk = sum(each.stat().st_size for each in (folder / "data").rglob("*.aof"))
        loading = _loading(folder / "data")
    return Part([*_rows(new, old), *_store(complete, loading, grown, on_disk, rows)], MEANING)


def skipped() -> Part:
    return Part(
        [Row(f"with {CLOSED:,} closed incidents", "not measured", "run with `--long`")], ""
    )


def _fill(muster: Muster) -> None:
    bulk = BulkWriter(muster.redis, TEAM)
    story = told(
        "SEV2",
        AssignRole("ic", "U0ANA"),
        AddNote("The error rate rises since the deploy of 14:02."),
        PostUpdate("We rolled back and are watching."),
        ChangeStage(Stage.RESOLVED, "Rolled back."),
        ChangeStage(Stage.CLOSED),
    )
    bulk.add(CLOSED, story, at=bulk.now())


async def _waits(muster: Muster) -> dict[str, float]:
    """Seconds that each action takes."""
    found = {"declare": await took_to_type(muster, None, "")}
    for verb in VERBS:
        channel = await channel_of_new(muster)
        found[verb.split()[0] if verb else "(the panel)"] = await took_to_type(
            muster, verb, channel
        )
    lists = [await asyncio.to_thread(muster.operator, "incidents", "--open") for _ in range(3)]
    found["`muster incidents --open`"] = p50(lists)
    lists = [await asyncio.to_thread(muster.operator, "incidents") for _ in range(3)]
    found["`muster incidents`"] = p50(lists)
    starts = [await asyncio.to_thread(_start, muster) for _ in range(3)]
    found["a bot's start"] = p50(starts)
    return found


def _start(muster: Muster) -> float:
    with muster.second("bot") as took:
        return took


async def took_to_type(muster: Muster, verb: str | None, channel: str) -> float:
    """The median time of a command, of a declaration if it is None, in seconds."""
    took = []
    async with Lines(muster.port, 1) as lines:
        for _ in range(WARM + TIMES):
            asked = declaration() if verb is None else typed(verb, channel)
            took.append((await lines.one(asked)).took)
            await asyncio.to_thread(muster.settle)
    return p50(took[WARM:])


async def channel_of_new(muster: Muster) -> str:
    """The channel of a new incident, once it is complete."""
    async with Lines(muster.port, 1) as lines:
        said = await lines.one(declaration())
    await asyncio.to_thread(muster.settle)
    found = re.search(r"INC-\d+", said.text)
    assert found, said
    channel = muster.store.streams.state(found[0]).channel
    assert isinstance(channel, str)
    return channel


def _rows(new: dict[str, float], old: dict[str, float]) -> Iterator[Row]:
    for what, took in old.items():
        yield Row(
            f"with {CLOSED:,} closed incidents: {what}, p50",
            ms(took),
            f"{ms(new[what])} in a new store",
            took / new[what],
            "≤ 1.5 × a new store",
        )


def _store(complete: float, loading: float, grown: int, on_disk: int, rows: int) -> Iterator[Row]:
    yield Row(
        "… all as JSON: `muster incidents --json`",
        ms(complete),
        f"{CLOSED / complete:,.0f} a second",
        None,
        "≤ 3 s",
    )
    yield Row("… bytes per row that lists read", f"{rows / CLOSED:,.0f} B in memory")
    yield Row("… loading the store", ms(loading), f"{on_disk / 2**20:.0f} MiB on disk")
    yield Row(
        "… bytes per closed incident",
        f"{grown / CLOSED:,.0f} B in memory",
        f"{on_disk / CLOSED:,.0f} B on disk; the store has {grown / 2**20:.0f} MiB more",
    )


def _memory(muster: Muster) -> int:
    used = muster.redis.info("memory")["used_memory"]
    assert isinstance(used, int)
    return used


def _loading(data: Path) -> float:
    server = Server(data)
    began = monotonic()
    server.start()
    took = monotonic() - began
    server.stop()
    return took
