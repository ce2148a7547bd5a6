"""A deployment for benchmarks: `muster run` as an operator runs it, with the embedded store,
settings for real tokens, and a local Slack in its own process."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
from redis import Redis

from bot import parent_watch
from bot.embedded import find
from bot.wiring.connection import open_store
from sandbox.driver import Slack
from tests.harness.harness import add_severities, without_limits
from tests.platform.processes import ROOT, clean

TOKEN, APP_TOKEN, SECRET, TEAM = "xoxb-bench", "xapp-bench", "bench-signing-secret", "T0ACME"
LATENCY = 0.08  # seconds added to every Slack call, in some benchmarks
LOOK = 0.005  # seconds between polls

ON_CALL = """\
schedules:
  primary: {timezone: UTC, rotation: weekly, handover: monday 09:00, members: [U0BOB]}
  secondary: {timezone: UTC, rotation: weekly, handover: monday 09:00, members: [U0EVE]}
"""
TIMED = """\
  - {id: TIMED, title: Nagged every 2 seconds, ack_within: 2s, ack_every: 2s, \
backoff: {factor: 1}, commander_within: null}
"""  # a severity for `timers`


def until(look: Callable[[], object], within: float, what: str) -> float:
    """Wait until a condition holds; returns when it did (`time.time`)."""
    end = time.monotonic() + within
    while not look():
        if time.monotonic() > end:
            raise RuntimeError(f"after {within:g} s not yet: {what}")
        time.sleep(LOOK)
    return time.time()


@contextmanager
def local_slack(events: int | None) -> Iterator[Slack]:
    """Run the local Slack as a process. `events`: the bot's port; None for Socket Mode."""
    port = free_port()
    hears = ["--events-url", events_url(events), "--signing-secret", SECRET] if events else []
    manifest = ["--manifest", str(ROOT / "manifest.yml"), "--bot-token", TOKEN]
    with process("sandbox", "--port", str(port), *manifest, *hears, cwd=ROOT, env={}):
        until(lambda: accepts(port), 10, "the local Slack listens")
        yield Slack(f"http://127.0.0.1:{port}")


class Muster:
    """A running `muster run`. `started`: seconds from exec to ready. `with_limits`: as shipped, of
    what one person may ask for in a short time."""

    def __init__(
        self,
        slack: Slack,
        port: int,
        folder: Path,
        *,
        socket_mode: bool = False,
        with_limits: bool = False,
    ) -> None:
        self.slack = slack
        self.port = port
        self.folder = folder
        self.started = 0.0
        rules = folder / "playbooks"
        if not rules.exists():
            shutil.copytree(ROOT / "playbooks", rules)
            if not with_limits:
                without_limits(rules)
            (rules / "oncall.yml").write_text(ON_CALL, encoding="utf-8")
            add_severities(rules, TIMED)
        way_in = (
            {"SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {"SLACK_SIGNING_SECRET": SECRET}
        )
        self._env = {
            **way_in,
            "PORT": str(port),
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_API_URL": f"{slack.url}/api/",
            "MUSTER_DATA": str(folder / "data"),
            "MUSTER_PLAYBOOKS": str(rules),
            "LOG_FORMAT": "json",
        }

    @contextmanager
    def running(self) -> Iterator["Muster"]:
        began = time.monotonic()
        with process("bot", "run", cwd=self.folder, env=self._env) as self.process:
            until(self._is_ready, 30, f"ready; its log:\n{self._log()}")
            self.started = time.monotonic() - began
            until(lambda: self._log().count("worker ready") >= 2, 30, "both workers ready")
            until(lambda: "clock ready" in self._log(), 30, "the clock ready")
            self.redis = Redis.from_url(self._store_url())
            self.store = open_store(self.redis, TEAM)
            yield self
            self.redis.close()

    @contextmanager
    def second(self, *command: str) -> Iterator[float]:
        """Run one more process of this kind; yields the seconds until it was ready."""
        folder = self.folder / "second"
        folder.mkdir(exist_ok=True)
        log = folder / "bot.log"
        env = {**self._env, "REDIS_URL": self._store_url(), "PORT": str(free_port())}
        began = time.monotonic()
        with process("bot", *command, cwd=folder, env=env):
            until(lambda: "ready" in log.read_text(encoding="utf-8"), 30, f"ready: {command}")
            yield time.monotonic() - began

    def operator(self, *command: str) -> float:
        """The seconds that an operator command takes, from exec to its end."""
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "bot", *command],
            cwd=self.folder,
            env=clean(self._env),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return time.monotonic() - began

    def _store_url(self) -> str:
        url = find(self.folder / "data")
        assert url is not None
        return url

    def settle(self, within: float = 60.0) -> None:
        """Wait until nothing is left to do for any incident."""
        again = f"{self.store.prefix}again"
        until(lambda: not self.redis.zcard(again), within, "all incidents attended to")

    def family(self) -> dict[str, psutil.Process]:
        """The processes of this `muster run`, by role."""
        found = {"supervisor": psutil.Process(self.process.pid)}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            found[_role(child.cmdline())] = child
        return found

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"muster run has ended:\n{self._log()}")
        bot = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            bot.request("GET", "/readyz")
            return bot.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            bot.close()

    def _log(self) -> str:
        return (self.folder / "bot.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder. Its path is short, because a socket's path has to fit into 100 bytes."""
    made = Path(tempfile.mkdtemp(prefix="b-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def process(
    module: str, *arguments: str, cwd: Path, env: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `python -m module …`, logging to `module.log` in `cwd` if that is one of our folders."""
    fds, variables = parent_watch.inherited()
    where = cwd / f"{module}.log" if cwd != ROOT else Path(os.devnull)
    with where.open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=cwd,
            env=clean({**env, **variables}),
            stdout=log,
            stderr=log,
            pass_fds=fds,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


def events_url(port: int) -> str:
    return f"http://127.0.0.1:{port}/slack/events"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _role(command: list[str]) -> str:
    """The role of one of our processes, from its command line.

    >>> _role(["python", "-m", "bot", "worker", "--queue", "bulk"])
    'worker bulk'
    >>> _role(["valkey-server unixsocket:valkey.sock"])
    'store'
    """
    if "valkey-server" in command[0]:
        return "store"
    if "muster-guard" in command:
        return "guard"
    return " ".join(word for word in command[3:] if word != "--queue") or command[0]
