"""When more is due than the workers can handle, incidents with someone to page go first."""

import json
from datetime import timedelta

from bot.incident.events import Escalated, Reminded
from bot.wiring.store import open_store
from tests.faults.trials import Trials
from tests.house import TEAM, House, until
from tests.pile import Pile, mute, told
from workers.clock import TOGETHER, WAITING

NAGS, PAGES = 400, 10
LATE = timedelta(minutes=1)
QUEUE = f"rq:queue:muster-{TEAM}-timers"


def test_a_page_passes_hundreds_of_nags_that_were_due_before_it(trials: Trials) -> None:
    with House() as house, house.asks_the_store() as redis:
        house.kill("clock", "timers")
        store, pile = open_store(redis, TEAM), Pile(redis, TEAM)
        now = store.now()
        nagged = pile.add(NAGS, mute("SEV2"), at=now - timedelta(minutes=31), due=now - LATE)
        house.start("clock")
        until(lambda: redis.llen(QUEUE) == WAITING, what="a full queue")
        assert redis.zcard(f"{store.prefix}due") == NAGS - WAITING * TOGETHER

        paged = pile.add(PAGES, told("SEV1"), at=now, due=now, page=now)
        until(lambda: not redis.zcard(f"{store.prefix}pages"), what="the pages handed over")
        house.start("timers")
        until(lambda: len(_came_due(house)) == NAGS + PAGES, within=60, what="all attended to")
        first = _came_due(house)[: PAGES + TOGETHER]
        assert set(paged) <= set(first), first
        for incident_id in nagged:
            nags = [each for each in store.read(incident_id) if isinstance(each.event, Reminded)]
            assert len(nags) == 1, incident_id
        for incident_id in paged:
            pages = [each for each in store.read(incident_id) if isinstance(each.event, Escalated)]
            assert len(pages) == 1, incident_id
        trials.add(NAGS + PAGES)
        house.rests()
        house.check_slack()


def _came_due(house: House) -> list[str]:
    """The incidents for which something came due, in the order in which it was written down."""
    lines = house.processes["timers"].output.splitlines()
    said = [json.loads(line) for line in lines if line.startswith("{")]
    return [each["incident"] for each in said if each.get("event") == "due"]
