"""How long a command takes to an incident with a hundred thousand entries."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from redis import Redis
from structlog.testing import capture_logs

from bot.clock import StoreClock
from bot.embedded import EmbeddedServer
from bot.incident.notes import AddNote
from bot.incident.severity import ChangeSeverity
from bot.incidents import Incidents
from bot.kinds import KINDS
from bot.store import Store
from bot.streams.actor import User
from tests.bench.deployment import TEAM
from tests.bench.statistics import Part, Row, ms
from tests.bulk_incidents import BulkWriter, told
from tests.story import ANA

ENTRIES = 100_000
A_TRIP = 1000
TIMES = 20

MEANING = f"""\
**One long incident.** A command to an incident with {ENTRIES:,} entries in its record (people can
add up to 20,000), from the call until it is stored: the first one of a process, which reads all of
them, and the median of {TIMES} more, beside the same for an incident with ten. A process reads the
long ones when it starts, before people wait."""


def measure() -> Part:
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "data")
        server.start()
        try:
            with Redis.from_url(server.url) as redis, capture_logs():
                return Part(_rows(redis), MEANING)
        finally:
            server.stop()


def _rows(redis: "Redis") -> list[Row]:
    events = told("SEV3", *(AddNote(f"Seen {number}") for number in range(3)))
    short, long = BulkWriter(redis, TEAM).add(2, events, at=Store(redis, TEAM, KINDS).now())
    writer = Store(redis, TEAM, KINDS)
    while (has := writer.streams.length(long)) < ENTRIES:
        more = events[-1:] * min(A_TRIP, ENTRIES - has)
        writer.streams.append(long, more, at=writer.now(), by=ANA, arm=False)
    store = Store(redis, TEAM, KINDS)  # which has read nothing yet
    incidents = Incidents(store, StoreClock(store.now))
    first = _took(incidents, long, 0)
    of_long, of_short = (
        median(_took(incidents, each, number) for number in range(1, TIMES + 1))
        for each in (long, short)
    )
    return [
        Row(
            f"a command to an incident with {ENTRIES:,} entries, median",
            ms(of_long),
            f"{ms(of_short)} with ten; {ms(first)} the first one of a process",
            of_long / of_short,
            "≤ 100 ms",
        )
    ]


def _took(incidents: Incidents, incident_id: str, number: int) -> float:
    command = ChangeSeverity("SEV2" if number % 2 else "SEV1")
    began = perf_counter()
    incidents.handle(incident_id, command, by=User(ANA), intent=f"{incident_id}:{number}")
    return perf_counter() - began
