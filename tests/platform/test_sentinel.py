"""A store behind a Sentinel that wants a password of its own: found, used, found again."""

import gc
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from redis import Redis, RedisError

from bot.embedded.server import _server
from bot.settings import Settings
from bot.wiring.connection import connect
from tests.harness import until

HERE = "127.0.0.1"
STORES, SENTINELS = "st@re", "w/tch"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[tuple[int, int, int]]:
    """The ports of the Sentinel, of the master and of its replica."""
    sentinel, master, replica = free_port(), free_port(), free_port()
    plain = ["--bind", HERE, "--save", "", "--requirepass", STORES, "--masterauth", STORES]
    rules = tmp_path / "sentinel.conf"
    rules.write_text(
        f"bind {HERE}\nport {sentinel}\ndir {tmp_path}\nrequirepass {SENTINELS}\n"
        f"sentinel monitor muster {HERE} {master} 1\nsentinel auth-pass muster {STORES}\n"
        "sentinel down-after-milliseconds muster 30000\nsentinel failover-timeout muster 3000\n"
    )
    store = [str(_server()), "--dir", str(tmp_path), *plain]
    commands = [
        [*store, "--port", str(master)],
        [*store, "--port", str(replica), "--replicaof", HERE, str(master)],
        [str(_server()), str(rules), "--sentinel"],
    ]
    running = [subprocess.Popen(each, stdout=subprocess.DEVNULL) for each in commands]
    yield sentinel, master, replica
    for each in running:
        each.kill()
        each.wait()
    gc.collect()  # ends the threads that ask the Sentinel


def settings(url: str) -> Settings:
    return Settings.model_construct(redis_url=SecretStr(url))


def test_it_is_found_with_both_passwords(ports: tuple[int, int, int]) -> None:
    sentinel, master, replica = ports
    watch = Redis(HERE, sentinel, password=SENTINELS)
    until(lambda: _replicas(watch) == 1, within=15, what="the Sentinel knows the replica")
    url = (
        f"redis+sentinel://:st%40re@{HERE}:1,{HERE}:{sentinel}/muster/2?sentinel_password=w%2Ftch"
    )
    store = connect(settings(url))
    until(lambda: _writes(store, "yes"), within=15, what="it writes")
    assert Redis(HERE, master, password=STORES, db=2).get("kept") == b"yes"

    until(lambda: _fails_over(watch), within=15, what="the Sentinel begins the failover")
    until(lambda: _master(watch) == replica, within=15, what="the replica is the master")
    new = Redis(HERE, replica, password=STORES, db=2)
    patient = connect(settings(url), patient=True)
    until(lambda: _writes(patient, "still"), within=15, what="it writes again")
    assert new.get("kept") == b"still"


def _state(watch: Redis) -> dict[str, Any]:
    state = watch.sentinel_master("muster")
    assert isinstance(state, dict)
    return state


def _master(watch: Redis) -> int:
    return int(_state(watch)["port"])


def _writes(store: Redis, text: str) -> bool:
    try:
        return bool(store.set("kept", text))
    except RedisError:
        return False


def _fails_over(watch: Redis) -> bool:
    try:
        return bool(watch.execute_command("SENTINEL", "FAILOVER", "muster"))
    except RedisError:  # it hasn't heard from the replica yet
        return False


def _replicas(watch: Redis) -> int:
    try:
        return int(_state(watch)["num-slaves"])
    except RedisError:
        return 0
