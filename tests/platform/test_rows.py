"""Rows of the read model: a list shows what replaying would, whatever happened meanwhile."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from redis import Redis

from bot.clock import StoreClock
from bot.embedded import EmbeddedServer as Server
from bot.incident.declaring import Declare
from bot.incident.events import CLOCK, MemberLeft, Noted, SeverityChanged, Stage
from bot.incident.kind import INCIDENT, PREFIX
from bot.incident.members import RecordJoin, may_see
from bot.incident.roles import AssignRole
from bot.incident.row import IncidentRow, row_of
from bot.incident.severity import ChangeSeverity
from bot.incident.tasks import AddTask
from bot.incidents import Incidents, Outcome
from bot.kinds import KINDS
from bot.rebuild import rebuild
from bot.store import Store, Unreadable
from bot.streams.actor import User
from bot.streams.kind import AnyKind, Kinds
from tests.bulk_incidents import shipped_policy
from tests.story import ANA, BOB

POLICY = shipped_policy()
TEAMS = count()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    folder: Path = tmp_path_factory.mktemp("r")
    server = Server(folder)
    server.start()
    with Redis.from_url(server.url) as redis:
        yield redis
    server.stop()


class House:
    """A workspace of its own, in which people act and nothing is delivered."""

    def __init__(self, redis: "Redis", team: str) -> None:
        self.redis = redis
        self.store = Store(redis, team, KINDS)
        self.incidents = Incidents(self.store, StoreClock(self.store.now))
        self.intents = count()
        self.rows_key = f"{self.store.prefix}rows:INC"

    def declares(self, title: str = "Checkout is down", *, private: bool = False) -> str:
        command = Declare(title, "SEV2", POLICY, private=private)
        declared = self.incidents.declare(
            command, by=User(ANA), intent=f"i{next(self.intents)}", anyway=True
        )
        assert isinstance(declared, Outcome)
        return declared.incident.id

    def happens(self, incident_id: str, event: Any) -> None:
        """What is written without a version check, as deliveries are."""
        now = self.store.now()
        self.store.streams.append(incident_id, [event], at=now, by=CLOCK, arm=False)

    def listed(self, *ids: str, store: Store | None = None) -> list[Any]:
        store = store or self.store
        return [row for _, row in store.rows.read(PREFIX, ids)]

    def kept(self, incident_id: str) -> dict[str, Any]:
        kept = cast(bytes, self.redis.hget(self.rows_key, incident_id))
        found: dict[str, Any] = json.loads(kept)
        return found

    def keeps(self, incident_id: str, **changed: Any) -> None:
        """Its row says something else."""
        row = {**self.kept(incident_id), **changed}
        self.redis.hset(self.rows_key, incident_id, json.dumps(row, separators=(",", ":")))

    def replayed(self, incident_id: str) -> IncidentRow:
        return row_of(self.store.streams.state(incident_id))

    def garbles(self, incident_id: str) -> None:
        """Nobody can read its history any more: one event more is nonsense."""
        key = f"{self.store.prefix}events:{incident_id}"
        self.redis.xadd(key, {"e": "{half an ev"}, id=f"{self.redis.xlen(key) + 1}-0")

    def of_kind(self, **changed: Any) -> Store:
        """The store as another release of Muster opens it."""
        kind: AnyKind = replace(KINDS.of("INC-1"), **changed)
        return Store(self.redis, self.store.team, Kinds((kind,)))

    @contextmanager
    def replays(self, times: int) -> Iterator[None]:
        """So many histories are read meanwhile."""
        before = self._histories_read()
        yield
        assert self._histories_read() - before == times

    def _histories_read(self) -> int:
        stats = self.redis.info("commandstats")
        return int(stats.get("cmdstat_xrange", {"calls": 0})["calls"])


@pytest.fixture
def house(redis: Redis) -> House:
    return House(redis, f"T{next(TEAMS)}")


def test_what_people_decide_is_in_the_row_at_once(house: House) -> None:
    one, other = house.declares(), house.declares("Search is slow", private=True)
    for command in (AssignRole("ic", BOB), AddTask("Roll back", BOB), ChangeSeverity("SEV1")):
        house.incidents.handle(one, command, by=User(ANA))
    house.incidents.handle(other, RecordJoin(BOB), by=User(ANA))
    told = [house.replayed(each) for each in (one, other)]
    with house.replays(0):
        assert house.listed(one, other) == told
    assert (told[0].severity_id, told[0].open_tasks[0].text) == ("SEV1", "Roll back")
    assert told[1].members == {ANA, BOB}


def test_both_rows_of_a_merge_are_written(house: House) -> None:
    into, other = house.declares(), house.declares()
    house.incidents.merge(into, other, by=User(ANA), intent="merge")
    with house.replays(0):
        assert [row.stage for row in house.listed(into, other)] == [
            Stage.INVESTIGATING,
            Stage.MERGED,
        ]


def test_a_stale_row_is_replayed_and_written_anew(house: House) -> None:
    """As after a crash: something was delivered, and nobody finished."""
    incident_id = house.declares()
    house.happens(incident_id, SeverityChanged("SEV0", ""))
    with house.replays(1):
        assert [row.severity_id for row in house.listed(incident_id)] == ["SEV0"]
    with house.replays(0):
        assert [row.severity_id for row in house.listed(incident_id)] == ["SEV0"]


def test_at_rest_the_row_is_written_with_what_was_delivered(house: House) -> None:
    incident_id = house.declares()
    house.happens(incident_id, SeverityChanged("SEV0", ""))
    state = house.store.streams.state(incident_id)
    finish = partial(house.store.schedule.finish, lock="none", token="", state=state)
    assert not finish(incident_id, 1, None, None)
    assert house.kept(incident_id)["version"] == 1
    assert finish(incident_id, 2, None, None)
    with house.replays(0):
        assert [row.severity_id for row in house.listed(incident_id)] == ["SEV0"]


def test_a_store_without_rows_gets_them_as_it_is_read(house: House) -> None:
    ids = [house.declares() for _ in range(3)]
    with house.replays(0):
        told = house.listed(*ids)
    house.redis.delete(house.rows_key)
    with house.replays(3):
        assert house.listed(*ids) == told
    with house.replays(0):
        assert house.listed(*ids) == told


def test_a_row_of_an_older_schema_is_computed_anew(house: House) -> None:
    incident_id = house.declares()
    newer = house.of_kind(summary_schema=INCIDENT.summary_schema + 1)
    with house.replays(1):
        house.listed(incident_id, store=newer)
    with house.replays(0):
        house.listed(incident_id, store=newer)


def test_an_older_muster_neither_believes_nor_spoils_a_newer_row(house: House) -> None:
    incident_id = house.declares()
    newer = house.of_kind(summary_schema=INCIDENT.summary_schema + 1)
    (told,) = house.listed(incident_id, store=newer)
    with house.replays(1):
        assert house.listed(incident_id) == [told]
    with house.replays(0):
        house.listed(incident_id, store=newer)


def test_who_left_a_private_incident_is_out_of_its_list_at_once(house: House) -> None:
    incident_id = house.declares("Payroll is in the wiki", private=True)
    house.incidents.handle(incident_id, RecordJoin(BOB), by=User(ANA))
    assert [may_see(User(BOB), row) for row in house.listed(incident_id)] == [True]
    house.happens(incident_id, MemberLeft(BOB))  # unchecked: the row says still that he is in
    assert BOB in house.kept(incident_id)["fields"]["members"]
    assert [may_see(User(BOB), row) for row in house.listed(incident_id)] == [False]
    assert house.incidents.like("Payroll is in the wiki", User(BOB)) is None
    assert house.incidents.like("Payroll is in the wiki", User(ANA)) == house.replayed(incident_id)


@pytest.mark.parametrize("has_row", [True, False])
def test_what_cannot_be_read_has_nothing_to_show(house: House, has_row: bool) -> None:
    bad, good = house.declares(), house.declares()
    house.garbles(bad)
    if not has_row:
        house.redis.delete(house.rows_key)
    unread, shown = house.listed(bad, good)
    assert isinstance(unread, Unreadable)
    assert shown == house.replayed(good)
    assert house.redis.hexists(house.rows_key, bad) is has_row  # nobody knows a better one


@pytest.mark.parametrize("instead", ["nothing", "no stream"])
def test_nor_has_what_lost_its_events(house: House, instead: str) -> None:
    incident_id = house.declares()
    key = f"{house.store.prefix}events:{incident_id}"
    house.redis.delete(key)
    if instead == "no stream":
        house.redis.set(key, instead)
    (unread,) = house.listed(incident_id)
    assert isinstance(unread, Unreadable)
    assert unread.why == {"nothing": "NoEvents", "no stream": "WrongType"}[instead]


def test_what_is_quarantined_is_read_from_its_history_alone(house: House) -> None:
    """Its row is current, but an event in the middle became nonsense."""
    incident_id, key = house.declares(), f"{house.store.prefix}events:INC-1"
    house.redis.delete(key)
    house.redis.xadd(key, {"e": "{half an ev"}, id="1-0")
    house.redis.hset(f"{house.store.prefix}aside", incident_id, '{"since":0,"why":"Damaged"}')
    (unread,) = house.listed(incident_id)
    assert isinstance(unread, Unreadable)


@pytest.mark.parametrize(
    "nonsense", ["{half a row", "[]", "7", '{"version":1}', '{"version":1,"schema":1}']
)
def test_a_row_that_makes_no_sense_is_replayed(house: House, nonsense: str) -> None:
    incident_id = house.declares()
    house.redis.hset(house.rows_key, incident_id, nonsense)
    assert house.listed(incident_id) == [house.replayed(incident_id)]
    with house.replays(0):
        house.listed(incident_id)


def test_a_row_without_what_decides_who_sees_it_is_replayed(house: House) -> None:
    incident_id = house.declares(private=True)
    fields = house.kept(incident_id)["fields"]
    del fields["private"]
    house.keeps(incident_id, fields=fields)
    assert [row.private for row in house.listed(incident_id)] == [True]


def test_a_slow_reader_does_not_overwrite_what_happened_since(house: House) -> None:
    incident_id = house.declares()
    house.redis.delete(house.rows_key)
    acts = iter([ChangeSeverity("SEV0")])

    def summary(state: Any) -> Any:  # asked between the reading and the writing
        for command in acts:
            house.incidents.handle(incident_id, command, by=User(BOB))
        return INCIDENT.summary(state)

    slow = house.of_kind(summary=summary)
    assert [row.severity_id for row in house.listed(incident_id, store=slow)] == ["SEV2"]
    with house.replays(0):
        assert [row.severity_id for row in house.listed(incident_id)] == ["SEV0"]


def test_a_full_store_is_read_all_the_same(house: House) -> None:
    incident_id = house.declares()
    house.redis.delete(house.rows_key)
    house.redis.config_set("maxmemory", 1)
    try:
        assert house.listed(incident_id) == [house.replayed(incident_id)]
    finally:
        house.redis.config_set("maxmemory", 0)
    assert not house.redis.exists(house.rows_key)


def test_rebuilding_mends_wrong_rows_and_drops_strays(house: House) -> None:
    right, wrong, stale, gone = (house.declares() for _ in range(4))
    house.happens(stale, Noted("Delivered."))
    rebuild(house.store)
    whole = house.redis.hgetall(house.rows_key)
    assert rebuild(house.store).mended == 0

    fields = house.kept(wrong)["fields"]
    house.keeps(wrong, fields={**fields, "title": "Something else"})
    house.redis.hset(house.rows_key, "INC-77", json.dumps(house.kept(right)))
    house.redis.hdel(house.rows_key, gone)
    house.keeps(stale, version=1)
    assert rebuild(house.store).mended == 2  # the wrong one and the stray; others fooled nobody
    assert house.redis.hgetall(house.rows_key) == whole
    with house.replays(0):
        house.listed(right, wrong, stale, gone)


def test_more_than_are_read_in_one_trip_come_in_order(house: House) -> None:
    first = house.declares()
    events = house.redis.dump(f"{house.store.prefix}events:{first}") or b""
    ids = [f"INC-{number}" for number in range(1, 2102)]
    with house.redis.pipeline() as trip:
        for each in ids[1:]:
            trip.restore(f"{house.store.prefix}events:{each}", 0, events)
        trip.execute()
    for _ in range(2):  # from their histories, then from their rows
        assert [(each, row.id) for each, row in house.store.rows.read(PREFIX, ids)] == [
            (each, each) for each in ids
        ]
