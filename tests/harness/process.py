"""A process of ours: forked from a template that has imported everything, or started as an
operator does."""

import os
import socket
import subprocess
import sys
from itertools import count
from pathlib import Path

from bot import parent_watch
from tests.faults.trial_count import THOROUGH
from tests.harness.template import Fork, template
from tests.harness.waiting import answer, until
from tests.platform.processes import ROOT, clean

READY = {"timers": "worker ready", "bulk": "worker ready", "clock": "clock ready"}


class Process:
    """One process of ours. `name` may have a number, for a second one of its kind: `bot-2`.

    `release`: a folder with the packages of a kept wheel, which it runs from its next start on;
    None: the code of today.
    """

    def __init__(
        self, name: str, folder: Path, env: dict[str, str], release: Path | None = None
    ) -> None:
        self.name = name
        self.release = release
        kind = name.partition("-")[0]
        self.command = ["worker", "--queue", kind] if kind in ("timers", "bulk") else [kind]
        self.ready = READY.get(kind, "")
        self.folder = folder
        self.env = env
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | Fork | None = None
        self._read = 0

    def start(self) -> None:
        self._read = self.log.stat().st_size if self.log.exists() else 0
        fds, variables = parent_watch.inherited()  # it ends if the tests are killed
        env = clean({**self.env, **variables})
        with self.log.open("ab") as log:
            if not THOROUGH and "PYTHONPATH" not in self.env:  # a fork would ignore it
                self._process = template(self.release).start(
                    self.command, env, log, cwd=self.release or ROOT
                )
                return
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", *self.command],
                cwd=self.release or ROOT,  # first among the places where Python looks
                env=env,
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        until(self._is_ready, within=20, what=f"{self.name} ready:\n{self.output}")

    def kill(self) -> None:
        """Kill it, like `kill -9`, or the kernel when memory runs out."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def signals(self, number: int) -> None:
        """Send it a signal, like `kill -STOP` and `kill -CONT`."""
        assert self._process is not None
        self._process.send_signal(number)

    def ask_to_end(self) -> None:
        if self._process:
            self._process.terminate()

    def see_it_end(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(8)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end in 8 s") from None
        self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _is_ready(self) -> bool:
        assert self.running, f"{self.name} has ended:\n{self.output}"
        if self.ready:
            with self.log.open("rb") as log:
                log.seek(self._read)
                return self.ready.encode() in log.read()
        return answer(f"http://127.0.0.1:{self.env['PORT']}/readyz")[0] == 200


_ports = count(12000 + os.getpid() * 61 % 16000)


def free_port() -> int:
    """A free port, below those that the kernel assigns to clients."""
    for port in _ports:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")
