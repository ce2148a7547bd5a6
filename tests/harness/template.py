"""A template process that has imported all of Muster, and forks our processes for tests.

Imports are most of the cost of a start: a second of CPU, hundreds of times in a whole test run. A
fork has them already, and otherwise behaves like `python -m bot`: it reads its environment,
connects, and can be killed. `make prove` doesn't fork; `muster run` and the first use of each
command (`tests.harness.command`) are started as an operator starts them. The template itself runs
`tests.fork_server`.
"""

import atexit
import contextlib
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
from typing import IO

from bot import parent_watch
from tests.platform.processes import ROOT, clean

KILLED = -int(signal.SIGKILL)


class Fork:
    """A forked process, with the methods of `subprocess.Popen` that tests use."""

    def __init__(self, pid: int, alive: int) -> None:
        """`alive`: the reading end of a pipe that the process holds open as long as it runs; it
        writes its exit status there when it ends by itself."""
        self.pid = pid
        self._alive = alive
        self._ended = False
        self._status = KILLED

    def poll(self) -> int | None:
        """Its exit status (`KILLED` if it was killed) when it has ended; None before that."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; returns its exit status. Raises `subprocess.TimeoutExpired`."""
        status = self._look(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _look(self, timeout: float | None) -> int | None:
        while not self._ended and select.select([self._alive], [], [], timeout)[0]:
            if status := os.read(self._alive, 1):
                self._status = status[0]
            else:  # end of file: the process has ended
                os.close(self._alive)
                self._ended = True
        return self._status if self._ended else None


class Template:
    """The template of this test process, for the code of today or of a release that is unpacked
    in a folder. It ends with the test process."""

    def __init__(self, release: Path | None) -> None:
        self._line, theirs = socket.socketpair()
        fds, variables = parent_watch.inherited()
        number = theirs.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from tests import fork_server; fork_server.main({number})"],
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

    def start(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        log: IO[bytes],
        *,
        errors: IO[bytes] | None = None,
        cwd: Path = ROOT,
    ) -> Fork:
        """Fork `muster COMMAND` with this environment, writing to `log`, and its stderr to
        `errors`, or to `log` too."""
        alive, held = os.pipe()
        try:
            asked = json.dumps({"command": [*command], "env": {**env}, "cwd": str(cwd)}).encode()
            socket.send_fds(self._line, [asked], [log.fileno(), (errors or log).fileno(), held])
        finally:
            os.close(held)
        return Fork(int(self._line.recv(64)), alive)


@cache
def template(release: Path | None = None) -> Template:
    return Template(release)
