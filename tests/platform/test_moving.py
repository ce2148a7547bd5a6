"""Refusals of `muster import`, which name the line; and rebuilding indexes."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from redis import Redis

from bot.embedded import EmbeddedServer as Server
from bot.errors import CommandError
from bot.export import CARRIED, export
from bot.importing import import_file
from bot.incident.events import ChannelOpened, Declared, Noted, Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.subscriptions import Subscribe
from bot.kinds import KINDS
from bot.private_file import save
from bot.rebuild import rebuild
from bot.settings import Settings
from bot.store.workspaces import Identity, remember
from bot.streams.kind import Kinds
from bot.wiring.connection import open_store
from tests.bulk_incidents import BulkWriter, told
from tests.harness.valkey import contents
from tests.platform.processes import ROOT

TOKEN = "xoxb-1"
KEPT = (
    "events:*",
    "policy:*",
    "names",
    "incidents",
    "open",
    "channels",
    "due",
    "pages",
    "counter",
    "rows:*",
    "subscribed:*",
)


def settings(server: Server, database: int) -> Settings:
    url = f"{server.url}?db={database}"
    return Settings.model_construct(redis_url=SecretStr(url), slack_bot_token=SecretStr(TOKEN))


def at(server: Server, database: int) -> "Redis":
    return Redis.from_url(server.url, db=database)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A store. Its database 0 has three incidents: an open one, a closed one, and an unreadable
    one."""
    server = Server(tmp_path_factory.mktemp("m"))
    server.start()
    with at(server, 0) as redis:
        remember(redis, TOKEN, Identity("T1", "https://acme.slack.com/", "U1", "B1"))
        bulk = BulkWriter(redis, "T1")
        now, later = bulk.now(), bulk.now() + timedelta(hours=1)
        ended = told(
            "SEV3", Subscribe(), ChangeStage(Stage.RESOLVED, "Fixed."), ChangeStage(Stage.CLOSED)
        )
        over = [
            ChannelOpened("C0OVER", "incident-over") if isinstance(each, ChannelOpened) else each
            for each in ended
        ]
        bulk.add(1, told("SEV1"), at=now - timedelta(days=30), due=later, page=later)
        bulk.add(2, over, at=now)
        redis.xadd("muster:{T1}:events:INC-3", {"e": b'{"kind":"\xff'}, id="99-0")
    yield server
    server.stop()


@pytest.fixture
def empty(server: Server) -> Settings:
    with at(server, 1) as redis:
        redis.flushdb()
    return settings(server, 1)


@pytest.fixture
def saved(server: Server, tmp_path: Path) -> Path:
    missed: list[str] = []
    save(tmp_path / "all.jsonl", export(settings(server, 0), None, missed))
    assert not missed
    return tmp_path / "all.jsonl"


def rows(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_bytes().decode(errors="replace").splitlines()]


def test_unreadable_streams_move_unchanged(server: Server, empty: Settings, saved: Path) -> None:
    assert [row.get("damaged") for row in rows(saved) if "events" in row] == [
        None,
        None,
        "ValueError",
    ]
    assert import_file(empty, saved) == "3 incidents of workspace T1 imported."
    assert import_file(empty, saved) == "0 incidents of workspace T1 imported, 3 already here."
    with at(server, 0) as here, at(server, 1) as there:
        events = "muster:{T1}:events:INC-3"
        assert [kept for _, kept in here.xrange(events)] == [
            kept for _, kept in there.xrange(events)
        ]
        assert (
            there.zscore("muster:{T1}:again", "INC-3") is not None
        )  # so that its admins are notified


def test_since_a_day(server: Server, saved: Path) -> None:
    with at(server, 0) as redis:
        today: date = open_store(redis, "T1").now().date()
    zoned = settings(server, 0).model_copy(update={"muster_timezone": None})
    save(saved, export(zoned, today - timedelta(days=2), []))
    assert [row["stream"] for row in rows(saved) if "events" in row] == ["INC-2", "INC-3"]


def line(number: int, change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    def changed(lines: list[str]) -> list[str]:
        return [change(each) if n == number else each for n, each in enumerate(lines, start=1)]

    return changed


def with_task(line: str, due: str) -> str:
    """The stream with one more event, of a task."""
    row = json.loads(line)
    at = "2026-11-30T12:00:00+00:00"
    task = {"kind": "TaskAdded", "at": at, "by": "U1", "number": 1, "text": "Look", "due": due}
    return json.dumps({**row, "events": [*row["events"], task]})


DAMAGE = {
    "no JSON": (line(3, lambda each: each[:-9]), ":3: is damaged: it isn't a JSON object"),
    "the policy is another": (
        line(2, lambda each: each.replace("SEV0", "SEV9")),
        ":2: is damaged: the policy doesn't match its digest",
    ),
    "a time that is none": (
        line(3, lambda each: re.sub(r'"at":"[^"]*"', '"at":"noon"', each)),
        ":3: is damaged: INC-1 can't be decoded (ValueError)",
    ),
    "a newer Muster's event": (
        line(3, lambda each: each.replace('"ChannelOpened"', '"Teleported"')),
        ":3: holds INC-1, which a newer Muster wrote (Teleported)",
    ),
    "a time without a zone": (
        line(3, lambda each: each.replace("+00:00", "", 1)),
        ":3: is damaged: INC-1 can't be decoded (ValueError)",
    ),
    "an event's own time without a zone": (
        line(3, lambda each: with_task(each, due="2026-11-30T12:00:00")),
        ":3: can't be right: a time has no zone",
    ),
    "a time in another age": (
        line(3, lambda each: re.sub(r'"at":"20', '"at":"90', each, count=1)),
        ":3: can't be right: a time is before 2000 or after 2200",
    ),
    "a long title": (
        line(3, lambda each: re.sub(r'"title":"', '"title":"' + "x" * 5000, each, count=1)),
        ":3: can't be right: title has 5,",
    ),
    "a counter beyond all": (
        line(1, lambda each: re.sub(r'"INC":\d+', '"INC":1' + "0" * 400, each)),
        ":1: can't be right: a counter isn't between 0 and",
    ),
    "a counter below nothing": (
        line(1, lambda each: re.sub(r'"INC":\d+', '"INC":-1', each)),
        ":1: can't be right: a counter isn't between 0 and",
    ),
    "a team that is a path": (
        line(1, lambda each: each.replace('"T1"', '"../../etc"')),
        ":1: can't be right: the team isn't the id of a workspace",
    ),
    "a team that is a pattern": (
        line(1, lambda each: each.replace('"T1"', '"*"')),
        ":1: can't be right: the team isn't the id of a workspace",
    ),
    "a link that is a script": (
        line(1, lambda each: re.sub(r'"url":"[^"]*"', '"url":"javascript:alert(1)"', each)),
        ":1: can't be right: the url isn't a web address",
    ),
    "a link to a host without a certificate": (
        line(1, lambda each: re.sub(r'"url":"[^"]*"', '"url":"http://slack.com/"', each)),
        ":1: can't be right: the url isn't a web address",
    ),
    "tokens that are no digests": (
        line(1, lambda each: re.sub(r'"known_by":\["[^"]*"', '"known_by":["*"', each)),
        ":1: can't be right: known_by has something that isn't a digest",
    ),
    "another kind of line": (line(4, lambda _: '{"a": 1}'), ":4: isn't a line of an export"),
    "cut": (
        lambda lines: lines[:-1],
        ":5: is the last line, but the export isn't complete",
    ),
    "a line is gone": (
        lambda lines: [*lines[:4], *lines[5:]],
        ":5: says 5 lines come before it, but",
    ),
    "two in one": (lambda lines: lines * 2, ":7: comes after the end"),
    "something else": (line(1, lambda _: "INC-1 is down"), " isn't a Muster export"),
    "empty": (lambda lines: [], " isn't a Muster export"),
    "a newer file": (
        line(1, lambda each: each.replace('"version":2', '"version":3')),
        " was written by a newer Muster; upgrade this one first",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_line_is_named_and_nothing_is_imported(
    what: str, server: Server, empty: Settings, saved: Path
) -> None:
    damage, says = DAMAGE[what]
    lines = saved.read_bytes().decode("utf-8", "surrogateescape").splitlines()
    text = "".join(f"{each}\n" for each in damage(lines))
    saved.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CommandError) as stop:
        import_file(empty, saved)
    assert f"{saved}{says}" in str(stop.value)
    with at(server, 1) as redis:
        assert redis.dbsize() == 0


def test_another_incident_of_the_same_number_is_refused(
    server: Server, empty: Settings, saved: Path
) -> None:
    with at(server, 1) as redis:
        bulk = BulkWriter(redis, "T1")
        bulk.add(1, told("SEV2"), at=bulk.now())
        before = contents(empty.redis_url.get_secret_value(), "*") if empty.redis_url else {}
    with pytest.raises(
        CommandError, match=r":3: contains an INC-1 that differs from the one in this store"
    ):
        import_file(empty, saved)
    assert empty.redis_url
    assert contents(empty.redis_url.get_secret_value(), "*") == before


def test_another_workspace_is_refused(server: Server, empty: Settings, saved: Path) -> None:
    with at(server, 1) as redis:
        remember(redis, TOKEN, Identity("T2", "https://other.slack.com/", "U1", "B1"))
    with pytest.raises(CommandError, match="is from workspace T1, but SLACK_BOT_TOKEN is from T2"):
        import_file(empty, saved)


def test_an_import_adds_newer_events_and_keeps_the_stores_own(
    server: Server, empty: Settings, saved: Path
) -> None:
    import_file(empty, saved)
    with at(server, 1) as redis:
        store = open_store(redis, "T1")
        store.streams.append("INC-1", [Noted("since then")], at=store.now(), by="U1")
        assert import_file(empty, saved).startswith("0 incidents")
        assert store.streams.state("INC-1").history[-1].event == Noted("since then")
        newer = saved.with_name("newer.jsonl")
        save(newer, export(empty, None, []))
        redis.flushdb()
        import_file(empty, saved)
        assert import_file(empty, newer) == "1 incident of workspace T1 imported, 2 already here."
        assert store.streams.state("INC-1").history[-1].event == Noted("since then")


def test_what_an_older_process_would_ignore_is_not_imported_beside_it(
    server: Server, empty: Settings, saved: Path
) -> None:
    (incident,) = KINDS
    kinds = Kinds((replace(incident, levels={Declared: 2}),))
    with at(server, 1) as redis:
        old = open_store(redis, "T1")
        assert old.level.admit()
        old.level.register("bot@web-1:7", "0.2.0", old.now())
        before = contents(f"{server.url}?db=1", "*")
        with pytest.raises(
            CommandError, match=r"jsonl:\d: can't be imported: `Declared` can't be used"
        ):
            import_file(empty, saved, kinds)
        assert contents(f"{server.url}?db=1", "*") == before
        redis.flushdb()
    assert import_file(empty, saved, kinds).startswith("3 incidents")


def test_indexes_are_laid_anew_from_what_happened(
    server: Server, empty: Settings, saved: Path
) -> None:
    import_file(empty, saved)
    assert empty.redis_url
    url = empty.redis_url.get_secret_value()

    def kept() -> dict[str, Any]:
        found = [contents(url, f"muster:{{T1}}:{each}") for each in KEPT]
        return {key: value for each in found for key, value in each.items()}

    whole = kept()
    assert whole["muster:{T1}:rows:INC"].keys() == {b"INC-1", b"INC-2"}  # an export has no rows
    assert whole["muster:{T1}:subscribed:U0ANA"] == {b"INC-2"}
    with at(server, 1) as redis:
        store = open_store(redis, "T1")
        assert rebuild(store).mended == 0
        p = store.prefix
        redis.delete(
            f"{p}open",
            f"{p}due",
            f"{p}pages",
            f"{p}channels",
            f"{p}counter",
            f"{p}names",
            f"{p}subscribed:U0ANA",
        )
        redis.zrem(f"{p}incidents", "INC-1", "INC-3")
        redis.sadd(f"{p}open", "INC-2", "INC-77")
        redis.zadd(f"{p}again", {"INC-78": 1})
        redis.hset(f"{p}channels", "C0GONE", "INC-2")
        rebuilt = rebuild(store)
        assert (rebuilt.streams["incident"], rebuilt.unread) == (2, ["INC-3"])
        assert kept() == whole
        assert redis.zscore(f"{p}again", "INC-78") is None
        assert rebuild(store).mended == 0


def test_every_key_of_the_store_moves_or_is_known_to_stay() -> None:
    """A new kind of key must be listed as part of an export or not."""
    table = (ROOT / "bot/store/__init__.py").read_text()
    first = re.findall(r"^\| (`.*?) \| [a-z]", table, re.MULTILINE)
    names = {name for row in first for name in re.findall(r"`(\w+)", row)}
    stay = {"lock", "heavy", "aside", "troubles", "told", "telling", "metrics", "nudge",
            "intent", "title", "turns", "spent", "deed", "processes", "rows", "level",
            "levels", "subscribed", "profile", "confirmed"}  # fmt: skip
    assert names == stay | set(CARRIED)
