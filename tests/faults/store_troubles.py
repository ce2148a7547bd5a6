"""What may befall a store: each as a block, after which all is well with it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bot.supervise import Child
from tests.house import House, until

BLOCK = 512  # bytes: what `ulimit -f` counts in
MANY, KEY_LOADS = 8000, 300  # keys, and the microseconds that each of them takes to load
SLOWLY = f"\nkey-load-delay {KEY_LOADS}\nloading-process-events-interval-bytes 1024\n"


@contextmanager
def read_only(house: House) -> Iterator[None]:
    """It became a replica, as after a fail-over that went wrong."""
    with house.asks_the_store() as store:
        store.execute_command("REPLICAOF", "127.0.0.1", "1")
        yield
        store.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def out_of_memory(house: House) -> Iterator[None]:
    """`maxmemory` is reached, and nothing may be evicted."""
    with house.asks_the_store() as store:
        store.config_set("maxmemory", 1)
        yield
        store.config_set("maxmemory", 0)


@contextmanager
def loading(house: House) -> Iterator[None]:
    """It was killed, and takes seconds to read its file."""
    config = _config(house)
    config.write_text(config.read_text() + SLOWLY)
    with house.asks_the_store() as store, store.pipeline(transaction=False) as pipe:
        for number in range(MANY):
            pipe.set(f"something-else:{number}", number)
        pipe.execute()
    house.kill_the_store()
    until(lambda: _tended(house), what="the store started")
    yield
    house.revive_the_store()


@contextmanager
def slow(house: House) -> Iterator[None]:
    """Each answer takes half a second longer."""
    house.wire.delay = 0.5
    yield
    house.wire.delay = 0.0


@contextmanager
def torn(house: House) -> Iterator[None]:
    """The connection ends in the middle of an answer, where the word `torn` was written."""
    house.wire.stops("APPEND UpdatePosted", "torn", "after").tears()
    yield
    house.wire.heals()


@contextmanager
def reset(house: House) -> Iterator[None]:
    """The connection is reset before the store has it, where it says `reset`."""
    house.wire.stops("APPEND UpdatePosted", "reset").drops()
    yield
    house.wire.heals()


@contextmanager
def disk_full(house: House) -> Iterator[None]:
    """It may write a little more, to the middle of something, and no more then: it ends itself
    at that. Our supervisor starts it again, and again."""
    room = house.folder / "room"
    room.write_text("unlimited")
    server = psutil.Process(house.store.child.pid).exe()
    house.kill_the_store()
    # without the trap the kernel would kill it with a signal, which no full disk does
    script = f"trap '' XFSZ; ulimit -f $(cat {room}); exec {server} {_config(house)}"
    house.store.child.see_it_end()
    house.store.child = Child("store", ["sh", "-c", script], foreign=True)
    full = _log_size(house) // BLOCK + 3
    room.write_text(str(full))
    house.store.child.start()
    house.revive_the_store()
    yield
    room.write_text("unlimited")
    house.revive_the_store()
    house.kill_the_store()  # the one that runs may have begun before there was room
    house.revive_the_store()


def _config(house: House) -> Path:
    return house.folder / "data" / "store" / "valkey.conf"


def _log_size(house: House) -> int:
    files = (house.folder / "data" / "store").glob("**/*.aof")
    return max(each.stat().st_size for each in files)


def _tended(house: House) -> bool:
    house.store.child.tend()
    return house.store.child.pid is not None
