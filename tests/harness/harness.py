"""The harness: Muster's processes, its store and its local Slack, for the duration of a test."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from pydantic import SecretStr
from redis import Redis, RedisError

from bot import report
from bot.embedded import EmbeddedServer
from bot.settings import Settings
from sandbox.driver import Person, Seen, Slack
from sandbox.server import Running
from tests.harness.cluster import Cluster
from tests.harness.command import muster
from tests.harness.incident import TEAM, Incident
from tests.harness.process import Process, free_port
from tests.harness.store_proxy import Wire
from tests.harness.waiting import until
from tests.platform.processes import ROOT

Json = dict[str, Any]

TOKEN, APP_TOKEN, SECRET = "xoxb-test-muster", "xapp-test-muster", "test-signing-secret"
PROCESSES = ("bot", "timers", "bulk", "clock")


class Harness:
    """`transport`: `socket` or `http`. `also`: additional processes, such as `bot-2`.

    `policy`: changes the copied policy before anything starts; gets its folder. `wired`: our
    processes connect to the store through `wire`. `real_time`: use real time, which a test can't
    move. `recorded`: a folder written by `tests/old/record.py`; starts with copies of its store,
    policy and Slack, at the time of the recording. `settings`: more environment variables for all
    processes. `release`: a folder with the packages of a kept wheel; all processes begin with its
    code and its packaged policy. `cluster`: the store, instead of the embedded one.
    """

    wire: Wire

    def __init__(
        self,
        transport: str = "socket",
        *,
        also: tuple[str, ...] = (),
        policy: Callable[[Path], None] = lambda folder: None,
        wired: bool = False,
        real_time: bool = False,
        recorded: Path | None = None,
        settings: Mapping[str, str] | None = None,
        release: Path | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self.transport = transport
        self._also = also
        self._policy = policy
        self._wired = wired
        self._real_time = real_time
        self._recorded = recorded
        self._settings = dict(settings or {})
        self._release = release
        self._cluster = cluster
        self._ending = ExitStack()
        self._titles = count(1)
        self.declared: list[Incident] = []
        self.with_cards: dict[str, set[str]] = {}

    def __enter__(self) -> "Harness":
        self._ending.__enter__()
        try:
            self._furnish()
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.close()

    def _furnish(self) -> None:
        # A short path, because the store's socket has to fit into 100 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="h-"))
        self._ending.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.playbooks = self.folder / "playbooks"
        flags = ["--manifest", str(ROOT / "manifest.yml"), "--bot-token", TOKEN]
        flags += ["--app-token", APP_TOKEN]
        if self._recorded:
            flags += ["--state", str(restored(self._recorded, self.folder))]
        else:
            shipped = self._release / "bot/packaged" if self._release else ROOT
            shutil.copytree(shipped / "playbooks", self.playbooks)
            on_call(self.playbooks, primary="U0BOB", secondary="U0CLEO")
            if self._release is None:  # an older one doesn't know the file
                without_limits(self.playbooks)
        self._policy(self.playbooks)
        self.server = Running(*flags)
        self._ending.enter_context(self.server)
        self.slack = Slack(self.server.url)
        if self._cluster is None:
            self.store = EmbeddedServer(self.folder / "data")
            self.store.start()
            self._ending.callback(self.store.stop)
        if self._wired:
            socket = unquote(self.store.url.removeprefix("unix://"))
            self.wire = self._ending.enter_context(Wire(Path(socket)))
        self.processes = {name: self._process(name) for name in (*PROCESSES, *self._also)}
        if self.transport == "http":
            bots = [each for each in self.processes if each.partition("-")[0] == "bot"]
            self.server.events_to(SECRET, *(self.processes[bot].env["EVENTS"] for bot in bots))
        self._ending.callback(self._end)
        self.start(*self.processes)

    def _process(self, name: str) -> Process:
        port = free_port()
        env = {
            "REDIS_URL": self._connected_to(),
            "MUSTER_DATA": str(self.folder / "data"),
            "MUSTER_PLAYBOOKS": str(self.playbooks),
            "SLACK_API_URL": f"{self.server.url}/api/",
            "SLACK_BOT_TOKEN": TOKEN,
            "PORT": str(port),
            "EVENTS": f"http://127.0.0.1:{port}/slack/events",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "debug",
        }
        if not self._real_time:
            env["MUSTER_CLOCK_URL"] = f"{self.server.url}/clock"
        way_in = {"socket": ("SLACK_APP_TOKEN", APP_TOKEN)}
        variable, value = way_in.get(self.transport, ("SLACK_SIGNING_SECRET", SECRET))
        env |= {variable: value, **self._settings}
        return Process(name, self.folder, env, self._release)

    def _connected_to(self) -> str:
        if self._cluster:
            return self._cluster.url
        return self.wire.url if self._wired else self.store.url

    # --- processes -------------------------------------------------------------------------

    def start(self, *names: str) -> None:
        """Start these processes (default: all), and wait until they are ready."""
        for name in names or self.processes:
            self.processes[name].start()
        for name in names or self.processes:
            self.processes[name].wait_until_ready()

    def kill(self, *names: str) -> None:
        for name in names or self.processes:
            self.processes[name].kill()

    def kill_the_store(self) -> None:
        """Kill the store, until `revive_the_store`."""
        assert self.store.child.pid is not None
        os.kill(self.store.child.pid, 9)
        until(lambda: self.store.child.pid is None)

    def revive_the_store(self) -> None:
        def alive() -> bool:
            self.store.child.tend()
            return self.store.child.pid is not None and self._answers()

        until(alive, within=10, what="the store back")

    @property
    def store_url(self) -> str:
        """The URL of the store, without the proxy; of a cluster, that of its master now."""
        return self._cluster.master().url if self._cluster else self.store.url

    def asks_the_store(self) -> Redis:
        if self._cluster:
            return self._cluster.client()
        return Redis.from_url(self.store.url, socket_timeout=5)

    def _answers(self) -> bool:
        with self.asks_the_store() as store:
            try:
                return bool(store.ping())
            except RedisError:
                return False

    def rests(self, *, within: float = 60.0) -> None:
        """Wait until nothing is left to do now for any incident, and no call is pending."""
        with self.asks_the_store() as store:
            prefix = f"muster:{{{TEAM}}}:"

            def left() -> list[bytes]:
                notes = list(store.scan_iter(f"{prefix}notes:*", count=1000))
                return [*store.zrange(f"{prefix}again", 0, -1), *notes]

            try:
                until(lambda: not left(), within=within, what="everything done")
            except AssertionError as late:
                raise AssertionError(f"{late}; left: {left()}") from None

    def _end(self) -> None:
        self.slack.heals()
        if self._wired:
            self.wire.heals()
        for process in self.processes.values():
            process.ask_to_end()
        try:
            for process in self.processes.values():
                process.see_it_end()
        finally:
            self.kill()

    def moves(self, by: str) -> None:
        """Move the clock, after everything posted has been recorded; otherwise its record would be
        late."""
        self.rests()
        self.slack.moves(by)

    @property
    def url(self) -> str:
        """The URL of the bot's web process."""
        return f"http://127.0.0.1:{self.processes['bot'].env['PORT']}"

    def muster(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an operator command to its end."""
        return muster(*arguments, cwd=ROOT, env=self.processes["bot"].env)

    def records(self, *, open_only: bool = False) -> list[Json]:
        """The output of `muster incidents --json`, without a process for it."""
        settings = Settings.model_construct(
            redis_url=SecretStr(self.store_url), slack_bot_token=SecretStr(TOKEN)
        )
        listed = report.incidents(settings, open_only=open_only, as_json=True)
        rows: list[Json] = json.loads("".join(listed))
        return rows

    def logs(self) -> str:
        return "".join(process.output for process in self.processes.values())

    # --- people ----------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    @property
    def ana(self) -> Person:
        return self.slack.person("ana")

    @property
    def bob(self) -> Person:
        return self.slack.person("bob")

    @property
    def cleo(self) -> Person:
        return self.slack.person("cleo")

    def title(self, about: str = "Checkout is down") -> str:
        """A title that is unique in this harness."""
        return f"{about} {self.processes['bot'].env['PORT'][-2:]}{next(self._titles)}"

    def declares(
        self, what: str = "sev1", *, title: str | None = None, by: Person | None = None
    ) -> Incident:
        """Declare by a command; `what`: the severity. Returns when its card is there."""
        who = by or self.ana
        title = title or self.title()
        said = who.types(f"/incident declare {what} {title}")
        return self.incident(said).whole()

    def incident(self, said: Seen | None) -> Incident:
        """The incident that the reply says was declared."""
        assert said is not None, "no answer"
        found = re.search(r"\*?(INC-\d+)\*?", said.text)
        assert found, said.text
        incident = Incident(self, found[1])
        self.declared.append(incident)
        return incident

    def found(self, title: str) -> Incident:
        """Wait for the newest incident with this title."""
        ids: list[str] = []

        def there() -> bool:
            ids[:] = [each["id"] for each in self.records() if each["title"] == title]
            return bool(ids)

        until(there, what=title)
        incident = Incident(self, ids[-1])
        self.declared.append(incident)
        return incident

    def tidy(self) -> None:
        """Cancel the incidents that a test declared, so that their reminders don't disturb
        others."""
        self.slack.heals()
        for incident in self.declared:
            incident.ends()
        self.declared.clear()

    def check_slack(self, *, but: tuple[str, ...] = ()) -> None:
        """Check that there are no violations; `but`: ignore those that begin with this."""
        told = self.slack.forgives()
        violations = [each for each in told if not each["what"].startswith(but)]
        assert not violations, json.dumps(violations, indent=1)


def restored(recorded: Path, folder: Path) -> Path:
    """Copy the store and the policy of a recording into `folder`, and its local Slack's state,
    whose clock continues from then. Returns the state file."""
    for part in ("data", "playbooks"):
        shutil.copytree(recorded / part, folder / part)
    slack = json.loads((recorded / "slack.json").read_text())
    now = json.loads((recorded / "expected.json").read_text())["now"]
    slack["clock"]["ahead"] = now - time.time()
    (folder / "slack.json").write_text(json.dumps(slack))
    return folder / "slack.json"


def on_call(playbooks: Path, **members: str) -> None:
    """Put people into the schedules of a policy folder."""
    lines, name = [], ""
    for line in (playbooks / "oncall.yml").read_text().splitlines():
        if found := re.match(r"  (\w+):$", line):
            name = found[1]
        is_list = line.strip() == "members: []"
        lines.append(f"    members: [{members[name]}]" if is_list else line)
    (playbooks / "oncall.yml").write_text("\n".join(lines) + "\n")


def without_limits(playbooks: Path) -> None:
    """Let one person page and declare as often as tests do."""
    limits = "{pages: {most: 1000, within: 1s}, incidents: {most: 1000, within: 1s}}"
    (playbooks / "access.yml").write_text(f"limits: {limits}\n")


def add_severities(playbooks: Path, rows: str) -> None:
    """Append severities, as YAML, to those of a policy folder."""
    file = playbooks / "severities.yml"
    there, questions, tree = file.read_text().partition("\nquestions:")
    file.write_text(f"{there}\n{rows}{questions}{tree}")
