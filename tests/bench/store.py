"""The store alone: the time of an append and a replay, and the size of an event."""

from pathlib import Path
from time import perf_counter

from redis import Redis

from bot import policy as policies
from bot.embedded import EmbeddedServer as Server
from bot.incident.events import Declared, Noted
from bot.incident.evolve import replay
from bot.store import Creation, Store
from bot.wiring.connection import open_store
from tests.bench.deployment import folder
from tests.bench.statistics import Part, Row, both, ms, p50
from tests.platform.processes import ROOT

EVENTS, REPLAYS = 1000, 20

MEANING = f"""\
**Store.** The embedded server alone, over its Unix socket, with nothing else running. An append
is one event (a note of 60 characters) with its version check and its wake-up, fsynced. Compared
with a `PING` by the same client, which is the round trip alone. A replay reads an incident of
{EVENTS:,} events and builds its state. Bytes per event are what `MEMORY USAGE` reports for the
stream, and what the append-only file grew by."""


def measure() -> Part:
    with folder() as where:
        server = Server(where)
        server.start()
        try:
            return _measured(open_store(Redis.from_url(server.url), "T0BENCH"), where)
        finally:
            server.stop()


def _measured(store: Store, where: Path) -> Part:
    loaded = policies.load(ROOT / "playbooks").policy
    severity = loaded.default_severity().id
    declared = Declared("Measured", severity, loaded, "", "default", False)
    written = store.streams.create(Creation("INC", declared, store.now(), "U0ANA", "bench"))
    incident_id = written.stream_id
    took, now, before = [], store.now(), _on_disk(where)
    for number in range(EVENTS - 1):
        note = Noted(f"{number:05} error rate is back at 0.1 % on all hosts for ten minutes"[:60])
        began = perf_counter()
        store.streams.append(incident_id, [note], at=now, by="U0ANA", after=number + 1)
        took.append(perf_counter() - began)
    grew = (_on_disk(where) - before) / (EVENTS - 1)
    pings = [_timed(store.redis.ping) for _ in range(EVENTS)]
    replays = [
        _timed(lambda: replay(incident_id, store.streams.read(incident_id)))
        for _ in range(REPLAYS)
    ]
    used = store.redis.memory_usage(f"{store.prefix}events:{incident_id}", samples=0)
    assert isinstance(used, int)
    return Part(
        [
            Row(
                "store: append of one event, fsynced, p50 / p99",
                both(took),
                f"{ms(p50(pings))} PING, p50",
                p50(took) / p50(pings),
            ),
            Row(f"store: replay of {EVENTS:,} events, p50", ms(p50(replays))),
            Row(
                "store: bytes per event",
                f"{used / EVENTS:.0f} B in memory",
                f"{grew:.0f} B on disk",
            ),
        ],
        MEANING,
    )


def _timed(work: object) -> float:
    assert callable(work)
    began = perf_counter()
    work()
    return perf_counter() - began


def _on_disk(where: Path) -> int:
    files = (where / "store").rglob("*.aof")
    return sum(each.stat().st_size for each in files)
