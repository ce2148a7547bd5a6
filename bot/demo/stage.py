"""A separate Muster for the demo: free ports, a temporary folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from bot import parent_watch
from bot.errors import CommandError
from bot.ready import listens
from sandbox.driver import Slack, wait

# A policy without people on call. `muster run` then puts the local Slack's people on call
# (`bot.local_slack`), so that the demo is the same for everybody.
NOBODY = """\
schedules:
  primary: {timezone: UTC, rotation: weekly, handover: monday 09:00, members: []}
  secondary: {timezone: UTC, rotation: weekly, handover: monday 09:00, members: []}
"""


class Stage:
    """A context manager: everything runs inside it, and nothing afterwards."""

    def __init__(self, playbooks: Path) -> None:
        self._playbooks = playbooks
        self._folder = Path(tempfile.mkdtemp(prefix="muster-demo-"))
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Stage":
        try:
            self._start()
        except BaseException:
            self._take_down()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._take_down()

    def last_words(self) -> str:
        """The end of the logs of its processes."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _start(self) -> None:
        rules = self._folder / "playbooks"
        shutil.copytree(self._playbooks, rules)
        (rules / "oncall.yml").write_text(NOBODY, encoding="utf-8")
        web, slack = _free_ports()
        fds, variables = parent_watch.inherited()
        theirs = ("SLACK_", "REDIS_", "MUSTER_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        env |= {
            **variables,
            "PORT": str(web),
            "MUSTER_SANDBOX_PORT": str(slack),
            "MUSTER_DATA": str(self._folder / "data"),
            "MUSTER_PLAYBOOKS": str(rules),
            "LOG_FORMAT": "console",
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self._folder,  # away from any .env
                env=env,
                stdout=log,
                stderr=log,
                pass_fds=fds,
                start_new_session=True,
            )
        self.slack = Slack(f"http://127.0.0.1:{slack}")
        try:
            wait(lambda: self._is_ready(slack), 60, self.last_words)
        except AssertionError as late:
            raise CommandError(f"the demo's Muster isn't ready: {late}") from None

    def _is_ready(self, port: int) -> bool | None:
        assert self._process is not None
        if self._process.poll() is not None:
            raise CommandError(f"the demo's Muster didn't start:\n{self.last_words()}")
        return (listens("127.0.0.1", port) and self.slack.connections() > 0) or None

    def _take_down(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]
