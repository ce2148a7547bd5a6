"""A whole Muster for a test: store, bot, workers and clock as real processes, and a local Slack.

    with House("socket") as house:
        incident = house.declares("sev1 Checkout is down")
        incident.channel.expects(kind="card")

Nothing is pretended but Slack. Processes are ended by their ids, whatever happens; and the
local Slack's list of violations has to be empty.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib import error, request

from pydantic import SecretStr
from redis import Redis, RedisError

from bot import lifeline, report
from bot.embedded import Store
from bot.settings import Settings
from sandbox.driver import Channel, Message, Person, Seen, Slack
from sandbox.server import Running
from tests.platform.processes import ROOT, clean

Json = dict[str, Any]

TOKEN, APP_TOKEN, SECRET = "xoxb-test-muster", "xapp-test-muster", "test-signing-secret"
TEAM = "T0ACME"
PROCESSES = ("bot", "timers", "bulk", "clock")
READY = {"timers": "worker ready", "bulk": "worker ready", "clock": "clock ready"}
BETWEEN = 0.02  # seconds from look to look
LOOPBACK = request.build_opener(request.ProxyHandler({}))


def until(look: Callable[[], object], *, within: float = 5.0, what: str = "that") -> None:
    """Wait until something holds, for so many real seconds at most."""
    end = time.monotonic() + within
    while not look():
        assert time.monotonic() < end, f"after {within} s not yet: {what}"
        time.sleep(BETWEEN)


class Process:
    """One process of ours. `name` may have a number, for the second of its kind: `bot-2`."""

    def __init__(self, name: str, folder: Path, env: dict[str, str]) -> None:
        self.name = name
        kind = name.partition("-")[0]
        self.command = ["worker", "--queue", kind] if kind in ("timers", "bulk") else [kind]
        self.ready = READY.get(kind, "")
        self.folder = folder
        self.env = env
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def start(self) -> None:
        self._read = self.log.stat().st_size if self.log.exists() else 0
        fds, variables = lifeline.inherited()  # if the tests are killed, it ends too
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", *self.command],
                cwd=ROOT,
                env=clean({**self.env, **variables}),
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        until(self._is_ready, within=20, what=f"{self.name} ready:\n{self.output}")

    def kill(self) -> None:
        """As `kill -9` does, or the kernel when memory runs out."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

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


class House:
    """`transport`: `socket` or `http`. `also`: second processes, such as `bot-2`.

    `policy`: changes the copied policy before anything starts; gets its folder.
    """

    def __init__(
        self,
        transport: str = "socket",
        *,
        also: tuple[str, ...] = (),
        policy: Callable[[Path], None] = lambda folder: None,
    ) -> None:
        self.transport = transport
        self._also = also
        self._policy = policy
        self._ending = ExitStack()
        self._titles = count(1)
        self.declared: list[Incident] = []

    def __enter__(self) -> "House":
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
        # A short path: the store's socket has to fit into 100 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="h-"))
        self._ending.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.playbooks = self.folder / "playbooks"
        shutil.copytree(ROOT / "playbooks", self.playbooks)
        on_call(self.playbooks, primary="U0BOB", secondary="U0CLEO")
        self._policy(self.playbooks)
        self.server = Running(
            *("--manifest", str(ROOT / "manifest.yml")),
            *("--bot-token", TOKEN, "--app-token", APP_TOKEN),
        )
        self._ending.enter_context(self.server)
        self.slack = Slack(self.server.url)
        self.store = Store(self.folder / "data")
        self.store.start()
        self._ending.callback(self.store.stop)
        self.processes = {name: self._process(name) for name in (*PROCESSES, *self._also)}
        if self.transport == "http":
            self.server.events_to(self.processes["bot"].env["EVENTS"], SECRET)
        self._ending.callback(self._end)
        self.start(*self.processes)

    def _process(self, name: str) -> Process:
        port = free_port()
        env = {
            "REDIS_URL": self.store.url,
            "MUSTER_DATA": str(self.folder / "data"),
            "MUSTER_PLAYBOOKS": str(self.playbooks),
            "MUSTER_CLOCK_URL": f"{self.server.url}/clock",
            "SLACK_API_URL": f"{self.server.url}/api/",
            "SLACK_BOT_TOKEN": TOKEN,
            "PORT": str(port),
            "EVENTS": f"http://127.0.0.1:{port}/slack/events",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "debug",
        }
        way_in = {"socket": ("SLACK_APP_TOKEN", APP_TOKEN)}
        variable, value = way_in.get(self.transport, ("SLACK_SIGNING_SECRET", SECRET))
        return Process(name, self.folder, {**env, variable: value})

    # --- its processes ---------------------------------------------------------------------

    def start(self, *names: str) -> None:
        """Start these (all), and wait until they are ready."""
        for name in names or self.processes:
            self.processes[name].start()
        for name in names or self.processes:
            self.processes[name].wait_until_ready()

    def kill(self, *names: str) -> None:
        for name in names or self.processes:
            self.processes[name].kill()

    def kill_the_store(self) -> None:
        """Until `revives_the_store`."""
        assert self.store.child.pid is not None
        os.kill(self.store.child.pid, 9)
        until(lambda: self.store.child.pid is None)

    def revive_the_store(self) -> None:
        def alive() -> bool:
            self.store.child.tend()
            return self.store.child.pid is not None and self._answers()

        until(alive, within=10, what="the store back")

    def asks_the_store(self) -> Redis:
        return Redis.from_url(self.store.url, socket_timeout=5)

    def _answers(self) -> bool:
        with self.asks_the_store() as store:
            try:
                return bool(store.ping())
            except RedisError:
                return False

    def rests(self, *, within: float = 30.0) -> None:
        """Wait until nothing is left to do now for any incident: no call begun or put off."""
        with self.asks_the_store() as store:
            prefix = f"muster:{{{TEAM}}}:"

            def left() -> list[bytes]:
                notes = list(store.scan_iter(f"{prefix}notes:*"))
                return [*store.zrange(f"{prefix}again", 0, -1), *notes]

            until(lambda: not left(), within=within, what="everything done")

    def _end(self) -> None:
        self.slack.heals()
        for process in self.processes.values():
            process.ask_to_end()
        try:
            for process in self.processes.values():
                process.see_it_end()
        finally:
            self.kill()

    def moves(self, by: str) -> None:
        """Move the clock, once all that was said is written down too: what is written down
        after the move was said late."""
        self.rests()
        self.slack.moves(by)

    @property
    def url(self) -> str:
        """Of the bot's web process."""
        return f"http://127.0.0.1:{self.processes['bot'].env['PORT']}"

    def muster(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the operator, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=clean(self.processes["bot"].env),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def records(self) -> list[Json]:
        """`muster incidents --json`, without a process for it."""
        settings = Settings.model_construct(
            redis_url=SecretStr(self.store.url), slack_bot_token=SecretStr(TOKEN)
        )
        rows: list[Json] = json.loads(report.incidents(settings, open_only=False, as_json=True))
        return rows

    def logs(self) -> str:
        return "".join(process.output for process in self.processes.values())

    # --- its people ------------------------------------------------------------------------

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
        """A title that no other incident of this house has."""
        return f"{about} {self.processes['bot'].env['PORT'][-2:]}{next(self._titles)}"

    def declares(
        self, what: str = "sev1", *, title: str | None = None, by: Person | None = None
    ) -> "Incident":
        """Declared by a one-liner; `what` is the severity. Returns when its card is there."""
        who = by or self.ana
        title = title or self.title()
        said = who.types(f"/incident declare {what} {title}")
        return self.incident(said).whole()

    def incident(self, said: Seen | None, *, title: str = "") -> "Incident":
        """The incident of which the answer says that it was declared."""
        assert said is not None, "no answer"
        found = re.search(r"\*?(INC-\d+)\*? is declared", said.text)
        assert found, said.text
        incident = Incident(self, found[1])
        self.declared.append(incident)
        return incident

    def tidy(self) -> None:
        """Cancel what a test declared, so that it nags in no other."""
        self.slack.heals()
        for incident in self.declared:
            incident.ends()
        self.declared.clear()

    def check_slack(self) -> None:
        violations = self.slack.forgives()
        assert not violations, json.dumps(violations, indent=1)


class Incident:
    """One incident, as Slack and the operator see it."""

    def __init__(self, house: House, id_: str) -> None:
        self.house = house
        self.id = id_

    @property
    def channel(self) -> Channel:
        """Its channel, once there is one: the one where its card is."""
        found: list[Channel] = []

        def look() -> bool:
            found.extend(channels_of(self.house.slack, self.id))
            return bool(found)

        until(look, what=f"a channel of {self.id}")
        return found[0]

    def ends(self) -> None:
        """Cancelled by somebody who is in its channel, if it is open and has one."""
        open_ = self.record.get("stage") in ("investigating", "identified", "mitigated")
        for channel in channels_of(self.house.slack, self.id) if open_ else []:
            people = [name for name in channel.members if name != "muster"]
            if people and not channel.archived:
                self.house.person(people[0]).types("/incident cancel the test is over", channel)

    @property
    def card(self) -> Message:
        return self.channel.expects(kind="card")

    def whole(self) -> "Incident":
        """Wait until its channel is complete."""
        channel = self.channel
        channel.expects(kind="card")
        channel.until(lambda c: c.pins and c.topic, what="pinned, with a topic")
        return self

    @property
    def record(self) -> Json:
        """What the store says; empty if there is none."""
        return next((row for row in self.house.records() if row["id"] == self.id), {})

    def messages(self, kind: str, *, to: Channel | None = None) -> list[Message]:
        """What was said about this incident, in its channel or elsewhere."""
        where = to or self.channel
        return [m for m in where.messages(kind) if m.payload.get("incident") == self.id]

    def expects(self, kind: str, words: str = "", *, to: Channel, within: float = 5.0) -> Message:
        """Wait for a message about this incident in another conversation."""
        found: list[Message] = []

        def look() -> bool:
            found[:] = [m for m in self.messages(kind, to=to) if words in m]
            return bool(found)

        until(look, within=within, what=f"{words!r} ({kind}) about {self.id}")
        return found[-1]


def channels_of(slack: Slack, incident_id: str) -> list[Channel]:
    """Every channel with a card of this incident."""
    there = [c for c in slack.channels() if c["name"].startswith("incident-")]
    channels = [Channel(slack, c["id"]) for c in reversed(there)]
    return [
        each
        for each in channels
        if any(m.payload.get("incident") == incident_id for m in each.messages("card"))
    ]


def everything_said(slack: Slack) -> Iterator[Message]:
    """All that the bot said, wherever."""
    for channel in slack.channels():
        for message in Channel(slack, channel["id"]).messages():
            if message.payload.get("key"):
                yield message


def on_call(playbooks: Path, **members: str) -> None:
    """Put people into the schedules of a policy folder."""
    lines, name = [], ""
    for line in (playbooks / "oncall.yml").read_text().splitlines():
        if found := re.match(r"  (\w+):$", line):
            name = found[1]
        is_list = line.strip() == "members: []"
        lines.append(f"    members: [{members[name]}]" if is_list else line)
    (playbooks / "oncall.yml").write_text("\n".join(lines) + "\n")


_ports = count(12000 + os.getpid() * 61 % 16000)


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to callers."""
    for port in _ports:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")


def answer(
    url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """The status and the text of an HTTP answer; 0 if nobody answers."""
    asked = request.Request(url, body, headers or {})
    try:
        with LOOPBACK.open(asked, timeout=10) as answered:
            return int(answered.status), answered.read().decode()
    except error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""
