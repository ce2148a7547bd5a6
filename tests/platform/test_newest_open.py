"""The newest open streams, among few and among many."""

from datetime import timedelta
from itertools import islice

import pytest

from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage
from bot.store import Store, listings
from tests.bulk_incidents import BulkWriter, told

FEW, A_TRIP = 30, 7
OPEN = told("SEV3")
OVER = told("SEV3", ChangeStage(Stage.CANCELLED, "a false alarm"))


@pytest.fixture(autouse=True)
def quickly_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "FEW", FEW)
    monkeypatch.setattr(listings, "A_TRIP", A_TRIP)


@pytest.mark.parametrize("some", [3, FEW // 2, FEW, 2 * FEW])
def test_they_are_the_open_ones_newest_first(store: Store, some: int) -> None:
    store.redis.flushall()
    bulk, at = BulkWriter(store.redis, "T1"), store.now() - timedelta(hours=1)
    for each in (OPEN, OVER, OPEN) * 3:
        at += timedelta(seconds=1)
        for _ in range(some // 3):
            at += timedelta(milliseconds=1)
            bulk.add(1, each, at=at)
    newest = [*reversed(store.streams.open_ids("INC"))]
    assert [*store.streams.newest_open("INC")] == newest
    assert [*islice(store.streams.newest_open("INC"), 5)] == newest[:5]
    for place in {0, len(newest) // 2, len(newest) - 1, min(A_TRIP, len(newest) - 1)}:
        before = int(newest[place].removeprefix("INC-"))
        assert [*store.streams.newest_open("INC", before)] == newest[place + 1 :]


def test_an_end_that_is_not_there_any_more_begins_at_the_newest(store: Store) -> None:
    store.redis.flushall()
    BulkWriter(store.redis, "T1").add(3, OPEN, at=store.now())
    assert [*store.streams.newest_open("INC", 99)] == ["INC-3", "INC-2", "INC-1"]
    assert [*store.streams.newest_open("TOY")] == []
