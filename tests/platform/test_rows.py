"""Rows of the read model: a list shows what replaying would."""

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


class Workspace:
    """A workspace in which people act and nothing is delivered."""

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
        """Append events without a version check, like deliveries."""
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
        """Overwrite its row."""
        row = {**self.kept(incident_id), **changed}
        self.redis.hset(self.rows_key, incident_id, json.dumps(row, separators=(",", ":")))

    def replayed(self, incident_id: str) -> IncidentRow:
        return row_of(self.store.streams.state(incident_id))

    def garbles(self, incident_id: str) -> None:
        """Damage its history with an invalid event."""
        key = f"{self.store.prefix}events:{incident_id}"
        self.redis.xadd(key, {"e": "{half an ev"}, id=f"{self.redis.xlen(key) + 1}-0")

    def of_kind(self, **changed: Any) -> Store:
        """The store as another release opens it."""
        kind: AnyKind = replace(KINDS.of("INC-1"), **changed)
        return Store(self.redis, self.store.team, Kinds((kind,)))

    @contextmanager
    def replays(self, times: int) -> Iterator[None]:
        """Check how many histories are read meanwhile."""
        before = self._histories_read()
        yield
        assert self._histories_read() - before == times

    def _histories_read(self) -> int:
        stats = self.redis.info("commandstats")
        return int(stats.get("cmdstat_xrange", {"calls": 0})["calls"])


@pytest.fixture
def workspace(redis: Redis) -> Workspace:
    return Workspace(redis, f"T{next(TEAMS)}")


def test_decisions_are_in_the_row_at_once(workspace: Workspace) -> None:
    one, other = workspace.declares(), workspace.declares("Search is slow", private=True)
    for command in (AssignRole("ic", BOB), AddTask("Roll back", BOB), ChangeSeverity("SEV1")):
        workspace.incidents.handle(one, command, by=User(ANA))
    workspace.incidents.handle(other, RecordJoin(BOB), by=User(ANA))
    told = [workspace.replayed(each) for each in (one, other)]
    with workspace.replays(0):
        assert workspace.listed(one, other) == told
    assert (told[0].severity_id, told[0].open_tasks[0].text) == ("SEV1", "Roll back")
    assert told[1].members == {ANA, BOB}


def test_both_rows_of_a_merge_are_written(workspace: Workspace) -> None:
    into, other = workspace.declares(), workspace.declares()
    workspace.incidents.merge(into, other, by=User(ANA), intent="merge")
    with workspace.replays(0):
        assert [row.stage for row in workspace.listed(into, other)] == [
            Stage.INVESTIGATING,
            Stage.MERGED,
        ]


def test_a_stale_row_is_replayed_and_written_anew(workspace: Workspace) -> None:
    """After a crash between a delivery and `finish`."""
    incident_id = workspace.declares()
    workspace.happens(incident_id, SeverityChanged("SEV0", ""))
    with workspace.replays(1):
        assert [row.severity_id for row in workspace.listed(incident_id)] == ["SEV0"]
    with workspace.replays(0):
        assert [row.severity_id for row in workspace.listed(incident_id)] == ["SEV0"]


def test_at_rest_the_row_is_written_with_what_was_delivered(workspace: Workspace) -> None:
    incident_id = workspace.declares()
    workspace.happens(incident_id, SeverityChanged("SEV0", ""))
    state = workspace.store.streams.state(incident_id)
    finish = partial(workspace.store.schedule.finish, lock="none", token="", state=state)
    assert not finish(incident_id, 1, None, None)
    assert workspace.kept(incident_id)["version"] == 1
    assert finish(incident_id, 2, None, None)
    with workspace.replays(0):
        assert [row.severity_id for row in workspace.listed(incident_id)] == ["SEV0"]


def test_a_store_without_rows_gets_them_as_it_is_read(workspace: Workspace) -> None:
    ids = [workspace.declares() for _ in range(3)]
    with workspace.replays(0):
        told = workspace.listed(*ids)
    workspace.redis.delete(workspace.rows_key)
    with workspace.replays(3):
        assert workspace.listed(*ids) == told
    with workspace.replays(0):
        assert workspace.listed(*ids) == told


def test_a_row_of_an_older_schema_is_computed_anew(workspace: Workspace) -> None:
    incident_id = workspace.declares()
    newer = workspace.of_kind(summary_schema=INCIDENT.summary_schema + 1)
    with workspace.replays(1):
        workspace.listed(incident_id, store=newer)
    with workspace.replays(0):
        workspace.listed(incident_id, store=newer)


def test_an_older_muster_neither_believes_nor_spoils_a_newer_row(workspace: Workspace) -> None:
    incident_id = workspace.declares()
    newer = workspace.of_kind(summary_schema=INCIDENT.summary_schema + 1)
    (told,) = workspace.listed(incident_id, store=newer)
    with workspace.replays(1):
        assert workspace.listed(incident_id) == [told]
    with workspace.replays(0):
        workspace.listed(incident_id, store=newer)


def test_leaving_a_private_incident_hides_it_at_once(workspace: Workspace) -> None:
    incident_id = workspace.declares("Payroll is in the wiki", private=True)
    workspace.incidents.handle(incident_id, RecordJoin(BOB), by=User(ANA))
    assert [may_see(User(BOB), row) for row in workspace.listed(incident_id)] == [True]
    workspace.happens(
        incident_id, MemberLeft(BOB)
    )  # without a version check, so the row still lists him
    assert BOB in workspace.kept(incident_id)["fields"]["members"]
    assert [may_see(User(BOB), row) for row in workspace.listed(incident_id)] == [False]
    assert workspace.incidents.like("Payroll is in the wiki", User(BOB)) is None
    assert workspace.incidents.like("Payroll is in the wiki", User(ANA)) == workspace.replayed(
        incident_id
    )


@pytest.mark.parametrize("has_row", [True, False])
def test_unreadable_streams_have_no_row(workspace: Workspace, has_row: bool) -> None:
    bad, good = workspace.declares(), workspace.declares()
    workspace.garbles(bad)
    if not has_row:
        workspace.redis.delete(workspace.rows_key)
    unread, shown = workspace.listed(bad, good)
    assert isinstance(unread, Unreadable)
    assert shown == workspace.replayed(good)
    assert workspace.redis.hexists(workspace.rows_key, bad) is has_row  # there is no better one


@pytest.mark.parametrize("instead", ["nothing", "no stream"])
def test_nor_has_what_lost_its_events(workspace: Workspace, instead: str) -> None:
    incident_id = workspace.declares()
    key = f"{workspace.store.prefix}events:{incident_id}"
    workspace.redis.delete(key)
    if instead == "no stream":
        workspace.redis.set(key, instead)
    (unread,) = workspace.listed(incident_id)
    assert isinstance(unread, Unreadable)
    assert unread.why == {"nothing": "NoEvents", "no stream": "WrongType"}[instead]


def test_quarantined_streams_are_always_replayed(workspace: Workspace) -> None:
    """Its row is current, but an event in the middle is damaged."""
    incident_id, key = workspace.declares(), f"{workspace.store.prefix}events:INC-1"
    workspace.redis.delete(key)
    workspace.redis.xadd(key, {"e": "{half an ev"}, id="1-0")
    workspace.redis.hset(
        f"{workspace.store.prefix}aside", incident_id, '{"since":0,"why":"Damaged"}'
    )
    (unread,) = workspace.listed(incident_id)
    assert isinstance(unread, Unreadable)


@pytest.mark.parametrize(
    "nonsense", ["{half a row", "[]", "7", '{"version":1}', '{"version":1,"schema":1}']
)
def test_a_row_that_makes_no_sense_is_replayed(workspace: Workspace, nonsense: str) -> None:
    incident_id = workspace.declares()
    workspace.redis.hset(workspace.rows_key, incident_id, nonsense)
    assert workspace.listed(incident_id) == [workspace.replayed(incident_id)]
    with workspace.replays(0):
        workspace.listed(incident_id)


def test_a_row_without_what_decides_who_sees_it_is_replayed(workspace: Workspace) -> None:
    incident_id = workspace.declares(private=True)
    fields = workspace.kept(incident_id)["fields"]
    del fields["private"]
    workspace.keeps(incident_id, fields=fields)
    assert [row.private for row in workspace.listed(incident_id)] == [True]


def test_a_slow_reader_does_not_overwrite_what_happened_since(workspace: Workspace) -> None:
    incident_id = workspace.declares()
    workspace.redis.delete(workspace.rows_key)
    acts = iter([ChangeSeverity("SEV0")])

    def summary(state: Any) -> Any:  # called between reading and writing
        for command in acts:
            workspace.incidents.handle(incident_id, command, by=User(BOB))
        return INCIDENT.summary(state)

    slow = workspace.of_kind(summary=summary)
    assert [row.severity_id for row in workspace.listed(incident_id, store=slow)] == ["SEV2"]
    with workspace.replays(0):
        assert [row.severity_id for row in workspace.listed(incident_id)] == ["SEV0"]


def test_a_full_store_is_read_all_the_same(workspace: Workspace) -> None:
    incident_id = workspace.declares()
    workspace.redis.delete(workspace.rows_key)
    workspace.redis.config_set("maxmemory", 1)
    try:
        assert workspace.listed(incident_id) == [workspace.replayed(incident_id)]
    finally:
        workspace.redis.config_set("maxmemory", 0)
    assert not workspace.redis.exists(workspace.rows_key)


def test_rebuilding_mends_wrong_rows_and_drops_strays(workspace: Workspace) -> None:
    right, wrong, stale, gone = (workspace.declares() for _ in range(4))
    workspace.happens(stale, Noted("Delivered."))
    rebuild(workspace.store)
    whole = workspace.redis.hgetall(workspace.rows_key)
    assert rebuild(workspace.store).mended == 0

    fields = workspace.kept(wrong)["fields"]
    workspace.keeps(wrong, fields={**fields, "title": "Something else"})
    workspace.redis.hset(workspace.rows_key, "INC-77", json.dumps(workspace.kept(right)))
    workspace.redis.hdel(workspace.rows_key, gone)
    workspace.keeps(stale, version=1)
    assert (
        rebuild(workspace.store).mended == 2
    )  # the wrong one and the stray; the others weren't used
    assert workspace.redis.hgetall(workspace.rows_key) == whole
    with workspace.replays(0):
        workspace.listed(right, wrong, stale, gone)


def test_more_than_are_read_in_one_trip_come_in_order(workspace: Workspace) -> None:
    first = workspace.declares()
    events = workspace.redis.dump(f"{workspace.store.prefix}events:{first}") or b""
    ids = [f"INC-{number}" for number in range(1, 2102)]
    with workspace.redis.pipeline() as trip:
        for incident_id in ids[1:]:
            trip.restore(f"{workspace.store.prefix}events:{incident_id}", 0, events)
        trip.execute()
    for _ in range(2):  # from their histories, then from their rows
        assert [(each, row.id) for each, row in workspace.store.rows.read(PREFIX, ids)] == [
            (each, each) for each in ids
        ]
