"""`muster doctor`: passing checks, and each failing check with its remedy."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from redis import Redis

from bot.doctor.rehearsal import Rehearsal
from bot.settings import Settings
from bot.wiring.bot import build
from bot.wiring.connection import open_store
from bot.wiring.runtime import slack_client
from sandbox.server import Running
from tests import registry
from tests.harness import Harness
from tests.harness.command import muster
from tests.harness.incident import TEAM
from tests.harness.valkey import valkey
from tests.platform.processes import ROOT
from tests.registry import assert_covered

BAD = ("--appendonly", "no", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")


@pytest.fixture(scope="module")
def ill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store without persistence."""
    with valkey(tmp_path_factory.mktemp("ill"), *BAD) as url:
        yield url


def lines(env: dict[str, str], cwd: Path, *options: str) -> tuple[int, list[str]]:
    ran = muster("doctor", *options, cwd=cwd, env=env)
    assert "Traceback" not in ran.stderr, ran
    return ran.returncode, ran.stdout.splitlines()


def about(what: str, found: list[str]) -> list[str]:
    return [line for line in found if line[6:].startswith(f"{what} ")]


@pytest.mark.transports
def test_all_is_well(either: Harness) -> None:
    ran = either.muster("doctor")
    assert ran.returncode == 0, ran
    found = ran.stdout.splitlines()
    assert {line.split()[0] for line in found} == {"ok"}
    assert about("bot token", found) == [f"ok    bot token        @muster in Acme ({TEAM})"]
    assert about("processes", found)[0].endswith("1 bot, 1 timers, 1 bulk, 1 clock")
    assert about("on call", found)[0].startswith("ok    on call          primary: U0BOB until ")
    in_ = {"socket": ("app token", "socket mode"), "http": ("connection",)}[either.transport]
    assert all(about(each, found) for each in in_)


def test_a_store_that_forgets_and_a_token_that_is_refused(
    harness: Harness, ill: str, tmp_path: Path
) -> None:
    wrong = {"REDIS_URL": ill, "SLACK_BOT_TOKEN": "xoxb-old", "SLACK_APP_TOKEN": "xapp-old"}
    status, found = lines({**harness.processes["bot"].env, **wrong}, tmp_path)
    harness.slack.forgives()  # the token isn't one of this workspace
    assert status == 1
    assert [line[:23] + line[23:].partition(",")[0] for line in about("persistence", found)] == [
        "FAIL  persistence      appendonly is no",
        "FAIL  persistence      appendfsync is everysec",
        "FAIL  persistence      maxmemory-policy is allkeys-lru",
    ]
    assert about("bot token", found)[0].startswith(
        "FAIL  bot token        Slack answers invalid_auth: copy it again from your app's page"
    )
    assert about("app token", found)[0].startswith(
        "FAIL  app token        Slack answers invalid_auth"
    )
    assert about("processes", found)[0].startswith(
        "warn  processes        no bot has connected to Slack"
    )


def test_a_backlog_is_reported(harness: Harness, ill: str, tmp_path: Path) -> None:
    with Redis.from_url(ill) as redis:
        store = open_store(redis, TEAM)
        store.stats.share("timers@a:1", 'muster_process_info{kind="timers",version="0.1.0"} 1.0\n')
        store.stats.share("bulk@b:1", 'muster_process_info{kind="bulk",version="0.0.9"} 1.0\n')
        redis.zadd(f"{store.prefix}due", {"INC-1": 1000})
        for _ in range(5):
            store.quarantine.record_failure("INC-2", why="KeyError")
        redis.hset(f"{store.prefix}troubles:INC-2", "first", 0)
        assert store.quarantine.record_failure("INC-2", why="KeyError")
    env = {**harness.processes["bot"].env, "REDIS_URL": ill}
    status, found = lines(env, tmp_path)
    assert status == 1
    said = "\n".join(found)
    assert "FAIL  processes        no bot running: start one: `muster bot`" in said
    assert "FAIL  processes        no clock running" in said
    assert "several versions running: 0.0.9, 0.1.0" in said
    assert "FAIL  lag              wake-ups `due`: 1 overdue, the oldest for " in said
    assert "FAIL  quarantined      INC-2: KeyError: fix the error in the log, then " in said


def test_slack_away_and_no_store(harness: Harness, tmp_path: Path) -> None:
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/", "REDIS_URL": "", "MUSTER_DATA": "none"}
    status, found = lines({**harness.processes["bot"].env, **nowhere}, tmp_path)
    assert status == 1
    assert "isn't responding" in about("bot token", found)[0]
    assert about("store", found)[0].endswith(
        "no store in none yet: set another folder, or set REDIS_URL"
    )


def test_nothing_is_set_up_yet(tmp_path: Path) -> None:
    status, found = lines({"MUSTER_PLAYBOOKS": str(ROOT / "playbooks")}, tmp_path)
    assert status == 1
    assert about("bot token", found)[0].startswith("FAIL  bot token        SLACK_BOT_TOKEN is not")
    assert about("on call", found)[0].startswith("warn  on call          primary: no one")


def test_secrets_that_others_can_read_are_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=error\n")
    (tmp_path / ".env").chmod(0o640)
    (tmp_path / "data").mkdir(mode=0o755)
    _, found = lines({}, tmp_path)
    assert about("secrets", found) == [
        "warn  secrets          other users of this machine can read .env (mode 0640): "
        "`chmod 600 .env`",
        "warn  secrets          other users of this machine can read data (mode 0755): "
        "`chmod 700 data`",
    ]
    (tmp_path / ".env").chmod(0o600)
    (tmp_path / "data").chmod(0o700)
    _, found = lines({}, tmp_path)
    assert about("secrets", found) == []


def test_a_scope_is_missing_and_the_store_tells_nothing(harness: Harness, tmp_path: Path) -> None:
    app = yaml.safe_load((ROOT / "manifest.yml").read_text())
    app["oauth_config"]["scopes"]["bot"].remove("im:write")
    (tmp_path / "app.yml").write_text(yaml.safe_dump(app))
    managed = ("--rename-command", "CONFIG", "")
    with (
        Running("--manifest", str(tmp_path / "app.yml")) as slack,
        valkey(tmp_path, *managed) as url,
    ):
        env = {**harness.processes["bot"].env, "SLACK_API_URL": f"{slack.url}/api/"}
        status, found = lines({**env, "REDIS_URL": url}, tmp_path)
    assert status == 1
    assert about("scopes", found)[0].startswith("FAIL  scopes           missing im:write (page ")
    assert about("persistence", found)[0].startswith(
        "warn  persistence      the store hides its settings"
    )


def test_payloads_that_slack_would_reject_are_named(harness: Harness) -> None:
    harness.slack.fails("blocks.validate", error="invalid_blocks", times=1)
    ran = harness.muster("doctor", "--online")
    assert ran.returncode == 1
    (said,) = about("online", ran.stdout.splitlines())
    assert said.startswith(
        "FAIL  online           Slack would reject the page of SEV0 (invalid_bl"
    )


async def test_the_rehearsal_leaves_nothing_out(harness: Harness, tmp_path: Path) -> None:
    env = harness.processes["bot"].env
    with valkey(tmp_path) as url:
        settings = Settings.model_construct(
            slack_bot_token=SecretStr(env["SLACK_BOT_TOKEN"]),
            slack_api_url=env["SLACK_API_URL"],
            muster_playbooks=Path(env["MUSTER_PLAYBOOKS"]),
            redis_url=SecretStr(url),
        )
        slack = slack_client(settings)
        try:
            shapes = list(Rehearsal(await build(settings, slack)).shapes())
        finally:
            await slack.close()
    told = (shape.what.partition(" of ") for shape in shapes if shape.kind == "message")
    assert_covered(
        registry.message_kinds(),
        {kind for kind, of, _ in told if of},
        what="kind of message",
        where="SCRIPT in bot/doctor/rehearsal.py",
    )
    forms: list[Any] = [json.loads(shape.body) for shape in shapes if shape.kind == "view"]
    assert_covered(
        registry.forms(),
        {form.get("callback_id") for form in forms},
        what="form",
        where="what `_all_requests` in bot/doctor/rehearsal.py opens",
    )


def test_slack_is_asked_about_everyone_in_the_policy(harness: Harness, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(harness.playbooks, folder)
    harness.slack.has("pagerbot", is_bot=True)
    harness.slack.has("olga", deleted=True)
    harness.ana.archives(harness.ana.creates("old-war-room"))
    (folder / "escalation.yml").write_text(
        "chains:\n  default:\n    steps:\n"
        '      - notify: ["@U0PAGERBOT", "@U0BOB"]\n'
        '      - notify: ["#old-war-room", "#nowhere", "#general"]\n'
    )
    (folder / "oncall.yml").write_text(
        "schedules:\n  primary:\n    timezone: UTC\n    handover: monday 09:00\n"
        "    members: [U0OLGA, U0NOBODY, U0CLEO]\n"
    )
    wrong = [
        "escalation.yml:4: notify: @U0PAGERBOT is a bot",
        "escalation.yml:5: notify: #old-war-room is archived",
        "escalation.yml:5: notify: #nowhere doesn't exist in Slack, or is private",
        "oncall.yml:5: members: @U0OLGA is deactivated",
        "oncall.yml:5: members: @U0NOBODY doesn't exist in Slack",
    ]
    env = {**harness.processes["bot"].env, "MUSTER_PLAYBOOKS": str(folder)}
    env["MUSTER_ADMINS"] = "U0ANA,U0OLGA"
    status, found = lines(env, tmp_path)
    assert status == 1
    told = [line.partition("people           ")[2] for line in about("people", found)]
    assert [line.rpartition(":")[0] for line in told] == [
        *wrong,
        "MUSTER_ADMINS: @U0OLGA is deactivated",
    ]

    ran = muster("playbooks", "check", str(folder), "--online", cwd=tmp_path, env=env)
    assert ran.returncode == 1
    reported = [line.removeprefix(f"{folder}/") for line in ran.stdout.splitlines()]
    assert sorted(line.partition(";")[0] for line in reported) == sorted(wrong)
    assert "5 mistakes" in ran.stderr


def test_a_policy_cannot_be_checked_online_without_a_token_or_slack(
    harness: Harness, tmp_path: Path
) -> None:
    given = ("playbooks", "check", str(harness.playbooks), "--online")
    ran = muster(*given, cwd=tmp_path, env={})
    assert (ran.returncode, "SLACK_BOT_TOKEN" in ran.stderr) == (1, True)
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/"}
    ran = muster(*given, cwd=tmp_path, env={**harness.processes["bot"].env, **nowhere})
    assert (ran.returncode, "Slack couldn't be asked" in ran.stderr) == (1, True)
