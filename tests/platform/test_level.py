"""Releases side by side on one store: newer ones wait for older ones, which are then refused."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redis import Redis

from bot.doctor import levels
from bot.embedded import EmbeddedServer as Server
from bot.incident.events import Declared, Event, Noted, Stage, StageChanged
from bot.kinds import KINDS
from bot.parent_watch import inherited
from bot.store import HeldBack, Store, TooOld, scripts
from bot.store.base import Connection
from bot.store.level import Process, Rise
from bot.store.outages import is_outage
from bot.store.records import Change, Creation
from bot.store.workspaces import Identity, remember
from bot.streams.kind import Kinds, Leveled
from bot.streams.level import FIRST, INTRODUCED, LEVEL
from bot.supervise import REFUSED
from tests.bulk_incidents import told
from tests.harness import until
from tests.harness.command import muster
from tests.harness.process import free_port
from tests.harness.valkey import contents
from tests.platform.processes import clean

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
(INCIDENT,) = KINDS
NO_WAIT = timedelta()
TOKEN = "xoxb-1"
DECLARED = next(each for each in told("SEV1") if isinstance(each, Declared))
NEXT = LEVEL + 1  # the level of the next release
OLD = Process(LEVEL, "bot@web-1:7", "0.2.0", NOW.isoformat())
NEW = Process(NEXT, "bot@web-2:8", "0.3.0", NOW.isoformat())
TOMORROW = f"""
from bot.streams import level
level.INTRODUCED = {{**level.INTRODUCED, {NEXT}: "drills"}}
level.LEVEL = {NEXT}
from bot.cli import main
main()
"""  # the next release: only its level differs


class Sides(NamedTuple):
    """One store, as seen by this release and by the next one."""

    old: Store
    new: Store
    url: str

    def appears(self, process: Process) -> None:
        side = self.old if process.level == LEVEL else self.new
        side.level.register(process.name, process.version, NOW)

    def disappears(self, process: Process, ago: timedelta) -> None:
        """Make a process's last report this old."""
        heard = self.old.now() - ago
        prefix = self.old.prefix
        self.old.redis.zadd(f"{prefix}processes", {process.name: heard.timestamp()})
        seen = int(heard.timestamp() * 1000)
        self.old.redis.hset(f"{prefix}levels:seen", str(process.level), seen)

    def has(self) -> dict[str, Any]:
        return contents(self.url, "*")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("l"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sides(server: Server) -> Iterator[Sides]:
    with Redis.from_url(server.url) as redis:
        redis.flushall()
        remember(redis, TOKEN, Identity("T1", "https://acme.slack.com/", "U1", "B1"))
        old, new = (at_level(redis, level) for level in (LEVEL, NEXT))
        assert old.level.admit()
        assert old.level.rise(quiet=NO_WAIT).level == LEVEL
        yield Sides(old, new, server.url)


def at_level(redis: "Redis", level: int, kinds: Kinds = KINDS) -> Store:
    return Store(redis, "T1", kinds, Connection(redis, "T1", kinds, level))


def declare(store: Store, event: Declared = DECLARED, intent: str = "i") -> object:
    return store.streams.create(Creation("INC", event, NOW, "U1", intent))


# --- raising the level ----------------------------------------------------------------------


def test_it_rises_when_the_last_older_process_has_been_gone_for_an_hour(sides: Sides) -> None:
    sides.appears(OLD)
    sides.appears(NEW)
    assert sides.new.level.rise() == Rise(LEVEL, held_by=OLD)
    assert sides.new.level.rise(quiet=NO_WAIT) == Rise(LEVEL, held_by=OLD)
    sides.disappears(OLD, timedelta(minutes=59))
    assert sides.new.level.processes() == [NEW]
    assert sides.new.level.rise() == Rise(LEVEL, waits=True)
    declare(sides.old)  # rolling back works until then
    sides.disappears(OLD, timedelta(minutes=61))
    assert sides.new.level.rise() == Rise(NEXT, risen=True)
    assert sides.new.level.rise() == Rise(NEXT)


def test_finishing_an_upgrade_skips_the_wait(sides: Sides) -> None:
    sides.appears(OLD)
    sides.disappears(OLD, timedelta(seconds=31))
    assert sides.new.level.rise() == Rise(LEVEL, waits=True)
    assert sides.new.level.rise(quiet=NO_WAIT) == Rise(NEXT, risen=True)


def test_a_process_of_a_release_before_levels_holds_it_back(sides: Sides) -> None:
    sides.new.stats.share("bulk@old:9", "")
    assert sides.new.level.rise(quiet=NO_WAIT) == Rise(LEVEL, held_by=Process(0, "bulk@old:9"))


def test_open_incidents_are_reconciled_again_after_the_level_rises(sides: Sides) -> None:
    declare(sides.old)
    sides.old.schedule.take_lock("lock:INC-1", "t", timedelta(seconds=9))
    assert sides.old.schedule.finish("INC-1", 1, None, None, lock="lock:INC-1", token="t")
    assert not sides.new.transfer.is_scheduled("INC-1")
    sides.new.level.rise()
    assert sides.new.transfer.is_scheduled("INC-1")


def test_a_process_that_is_gone_is_forgotten(sides: Sides) -> None:
    sides.appears(OLD)
    sides.disappears(OLD, timedelta(seconds=31))
    sides.appears(NEW)
    assert set(sides.old.redis.hgetall("muster:{T1}:levels")) == {NEW.name.encode()}


# --- the fence ------------------------------------------------------------------------------


def test_no_script_of_an_older_process_does_anything(sides: Sides) -> None:
    declare(sides.old)
    sides.new.level.rise()
    before = sides.has()
    for script in scripts.ALL:
        with pytest.raises(TooOld, match=f"its level is {LEVEL}, the store's is {NEXT}"):
            sides.old.connection.run(script, *["INC-1"] * 9)
        assert sides.has() == before, script


def test_an_older_process_is_told_apart_from_a_store_that_fails(sides: Sides) -> None:
    sides.new.level.rise()
    with pytest.raises(TooOld) as refused:
        sides.old.streams.append("INC-1", [Noted("still here")], at=NOW, by="U1")
    assert is_outage(refused.value)  # no stream is quarantined because of it
    declare(sides.new)
    assert len(sides.new.streams.state("INC-1").history) == 1


def ran(
    sides: Sides, *arguments: str, folder: Path, code: str = "", parent: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run `muster` on this store, without Slack. `parent`: as started by `muster run`."""
    if not code and not parent:
        return muster(*arguments, cwd=folder, env=environment(sides))
    start = ["-c", code] if code else ["-m", "bot"]
    fds, variables = inherited() if parent else ((), {})
    return subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=folder,
        env=clean({**environment(sides), **variables}),
        pass_fds=fds,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(sides: Sides) -> Mapping[str, str]:
    return {
        "REDIS_URL": sides.url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "PORT": str(free_port()),
    }


@pytest.mark.parametrize(
    "command",
    ["bot", "worker --queue timers", "clock", "incidents --retry INC-1", "doctor --rebuild",
     "import all.jsonl"],
)  # fmt: skip
def test_commands_that_write_refuse_to_start(sides: Sides, command: str, tmp_path: Path) -> None:
    if command.startswith("import"):
        assert not ran(sides, "export", "-o", "all.jsonl", folder=tmp_path).returncode
    declare(sides.old)
    sides.new.level.rise()
    before = sides.has()
    refused = ran(sides, *command.split(), folder=tmp_path)
    assert refused.returncode == 1, refused
    assert refused.stderr.splitlines()[-1] == (
        f"muster: this Muster is too old for its store: its level is {LEVEL}, the store's is "
        f"{NEXT}; "
        "install the release that the other processes run"
    )
    assert "Traceback" not in refused.stderr
    assert sides.has() == before


def test_inside_muster_run_it_is_no_crash(sides: Sides, tmp_path: Path) -> None:
    sides.new.level.rise()
    assert ran(sides, "clock", folder=tmp_path, parent=True).returncode == REFUSED


@pytest.fixture
def starts(sides: Sides, tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Start a process on the store; its log is in `log`."""
    running = []

    def start(*command: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=tmp_path, env=clean(environment(sides)), stderr=log
            )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_one_that_runs_ends_when_the_store_has_risen_above_it(
    sides: Sides, starts: Callable[..., "subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    """For example one that was suspended for so long that it wasn't waited for."""
    clock = starts("-m", "bot", "clock")
    until(lambda: bool(sides.old.level.processes()), what="it registers")
    assert [each.level for each in sides.old.level.processes()] == [LEVEL]
    sides.old.redis.set("muster:{T1}:level", str(NEXT))
    assert clock.wait(30) == 0
    assert "this Muster is too old for its store" in (tmp_path / "log").read_text()


def test_the_clock_raises_it(
    sides: Sides, starts: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    sides.appears(OLD)
    sides.disappears(OLD, timedelta(minutes=61))
    starts("-c", TOMORROW, "clock")
    until(lambda: sides.old.level.current() == NEXT, what="the level rises")


# --- held back ------------------------------------------------------------------------------

WANTS: dict[str, tuple[Leveled, Event]] = {
    "Noted": (Noted, Noted("what a drill is")),
    "Declared.private": ((Declared, "private"), replace(DECLARED, private=True)),
    "StageChanged.stage=mitigated": (Stage.MITIGATED, StageChanged(Stage.MITIGATED)),
}


@pytest.mark.parametrize("what", WANTS)
def test_events_of_a_newer_level_wait_for_older_processes(sides: Sides, what: str) -> None:
    leveled, event = WANTS[what]
    kinds = Kinds((replace(INCIDENT, levels={leveled: NEXT}),))
    store = at_level(sides.new.redis, NEXT, kinds)
    sides.appears(OLD)
    first = replace(DECLARED, summary="it may be ignored")
    declare(store, first)
    store.streams.append("INC-1", [StageChanged(Stage.IDENTIFIED)], at=NOW, by="U1")
    before = sides.has()

    def writes() -> list[Callable[[], object]]:
        changes = [Change("INC-1", 2, [StageChanged(Stage.IDENTIFIED), event])]
        return [
            lambda: store.streams.append("INC-1", [event], at=NOW, by="U1"),
            lambda: store.streams.append_together(changes, at=NOW, by="U1", intent="j"),
            lambda: declare(store, event, "k") if isinstance(event, Declared) else writes()[0](),
        ]

    for write in writes():
        with pytest.raises(HeldBack) as held:
            write()
        assert f"`{what}`" in str(held.value)
        assert f"{OLD} holds it back" in str(held.value)
        assert is_outage(held.value)
    assert sides.has() == before
    sides.disappears(OLD, timedelta(seconds=31))
    with pytest.raises(HeldBack, match="run `muster upgrade --finish`"):
        writes()[0]()
    store.level.rise(quiet=NO_WAIT)
    writes()[0]()


def test_a_level_is_of_something_that_is_stored() -> None:
    with pytest.raises(TypeError, match="int has a level but"):
        replace(INCIDENT, levels={int: 2})
    with pytest.raises(TypeError, match=r"Noted\.text needs a default"):
        replace(INCIDENT, levels={(Noted, "text"): 2})


def test_every_level_that_is_asked_for_has_been_introduced() -> None:
    assert set(INTRODUCED) == set(range(FIRST, LEVEL + 1))
    assert {level for kind in KINDS for level in kind.levels.values()} <= set(INTRODUCED)


def test_doctor_says_which_releases_run_and_who_holds_what_back(sides: Sides) -> None:
    sides.appears(OLD)
    sides.appears(NEW)
    sides.new.stats.share("bulk@old:9", "")
    found = list(map(str, levels.examine(sides.new.level)))
    assert found == [
        "warn  release          before levels: bulk@old:9: stop it: it can't run beside this "
        "release",
        f"warn  release          Muster 0.2.0, level {LEVEL}: bot@web-1:7: upgrade it",
        f"ok    release          Muster 0.3.0, level {NEXT}: bot@web-2:8",
        f"warn  level            {LEVEL}; bulk@old:9 (a release before levels) holds back: "
        f"level {NEXT}: "
        f"{levels.ENDS}",
    ]
    assert list(map(str, levels.examine(sides.old.level)))[-1] == (
        f"ok    level            {LEVEL}, nothing is held back"
    )
    sides.disappears(OLD, timedelta(seconds=31))
    sides.disappears(Process(0, "bulk@old:9"), timedelta(seconds=31))
    assert list(map(str, levels.examine(sides.new.level)))[-1] == (
        f"warn  level            {LEVEL}; the unfinished upgrade holds back: level {NEXT}: "
        f"{levels.WAITS}"
    )
    sides.new.level.rise(quiet=NO_WAIT)
    assert list(map(str, levels.examine(sides.old.level)))[-1] == (
        f"FAIL  level            the store has level {NEXT}, this Muster {LEVEL}: install the "
        "release that the other processes run"
    )


def test_the_operator_finishes_it(sides: Sides, tmp_path: Path) -> None:
    sides.appears(OLD)
    looked = ran(sides, "upgrade", folder=tmp_path, code=TOMORROW)
    assert looked.stdout == (f"The store has level {LEVEL}, this Muster {NEXT}. Older: {OLD}.\n")
    refused = ran(sides, "upgrade", "--finish", folder=tmp_path, code=TOMORROW)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"muster: {OLD} keeps the store below level {NEXT}; upgrade or "
        "stop it (one that was stopped counts for 30 s more)\n"
    )
    assert sides.old.level.current() == LEVEL
    sides.disappears(OLD, timedelta(seconds=31))
    done = ran(sides, "upgrade", "--finish", folder=tmp_path, code=TOMORROW)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"The store has level {NEXT} now (drills); older releases are refused.\n"
    )
    assert sides.old.level.current() == NEXT
    late = ran(sides, "upgrade", "--finish", folder=tmp_path)
    assert late.returncode == 1
    assert "this Muster is too old for its store" in late.stderr


# --- the first start ------------------------------------------------------------------------


def test_the_first_start_takes_up_what_releases_before_had_left(sides: Sides) -> None:
    store = sides.old
    store.redis.delete(f"{store.prefix}level")
    declare(store)
    store.redis.delete(f"{store.prefix}again")
    for what in ("INC-7", "INC-8/draft"):
        store.redis.hset(f"{store.prefix}aside", what, '{"since":0,"why":"UnknownEvent"}')
    assert store.level.admit()
    assert store.level.current() == FIRST
    assert not store.quarantine.all_quarantined()
    again = set(store.redis.zrange(f"{store.prefix}again", 0, -1))
    assert again == {b"INC-1", b"INC-7", b"INC-8"}
    store.redis.delete(f"{store.prefix}again")
    assert not store.level.admit()  # only the first
    assert not sides.new.level.admit()
    assert not store.transfer.is_scheduled("INC-1")
