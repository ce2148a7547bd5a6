"""`muster run`: starts everything, restarts what dies, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from bot.embedded import find
from sandbox.driver import Slack
from sandbox.server import Running as Sandbox
from tests.harness.command import muster
from tests.platform.processes import ROOT, alive, clean, eventually

CHILDREN = ["bot", "clock", "sandbox", "store", "worker --queue bulk", "worker --queue timers"]


CRASH_ONCE = """
import os, sys
from pathlib import Path

if sys.orig_argv[-1] == "clock":
    try:
        Path(os.environ["CRASHED"]).touch(exist_ok=False)
    except FileExistsError:
        pass
    else:
        sys.exit(1)  # as of an exception that nobody caught
"""
RUN = (sys.executable, "-m", "bot", "run")


def settings(playbooks: Path | None = ROOT / "playbooks") -> dict[str, str]:
    """Its own ports, and this policy or none."""
    ports = {"PORT": str(_a_free_port()), "MUSTER_SANDBOX_PORT": str(_a_free_port())}
    return ports | ({"MUSTER_PLAYBOOKS": str(playbooks)} if playbooks else {})


class Running:
    """A `muster run` in its own folder, on its own ports, with the local Slack."""

    def __init__(
        self, folder: Path, env: dict[str, str] | None = None, command: Sequence[str] = RUN
    ) -> None:
        self.data = folder / "data"
        self.env = env or settings()
        self._output = folder / "output"
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=clean(self.env),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def ready(self) -> bool:
        """Whether `/readyz` succeeds."""
        try:
            with urlopen(f"http://127.0.0.1:{self.env['PORT']}/readyz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def children(self) -> dict[str, int]:
        """Its child processes, by role."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            line = " ".join(child.cmdline()) if alive(child.pid) else ""
            if "valkey-server" in line:
                found["store"] = child.pid
            elif ours := re.search(r"-m bot (worker --queue \w+|\w+)", line):
                found[ours[1]] = child.pid
        return found

    def everybody(self) -> list[int]:
        below = psutil.Process(self.process.pid).children(recursive=True)
        return [self.process.pid, *(child.pid for child in below)]


@contextmanager
def running(
    folder: Path, env: dict[str, str] | None = None, command: Sequence[str] = RUN
) -> Iterator[Running]:
    run = Running(folder, env, command)
    everybody = [run.process.pid]
    try:
        eventually(lambda: "Muster is ready" in run.output or run.ended, within=90)
        assert "Muster is ready" in run.output, run.output
        everybody = run.everybody()
        yield run
    finally:
        if not run.ended:
            everybody = run.everybody()
            run.process.terminate()
            run.process.wait(30)
        for pid in filter(alive, everybody):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that none of the tests ends."""
    with running(tmp_path_factory.mktemp("run")) as run:
        yield run


def ends(run: Running, number: signal.Signals) -> None:
    """It is told to, and leaves nothing behind but its store, which can be read."""
    everybody = run.everybody()
    run.process.send_signal(number)
    assert run.process.wait(20) == 0, run.output
    assert not [pid for pid in everybody if alive(pid)]
    assert find(run.data) is None
    assert muster("incidents", "--json", cwd=run.data.parent).stdout == "[]\n"
    assert find(run.data) is None


def test_it_says_how_to_talk_to_the_local_slack(run: Running) -> None:
    assert sorted(run.children()) == CHILDREN
    port = run.env["MUSTER_SANDBOX_PORT"]
    assert f"http://127.0.0.1:{port}/as/ana/in/general" in run.output


def test_the_addresses_that_it_prints_are_pages(run: Running) -> None:
    pages = re.findall(
        r"(?:ready, at|ready on|^) +(http://127\.0\.0\.1:\d+)", run.output, flags=re.MULTILINE
    )
    assert len(set(pages)) == 2, run.output
    for address in set(pages):
        with urlopen(address, timeout=5) as page:
            assert page.status == 200
            shown = page.read().decode()
        assert "/incident" in shown or "Slack" in shown


def test_its_store_can_be_read_while_it_runs(run: Running) -> None:
    assert muster("incidents", "--json", cwd=run.data.parent).stdout == "[]\n"
    assert find(run.data) is not None


def test_a_second_one_on_the_same_folder_is_refused(run: Running) -> None:
    other_ports = {"PORT": str(_a_free_port()), "MUSTER_SANDBOX_PORT": str(_a_free_port())}
    second = muster("run", cwd=run.data.parent, env=run.env | other_ports)
    assert second.returncode == 1
    assert "is in use by another `muster run`" in second.stderr
    assert sorted(run.children()) == CHILDREN


def test_the_first_sev1_pages_and_who_is_on_call_is_said(run: Running) -> None:
    (line,) = [each for each in run.output.splitlines() if "On call" in each]
    assert "@bob (primary), @eve (secondary)" in line
    slack = Slack(f"http://127.0.0.1:{run.env['MUSTER_SANDBOX_PORT']}")
    ana, bob = slack.person("ana"), slack.person("bob")
    answer = ana.types("/incident who", "general")
    assert answer is not None
    assert "@bob" in answer
    assert "@eve" in answer
    ana.types("/incident declare sev1 Checkout is down", "general")
    bob.dm().expects("Checkout is down", kind="page", within=20)


def test_a_local_slack_that_stalls_ends_nobody(run: Running) -> None:
    """The clock of a rehearsal is read from there."""
    before = run.children()
    os.kill(before["sandbox"], signal.SIGSTOP)
    try:
        said = "MUSTER_CLOCK_URL not responding"
        assert eventually(lambda: said in run.output, within=30)
    finally:
        os.kill(before["sandbox"], signal.SIGCONT)
    assert eventually(run.ready, within=30)
    assert run.children() == before
    assert "crashed" not in run.output


def test_whoever_is_killed_is_back(run: Running) -> None:
    before = run.children()
    for killed in before.values():
        os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: find(run.data) is not None, within=10)

    def all_back() -> bool:
        now = run.children()
        return sorted(now) == CHILDREN and not set(now.values()) & set(before.values())

    assert eventually(all_back)
    assert eventually(run.ready)
    assert not run.ended


def test_killed_it_is_gone_within_5_s_and_started_again_at_once_it_waits_for_that(
    tmp_path: Path,
) -> None:
    """And a SIGTERM ends all of it."""
    with running(tmp_path) as run:
        everybody = run.everybody()
        run.process.kill()
        run.process.wait()
        again = Running(tmp_path, run.env)  # on the same ports
        try:
            assert eventually(lambda: not any(alive(pid) for pid in everybody), within=5)
            assert eventually(lambda: "Muster is ready" in again.output or again.ended, within=90)
            assert sorted(again.children()) == CHILDREN
            ends(again, signal.SIGTERM)
        finally:
            if not again.ended:
                again.process.terminate()
                again.process.wait(30)


def test_a_clock_that_crashes_at_its_start_is_started_again(tmp_path: Path) -> None:
    """And a SIGINT ends all of it."""
    (tmp_path / "sitecustomize.py").write_text(CRASH_ONCE)
    env = {**settings(), "PYTHONPATH": str(tmp_path), "CRASHED": str(tmp_path / "crashed")}
    with running(tmp_path, env) as run:
        assert (tmp_path / "crashed").exists()
        assert eventually(lambda: sorted(run.children()) == CHILDREN)
        (line,) = [each for each in run.output.splitlines() if '"child died"' in each]
        assert '"child": "clock"' in line
        assert '"status": 1' in line
        ends(run, signal.SIGINT)


IMPATIENT = "import bot.supervise; bot.supervise._HANGS_AFTER = 4.0"


def test_those_that_hang_are_started_again_and_what_is_due_is_done(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(IMPATIENT)
    with running(tmp_path, {**settings(), "PYTHONPATH": str(tmp_path)}) as run:
        before = run.children()
        hung = {name: pid for name, pid in before.items() if name not in ("store", "sandbox")}
        assert len(hung) == len(CHILDREN) - 2
        for pid in hung.values():
            os.kill(pid, signal.SIGSTOP)

        def all_back() -> bool:
            now = run.children()
            return sorted(now) == CHILDREN and not set(now.values()) & set(hung.values())

        assert eventually(all_back, within=60)
        assert eventually(run.ready, within=60)
        for name in hung:
            assert f'"child": "{name}"' in run.output
        assert '"child hangs: killed"' in run.output


def test_a_child_that_refuses_to_start_ends_all_of_it(tmp_path: Path) -> None:
    with Sandbox("--bot-token", "xoxb-right", "--app-token", "xapp-right") as slack:
        env = {"SLACK_API_URL": f"{slack.url}/api/", "LOG_LEVEL": "error", **settings()}
        env |= {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": "xapp-right"}
        run = Running(tmp_path, env)
        try:
            assert run.process.wait(90) == 1
        finally:
            run.process.kill()
    assert "Slack rejects it (invalid_auth)" in run.output
    assert re.search(
        r"^muster: [\w -]+ didn't start; see its log above$", run.output, re.MULTILINE
    )


def _a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
