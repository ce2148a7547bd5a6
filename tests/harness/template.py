"""A process that has imported all of Muster, and forks one of ours for each start of a test.

Most of what a start costs is imports: a second of a core, hundreds of times in a run of all tests.
A fork has them already. From there on it is what `python -m bot` makes it: a process of its own
that reads its environment, connects, is killed. `make prove` forks nothing, and the tests in
`tests/platform` start everything as an operator does.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

from bot import parent_watch
from tests.platform.processes import ROOT, clean

MODULES = ("bot.cli", "bot.wiring.bot", "workers.clock", "workers.jobs", "workers.queue")
MESSAGE_MAX = 2**20  # bytes


class Fork:
    """A forked process, with those methods of `subprocess.Popen` that tests use."""

    def __init__(self, pid: int, alive: int) -> None:
        """`alive`: the reading end of a pipe that the process holds open as long as it lives."""
        self.pid = pid
        self._alive = alive
        self._ended = False

    def poll(self) -> int | None:
        """0 when it has ended, however it did; None before."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Raises `subprocess.TimeoutExpired`."""
        if self._look(timeout) is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _look(self, timeout: float | None) -> int | None:
        if not self._ended and select.select([self._alive], [], [], timeout)[0]:
            os.close(self._alive)  # nobody writes: it is at its end
            self._ended = True
        return 0 if self._ended else None


class Template:
    """The template of this test process, for the code of today or of a release that is unpacked
    in a folder. It ends with the test process."""

    def __init__(self, release: Path | None) -> None:
        self._line, theirs = socket.socketpair()
        fds, variables = parent_watch.inherited()
        number = theirs.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from tests.harness import template; template.main({number})"],
            cwd=release or ROOT,  # Python looks there first, then in PYTHONPATH
            env=clean({**variables, "PYTHONPATH": str(ROOT)} if release else variables),
            pass_fds=(number, *fds),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        atexit.register(self._ends)

    def _ends(self) -> None:
        self._line.close()
        self._process.wait(10)

    def start(self, command: Sequence[str], env: Mapping[str, str], log: IO[bytes]) -> Fork:
        """`muster COMMAND`, with this environment, writing to `log`."""
        alive, held = os.pipe()
        try:
            asked = json.dumps({"command": [*command], "env": {**env}}).encode()
            socket.send_fds(self._line, [asked], [log.fileno(), held])
        finally:
            os.close(held)
        return Fork(int(self._line.recv(64)), alive)


@cache
def template(release: Path | None = None) -> Template:
    return Template(release)


# --- in the template -----------------------------------------------------------------------


def main(line: int) -> None:
    """Import it, then serve the socket with this descriptor."""
    for each in MODULES:
        importlib.import_module(each)
    gc.freeze()  # what is shared stays shared
    signal.signal(signal.SIGCHLD, _bury)
    _serve(socket.socket(fileno=line))


def _bury(*_: object) -> None:
    """Wait for what has ended, so that it is no zombie, and its time is counted as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve(line: socket.socket) -> None:
    """Fork for each message, until whoever asks is gone."""
    while True:
        asked, fds, _, _ = socket.recv_fds(line, MESSAGE_MAX, 2)
        if not asked:
            return
        pid = os.fork()
        if pid == 0:
            line.close()
            _become(json.loads(asked), *fds)
        for each in fds:
            os.close(each)
        line.sendall(str(pid).encode())


def _become(asked: dict[str, Any], log: int, held: int) -> NoReturn:
    """What `python -m bot` is right after its imports. `held` stays open, unused, to the end."""
    from bot.cli import main

    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
        os.environ.clear()
        os.environ.update(asked["env"])
        sys.argv = ["muster", *asked["command"]]
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - it ends the process, as it does that of an operator
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
