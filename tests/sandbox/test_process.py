"""The process: ports, signals, state on disk, access, the clock."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib import error, request

import pytest

from sandbox.driver import Slack, wait
from sandbox.server import Running, main
from tests.sandbox.api import LOOPBACK, Api

ROOT = Path(__file__).parents[2]


def test_it_says_when_it_is_ready_and_ends_at_a_signal() -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "ready on http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_port_in_use_is_one_clear_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    said = f"the sandbox can't listen on 127.0.0.1:{port}: address already in use\n"
    assert capsys.readouterr().err == said


def test_messages_survive_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "slack.json")
    with Running("--state", state) as running:
        api = Api(running.url)
        channel = api.channel()
        api("chat.postMessage", channel=channel, text="still here")
        ts = api("chat.postMessage", channel=channel, text="pinned")["ts"]
        api("pins.add", channel=channel, timestamp=ts)
        Slack(running.url).moves("2h")
    with Running("--state", state) as running:
        slack = Slack(running.url)
        slack.channel("incident-1").expects("still here")
        assert [pin.text for pin in slack.channel("incident-1").pins] == ["pinned"]
        assert slack.now() > time.time() + 7000


def test_a_state_file_keeps_the_names_that_older_ones_have(tmp_path: Path) -> None:
    state = tmp_path / "slack.json"
    with Running("--state", str(state)) as running:
        Api(running.url)("conversations.join", channel="C0GENERAL")
        only_ana = {"channel": "C0GENERAL", "user": "U0ANA", "text": "for your eyes only"}
        Api(running.url)("chat.postEphemeral", **only_ana)
    assert json.loads(_kept(state))["workspace"]["whispers"][0]["text"] == "for your eyes only"
    with Running("--state", str(state)) as running:
        assert Slack(running.url).person("ana").sees("for your eyes only")


def test_a_change_is_soon_on_disk(tmp_path: Path) -> None:
    state = tmp_path / "slack.json"
    with Running("--state", str(state)) as running:
        Api(running.url).channel("incident-9")
        wait(lambda: "incident-9" in _kept(state) or None, 5, lambda: _kept(state))


def _kept(state: Path) -> str:
    return state.read_text("utf-8") if state.exists() else ""


def test_the_clock_moves_hurries_and_freezes(slack: Slack, api: Api) -> None:
    before = slack.now()
    slack.moves("15m")
    assert 900 <= slack.now() - before < 1000
    slack.rate(0)
    assert slack.now() == slack.now()
    slack.sets(2_000_000_000)
    said = api("chat.postMessage", channel=api.channel(), text="x")
    assert said["ts"].startswith("2000000000.")
    slack.rate(600)
    wait(lambda: slack.now() > 2_000_000_050 or None, 5, lambda: str(slack.now()))


@pytest.mark.parametrize(
    "header",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example@127.0.0.1"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "[::1"},
        {"Host": "localhost:80:80"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
    ],
)
def test_a_foreign_page_is_not_answered(running: Running, header: dict[str, str]) -> None:
    asked = request.Request(f"{running.url}/control/people", headers=header)
    with pytest.raises(error.HTTPError, match="403"):
        LOOPBACK.open(asked)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "-1", "1e300"])
@pytest.mark.parametrize("what", ["now", "rate"])
def test_a_clock_that_makes_no_sense_is_refused(running: Running, what: str, value: str) -> None:
    body = f'{{"{what}": {value}}}'.encode()
    asked = request.Request(f"{running.url}/control/clock", body, method="POST")
    with pytest.raises(error.HTTPError, match="400") as refused:
        LOOPBACK.open(asked)
    assert "isn't a" in refused.value.read().decode()


def test_curl_is_enough(running: Running) -> None:
    def ask(path: str, body: bytes | None = None) -> str:
        with LOOPBACK.open(running.url + path, body) as answer:
            return str(answer.read().decode())

    assert "/as/ana/in/general" in ask("/")
    ask("/as/ana/in/general", b"hello @bob")
    assert "ana: hello @bob" in ask("/in/general")
    assert "the app did not respond" in ask("/as/ana/in/general", b"/incident")
    assert ask("/violations") == "none\n"


def test_another_workspace_can_take_the_place_of_the_default(tmp_path: Path) -> None:
    people = tmp_path / "people.yml"
    people.write_text(
        "team: {id: T1, domain: other}\n"
        "app: {app_id: A1, bot_user: U1BOT, bot_id: B1}\n"
        "people: [{id: U1, name: zoe}]\n"
        "channels: [{id: C1, name: lobby}]\n"
    )
    with Running("--workspace", str(people)) as running:
        assert Api(running.url)("auth.test")["team_id"] == "T1"
        assert Slack(running.url).person("zoe").says("hi", "lobby").text == "hi"
