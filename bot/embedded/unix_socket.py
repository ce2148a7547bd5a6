"""The private Unix socket of the embedded store: location, requests, and cleanup.

Doesn't use a client library, so that a `PING` is cheap and `muster run` needs little memory.
"""

import shutil
import socket
import tempfile
from pathlib import Path
from urllib.parse import quote

_RECORD = "socket"  # the file in the folder that contains the socket's path


def place(folder: Path) -> Path:
    """Choose the socket's path: in the folder if the path is short enough (about 100 bytes) and
    the disk supports sockets, else in a temporary folder."""
    wanted = folder / "valkey.sock"
    wanted.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.bind(str(wanted))
        except OSError:
            return Path(tempfile.mkdtemp(prefix="muster-")) / "valkey.sock"
    wanted.unlink()
    return wanted


def record(folder: Path, where: Path) -> None:
    """Store the path for other processes."""
    (folder / _RECORD).write_text(str(where))


def url(where: Path) -> str:
    """The path as a REDIS_URL.

    >>> url(Path("/srv/on call/valkey.sock"))
    'unix:///srv/on%20call/valkey.sock'
    """
    return f"unix://{quote(str(where))}"


def is_recorded(folder: Path) -> bool:
    """Whether a server listens there, or did until it was killed."""
    return (folder / _RECORD).exists()


def recorded(folder: Path) -> Path:
    """The recorded path, also of a stopped server."""
    try:
        return Path((folder / _RECORD).read_text())
    except OSError:
        return folder / "valkey.sock"


def clear(folder: Path, where: Path) -> None:
    """Remove the socket of a stopped server, and its folder if we made one for it."""
    (folder / _RECORD).unlink(missing_ok=True)
    where.unlink(missing_ok=True)
    if where.parent != folder and where.parent.name.startswith("muster-"):
        shutil.rmtree(where.parent, ignore_errors=True)


def ask(where: Path, command: bytes) -> bytes:
    """Send a command and return the first line of the answer; empty if there is none."""
    with socket.socket(socket.AF_UNIX) as server:
        server.settimeout(1)
        try:
            server.connect(str(where))
            server.sendall(command + b"\r\n")
            return server.recv(1024).partition(b"\r\n")[0]
        except OSError:
            return b""
