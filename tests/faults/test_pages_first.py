"""When more is due than the workers can handle, incidents with someone to page go first."""

import json
from datetime import timedelta

from bot.incident.events import Escalated, Reminded
from bot.wiring.connection import open_store
from tests.bulk_incidents import BulkWriter, mute, told
from tests.faults.trial_count import Trials
from tests.harness import TEAM, Harness, until
from workers.clock import TOGETHER, WAITING

NAGS, PAGES = 400, 10
LATE = timedelta(minutes=1)
QUEUE = f"rq:queue:muster-{TEAM}-timers"


def test_a_page_overtakes_hundreds_of_earlier_reminders(trials: Trials) -> None:
    with Harness() as harness, harness.asks_the_store() as redis:
        harness.kill("clock", "timers")
        store, bulk = open_store(redis, TEAM), BulkWriter(redis, TEAM)
        now = store.now()
        nagged = bulk.add(NAGS, mute("SEV2"), at=now - timedelta(minutes=31), due=now - LATE)
        harness.start("clock")
        until(lambda: redis.llen(QUEUE) == WAITING, what="a full queue")
        assert redis.zcard(f"{store.prefix}due") == NAGS - WAITING * TOGETHER

        paged = bulk.add(PAGES, told("SEV1"), at=now, due=now, page=now)
        until(lambda: not redis.zcard(f"{store.prefix}pages"), what="the pages handed over")
        harness.start("timers")
        until(lambda: len(_came_due(harness)) == NAGS + PAGES, within=60, what="all attended to")
        first = _came_due(harness)[: PAGES + TOGETHER]
        assert set(paged) <= set(first), first
        for incident_id in nagged:
            nags = [
                each
                for each in store.streams.read(incident_id)
                if isinstance(each.event, Reminded)
            ]
            assert len(nags) == 1, incident_id
        for incident_id in paged:
            pages = [
                each
                for each in store.streams.read(incident_id)
                if isinstance(each.event, Escalated)
            ]
            assert len(pages) == 1, incident_id
        trials.add(NAGS + PAGES)
        harness.rests()
        harness.check_slack()


def _came_due(harness: Harness) -> list[str]:
    """The incidents whose timers fired, in the order in which they were recorded."""
    lines = harness.processes["timers"].output.splitlines()
    said = [json.loads(line) for line in lines if line.startswith("{")]
    return [each["stream"] for each in said if each.get("event") == "due"]
