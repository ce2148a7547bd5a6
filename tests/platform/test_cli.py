"""Commands end with status 0, 1 with one clear line, or 2; never with a traceback."""

import shutil
import socket
from pathlib import Path

import pytest

from bot.cli import GROUPS, commands
from tests.harness.command import muster
from tests.platform.processes import ROOT

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def refusal(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """The line with which this command is refused."""
    ran = muster(*arguments, cwd=cwd, env=env)
    assert ran.returncode == 1, ran
    (line,) = ran.stderr.splitlines()
    return line


def test_help_names_every_command(tmp_path: Path) -> None:
    ran = muster("--help", cwd=tmp_path)
    assert ran.returncode == 0
    for command in (
        *("run", "bot", "worker", "clock", "sandbox", "demo"),
        *(
            "init",
            "manifest",
            "playbooks",
            "doctor",
            "completion",
            "incidents",
            "timeline",
            "postmortem",
            "oncall",
        ),
        *("export", "import"),
    ):
        assert f"\n  {command} " in ran.stdout


def test_every_command_is_under_a_heading_and_shows_an_example() -> None:
    grouped = [command.name or "" for group in GROUPS.values() for command in group]
    assert sorted(commands.commands) == sorted(grouped)
    for name, command in commands.commands.items():
        (*_, last) = getattr(command, "commands", {name: command}).values()
        assert f"muster {name}" in (last.help or ""), name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_to_complete(tmp_path: Path, shell: str) -> None:
    ran = muster("completion", shell, cwd=tmp_path)
    assert ran.returncode == 0, ran
    assert f"_MUSTER_COMPLETE={shell}_complete" in ran.stdout
    asked = {
        "_MUSTER_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "muster do",
        "COMP_CWORD": "do",
    }
    asked["COMP_CWORD"] = "do" if shell == "fish" else "1"
    assert "doctor" in muster(cwd=tmp_path, env=asked).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("timeline",),
        ("worker", "--queue", "fast"),
        ("manifest", "--http", "nowhere"),
        ("demo", "--speed", "quick"),
    ],
)
def test_wrong_usage_is_status_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert muster(*arguments, cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["run", "bot", "worker", "clock", "incidents", "demo"])
def test_a_bad_setting_is_one_line(tmp_path: Path, command: str) -> None:
    line = refusal(command, cwd=tmp_path, env={"MUSTER_TIMEZONE": "Mars/Phobos"})
    assert line == "muster: MUSTER_TIMEZONE: must be an IANA time zone like Europe/Berlin"


@pytest.mark.parametrize("command", ["run", "bot", "worker", "doctor"])
def test_a_policy_that_is_named_and_missing_is_refused(tmp_path: Path, command: str) -> None:
    line = refusal(command, cwd=tmp_path, env={"MUSTER_PLAYBOOKS": "nowhere"})
    assert line.startswith("muster: MUSTER_PLAYBOOKS: must be an existing folder")


@pytest.mark.parametrize("command", ["bot", "worker", "clock"])
def test_a_single_process_wants_a_store(tmp_path: Path, command: str) -> None:
    line = refusal(command, cwd=tmp_path, env=TOKENS)
    assert line.startswith("muster: REDIS_URL: set it to")


@pytest.mark.parametrize("command", ["bot", "worker", "clock"])
def test_a_single_process_wants_a_slack(tmp_path: Path, command: str) -> None:
    line = refusal(command, cwd=tmp_path, env={"REDIS_URL": "redis://127.0.0.1:1"})
    assert line.startswith("muster: SLACK_BOT_TOKEN: missing")


@pytest.mark.parametrize("variable", ["PORT", "MUSTER_SANDBOX_PORT"])
def test_a_port_in_use_is_named_and_nothing_is_started(tmp_path: Path, variable: str) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        ports = {"PORT": other, "MUSTER_SANDBOX_PORT": other} | {variable: taken}
        port = taken.getsockname()[1]
        env = {name: str(held.getsockname()[1]) for name, held in ports.items()}
        other.close()
        line = refusal("run", cwd=tmp_path, env=env)
    assert line.startswith(f"muster: {variable}: can't listen on 127.0.0.1 port {port}")
    assert not (tmp_path / "data").exists()


def test_reading_where_nothing_ever_ran_says_so(tmp_path: Path) -> None:
    assert "no store in data yet" in refusal("incidents", cwd=tmp_path)


def test_a_script_gets_an_empty_list_where_nothing_ever_ran(tmp_path: Path) -> None:
    for more in ((), ("--open",), ("--all",)):
        ran = muster("incidents", "--json", *more, cwd=tmp_path)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "[]\n", "")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://muster.example.com",
        "http://10.0.0.5:3000",
        "https://",
        "https://a b",
        "ftp://a.org",
    ],
)
def test_slack_sends_requests_only_to_https(tmp_path: Path, url: str) -> None:
    ran = muster("manifest", "--http", url, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "https://muster.example.com" in ran.stderr


def test_the_local_slack_takes_http(tmp_path: Path) -> None:
    ran = muster("manifest", "--http", "http://127.0.0.1:3000/", cwd=tmp_path)
    assert "url: http://127.0.0.1:3000/slack/events" in ran.stdout
    ran = muster("manifest", "--http", "HTTPS://Muster.example.com", cwd=tmp_path)
    assert ran.returncode == 0


def test_only_the_mistakes_stop_a_start(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks")
    severities = tmp_path / "playbooks" / "severities.yml"
    severities.write_text(
        severities.read_text().replace("update_every: 15m", "update_every: soon")
    )
    checked = muster("playbooks", "check", cwd=tmp_path)
    assert "warning:" in checked.stdout  # no one is on call in the shipped policy
    assert "soon" in refusal("run", cwd=tmp_path)


def test_reading_a_store_that_is_away_says_so(tmp_path: Path) -> None:
    env = {"REDIS_URL": "redis://127.0.0.1:1"}
    line = refusal("incidents", cwd=tmp_path, env=env)
    assert line.startswith("muster: REDIS_URL: can't use the store")


def test_the_policy_that_comes_along_has_no_mistakes(tmp_path: Path) -> None:
    ran = muster("playbooks", "check", str(ROOT / "playbooks"), cwd=tmp_path)
    assert ran.returncode == 0, ran
    assert ran.stdout.endswith("no mistakes\n")


def test_a_mistake_in_the_policy_is_shown_with_its_line(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks")
    with (tmp_path / "playbooks" / "severities.yml").open("a") as severities:
        severities.write("\nseverity: SEV9\n")
    ran = muster("playbooks", "check", cwd=tmp_path)
    assert ran.returncode == 1
    assert "playbooks/severities.yml:" in ran.stdout
    assert ran.stderr == "muster: 1 mistake in playbooks\n"


@pytest.mark.parametrize("command", ["bot", "run"])
def test_a_broken_policy_stops_the_start_without_a_traceback(tmp_path: Path, command: str) -> None:
    (tmp_path / "playbooks").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    env = {**TOKENS, "PORT": port}
    env |= {"REDIS_URL": "redis://127.0.0.1:1"} if command == "bot" else {}
    ran = muster(command, cwd=tmp_path, env=env)
    assert ran.returncode == 1
    assert "severities.yml" in ran.stderr
    assert "Traceback" not in ran.stderr
