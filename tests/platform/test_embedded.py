"""The embedded store keeps everything it acknowledged, and its server never outlives the process
that manages it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bot.embedded import EmbeddedServer, find, opened
from bot.errors import CommandError
from tests.platform.processes import alive, eventually, says, script

KEEPER = """
import sys
from pathlib import Path
from bot.embedded import EmbeddedServer

store = EmbeddedServer(Path(sys.argv[1]))
store.start()
print(store.child.pid, flush=True)
print(store.url, flush=True)
sys.stdin.readline()
"""

# The same without a guard, as if that had been killed, too.
UNGUARDED = KEEPER.replace("sys.stdin", "store.child._guard.kill(); sys.stdin")


def connect(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, decode_responses=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedServer]:
    store = EmbeddedServer(tmp_path)
    store.start()
    yield store
    store.stop()


def test_it_writes_to_disk_before_it_answers(store: EmbeddedServer) -> None:
    settings = connect(store.url).config_get("append*", "maxmemory-policy", "save", "aof-use*")
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "always"
    assert settings["aof-use-rdb-preamble"] == "no"
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["save"] == ""


def test_only_its_owner_can_look_in(store: EmbeddedServer, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "valkey.conf").stat().st_mode & 0o777 == 0o600
    assert (folder / "valkey.sock").stat().st_mode & 0o077 == 0


def test_a_killed_server_is_back_within_a_second_with_all_its_data(store: EmbeddedServer) -> None:
    at_first = store.url
    connect(store.url).set("incident", "INC-1")
    killed = store.child.pid
    assert killed
    os.kill(killed, signal.SIGKILL)

    def back() -> bool:
        store.child.tend()
        return store.child.pid not in {None, killed} and _answers(store.url)

    assert eventually(back, within=1)
    assert store.url == at_first
    assert connect(store.url).get("incident") == "INC-1"


def test_data_survives_a_restart(tmp_path: Path) -> None:
    for expected in (1, 2):
        store = EmbeddedServer(tmp_path)
        store.start()
        assert connect(store.url).incr("runs") == expected
        store.stop()


def test_nothing_is_left_when_it_is_stopped(tmp_path: Path) -> None:
    store = EmbeddedServer(tmp_path)
    store.start()
    pid = store.child.pid
    store.stop()
    assert pid
    assert not alive(pid)
    assert find(tmp_path) is None


def test_a_folder_in_use_is_refused_in_one_sentence(store: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"MUSTER_DATA: .* is in use by another `muster run`"):
        EmbeddedServer(tmp_path).start()
    assert _answers(store.url)


def test_the_store_of_a_running_keeper_is_found(store: EmbeddedServer, tmp_path: Path) -> None:
    assert find(tmp_path) == store.url
    with opened(tmp_path) as url:
        assert url == store.url
    assert _answers(store.url)


def test_a_store_at_rest_is_opened_for_the_moment(tmp_path: Path) -> None:
    store = EmbeddedServer(tmp_path)
    store.start()
    connect(store.url).set("incident", "INC-1")
    store.stop()
    with opened(tmp_path) as url:
        assert connect(url).get("incident") == "INC-1"
    assert find(tmp_path) is None


def test_where_nothing_ever_ran_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no store in"), opened(tmp_path / "nowhere"):
        pass
    assert not (tmp_path / "nowhere").exists()


def test_a_path_too_long_for_a_socket_is_no_hindrance(tmp_path: Path) -> None:
    store = EmbeddedServer(tmp_path / ("long" * 30))
    store.start()
    where = Path(store.url.removeprefix("unix://"))
    assert connect(store.url).ping()
    assert where.parent.stat().st_mode & 0o777 == 0o700
    store.stop()
    assert not where.parent.exists()


def test_the_server_ends_within_5_s_of_its_killed_keeper(tmp_path: Path) -> None:
    with script(KEEPER, str(tmp_path), cwd=Path.cwd()) as keeper:
        server = int(says(keeper))
        connect(says(keeper)).set("incident", "INC-1")
        keeper.kill()
        assert eventually(lambda: not alive(server), within=5)
    with opened(tmp_path) as url:
        assert connect(url).get("incident") == "INC-1"


def test_a_start_right_after_the_kill_finds_everything(tmp_path: Path) -> None:
    with script(KEEPER, str(tmp_path), cwd=Path.cwd()) as keeper:
        says(keeper)
        connect(says(keeper)).set("incident", "INC-1")
        keeper.kill()
        store = EmbeddedServer(tmp_path)
        store.start()
        assert connect(store.url).get("incident") == "INC-1"
        store.stop()


def test_an_orphan_is_ended_before_a_second_server_writes(tmp_path: Path) -> None:
    with script(UNGUARDED, str(tmp_path), cwd=Path.cwd()) as keeper:
        orphan = int(says(keeper))
        connect(says(keeper)).set("incident", "INC-1")
        keeper.kill()
        keeper.wait()
        store = EmbeddedServer(tmp_path)
        store.start()
        assert not alive(orphan)
        assert store.child.pid != orphan
        assert connect(store.url).get("incident") == "INC-1"
        store.stop()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(CommandError, match="MUSTER_DATA: can't keep a store in"):
        EmbeddedServer(tmp_path / "data").start()


def _answers(url: str) -> bool:
    try:
        return bool(connect(url).ping())
    except redis.RedisError:
        return False
