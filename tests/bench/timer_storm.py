"""Thousands of timers due in one second: when the last one fires, and when the last page is
sent."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.incident.events import Escalated, Event, Recorded, Reminded
from bot.incident.evolve import replay
from bot.incident.incident import Incident
from bot.incident.timers import next_due
from bot.store import Store
from tests.bench import deployment
from tests.bench.deployment import TEAM, Muster, free_port, local_slack
from tests.bench.statistics import Part, Row, ms
from tests.bulk_incidents import BulkWriter, mute, shipped_policy, told
from tests.story import ANA

NAGS, PAGES = 4_900, 100
SLICES = 49  # of the second, with an equal number of reminders due
LEAD = timedelta(seconds=20)  # time to write them
LONGEST = 120.0  # seconds

MEANING = f"""\
**A storm.** {NAGS + PAGES:,} open incidents, written directly to the store, have something due
within the same second: {NAGS:,} a reminder, spread over the second, and {PAGES} a page, all at
its end, when the workers are busiest. Real clock, RQ and two workers. *Recorded* is the moment at
which the worker recorded that it came due, by the store's clock: the last one is counted from the
start of the second, a page from when it was due. Time spent on Slack isn't included: the channels
of the reminders are lost, so no one is notified, and the pages go out after they were recorded."""


async def measure() -> Part:
    return await asyncio.to_thread(_measured)


def _measured() -> Part:
    port = free_port()
    with deployment.folder() as folder, local_slack(port) as slack:
        muster = Muster(slack, port, folder)
        with muster.running(), muster.second("worker", "--queue", "timers"):
            begins = muster.store.now() + LEAD
            ids = _written(BulkWriter(muster.redis, TEAM), begins)
            if muster.store.now() > begins:
                raise RuntimeError("they fell due before all were written")
            due = f"{muster.store.prefix}due"
            end = int((begins + timedelta(seconds=2)).timestamp() * 1000)
            deployment.until(
                lambda: muster.store.now() > begins and not muster.redis.zcount(due, 0, end),
                LONGEST,
                "all handed over",
            )
            nags, pages = _came_due(muster.store, ids, begins)
    last = max(at for _, at in [*nags, *pages]) - begins
    latest = max(at - due for due, at in pages)
    return Part(
        [
            Row(
                f"{len(nags) + len(pages):,} due in one second, two workers: last one recorded",
                ms(last.total_seconds()),
                f"{len(ids) / last.total_seconds():.0f} a second",
                None,
                "≤ 15 s",
            ),
            Row(
                f"… last of the {len(pages)} pages among them",
                ms(latest.total_seconds()),
                f"{sum(at < max(at for _, at in pages) for _, at in nags):,} nags before it",
                None,
                "pages first",
            ),
        ],
        MEANING,
    )


def _written(bulk: BulkWriter, begins: datetime) -> list[str]:
    quiet, paging = mute(shipped_policy().default_severity().id), told("SEV1")
    nagged, paged = _until_due(quiet, begins), _until_due(paging, begins)
    ids = []
    for number in range(SLICES):
        due = begins + timedelta(seconds=number / SLICES)
        ids += bulk.add(NAGS // SLICES, quiet, at=due - nagged, due=due)
    due = begins + timedelta(seconds=1)
    ids += bulk.add(PAGES, paging, at=due - paged, due=due, page=due)
    return ids


def _until_due(events: Sequence[Event], at: datetime) -> timedelta:
    """The time from these events until something is due."""
    due = next_due(_incident(events, at))
    assert due is not None
    return due - at


def _incident(events: Sequence[Event], at: datetime) -> Incident:
    return replay("INC-0", [Recorded(each, at, ANA, seq) for seq, each in enumerate(events, 1)])


def _came_due(
    store: Store, ids: list[str], begins: datetime
) -> tuple[list[tuple[datetime, datetime]], list[tuple[datetime, datetime]]]:
    """For reminders and pages: when they were due, and when they fired."""
    nags, pages = [], []
    for incident_id in ids:
        for recorded in store.streams.read(incident_id):
            match recorded.event:
                case Reminded(_, due) if due >= begins:
                    nags.append((due, recorded.at))
                case Escalated(0, due) if due >= begins:
                    pages.append((due, recorded.at))
                case _:
                    pass
    assert (len(nags), len(pages)) == (NAGS, PAGES), "each came due once"
    return nags, pages
