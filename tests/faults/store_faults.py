"""Faults of the store, each as a block after which the store works again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bot.supervise import Child
from tests.harness import Harness, until

BLOCK = 512  # bytes: the unit of `ulimit -f`
MANY, KEY_LOADS = 8000, 300  # keys, and microseconds to load each
SLOWLY = f"\nkey-load-delay {KEY_LOADS}\nloading-process-events-interval-bytes 1024\n"


@contextmanager
def read_only(harness: Harness) -> Iterator[None]:
    """The store is a replica, as after a failed failover."""
    with harness.asks_the_store() as store:
        store.execute_command("REPLICAOF", "127.0.0.1", "1")
        yield
        store.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def out_of_memory(harness: Harness) -> Iterator[None]:
    """`maxmemory` is reached, and eviction isn't allowed."""
    with harness.asks_the_store() as store:
        store.config_set("maxmemory", 1)
        yield
        store.config_set("maxmemory", 0)


@contextmanager
def loading(harness: Harness) -> Iterator[None]:
    """The store was killed, and takes seconds to load its file."""
    config = _config(harness)
    config.write_text(config.read_text() + SLOWLY)
    with harness.asks_the_store() as store, store.pipeline(transaction=False) as pipe:
        for number in range(MANY):
            pipe.set(f"something-else:{number}", number)
        pipe.execute()
    harness.kill_the_store()
    until(lambda: _tended(harness), what="the store started")
    yield
    harness.revive_the_store()


@contextmanager
def slow(harness: Harness) -> Iterator[None]:
    """Each answer takes half a second longer."""
    harness.wire.delay = 0.5
    yield
    harness.wire.delay = 0.0


@contextmanager
def torn(harness: Harness) -> Iterator[None]:
    """The connection ends in the middle of an answer to a write with the text `torn`."""
    harness.wire.stops("APPEND UpdatePosted", "torn", "after").tears()
    yield
    harness.wire.heals()


@contextmanager
def reset(harness: Harness) -> Iterator[None]:
    """The connection is reset before the store gets a write with the text `reset`."""
    harness.wire.stops("APPEND UpdatePosted", "reset").drops()
    yield
    harness.wire.heals()


@contextmanager
def disk_full(harness: Harness) -> Iterator[None]:
    """The disk has room until the middle of a write; the store then ends itself. Our supervisor
    restarts it repeatedly."""
    room = harness.folder / "room"
    room.write_text("unlimited")
    server = psutil.Process(harness.store.child.pid).exe()
    harness.kill_the_store()
    # without the trap the kernel would kill it with a signal, unlike a full disk
    script = f"trap '' XFSZ; ulimit -f $(cat {room}); exec {server} {_config(harness)}"
    harness.store.child.see_it_end()
    harness.store.child = Child("store", ["sh", "-c", script], foreign=True)
    full = _log_size(harness) // BLOCK + 3
    room.write_text(str(full))
    harness.store.child.start()
    harness.revive_the_store()
    yield
    room.write_text("unlimited")
    harness.revive_the_store()
    harness.kill_the_store()  # the running one may have started before there was room
    harness.revive_the_store()


def _config(harness: Harness) -> Path:
    return harness.folder / "data" / "store" / "valkey.conf"


def _log_size(harness: Harness) -> int:
    files = (harness.folder / "data" / "store").glob("**/*.aof")
    return max(each.stat().st_size for each in files)


def _tended(harness: Harness) -> bool:
    harness.store.child.tend()
    return harness.store.child.pid is not None
