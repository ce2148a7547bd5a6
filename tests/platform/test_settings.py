"""An invalid setting stops the start with one line that names it."""

from pathlib import Path

import pytest

from bot import packaged
from bot.errors import CommandError
from bot.secret_files import is_secret
from bot.settings import Settings, load

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "wants"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1", "xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1", "xapp-"),
        ("SLACK_SIGNING_SECRET", "short", "signing secret"),
        ("SLACK_API_URL", "slack.com/api", "URL"),
        ("SLACK_API_URL", "http://slack.com:99999/api", "URL"),
        ("SLACK_API_URL", "http://slack.com/api", "unencrypted"),
        ("SLACK_API_URL", "http://127.0.0.1.example.com/api", "unencrypted"),
        ("SLACK_API_URL", "http://localhost@example.com/api", "unencrypted"),
        ("REDIS_URL", "http://localhost", "redis://"),
        ("REDIS_URL", "unix://", "unix:///path"),
        ("PORT", "http", "1 to 65535"),
        ("PORT", "0", "1 to 65535"),
        ("MUSTER_SANDBOX_PORT", "65536", "1 to 65535"),
        ("MUSTER_TIMEZONE", "Berlin", "Europe/Berlin"),
        ("MUSTER_TIMEZONE", "Europe", "Europe/Berlin"),
        ("MUSTER_TIMEZONE", "../../etc/passwd", "Europe/Berlin"),
        ("MUSTER_ANNOUNCE", "Big Incidents", "lower case"),
        ("MUSTER_ADMINS", "#ops, ana", "user ids like U0123ABC"),
        ("MUSTER_ADMINS", "#Ops", "#channels"),
        ("MUSTER_PUBLIC_URL", "muster.example.com", "https://"),
        ("MUSTER_CLOCK_URL", "http://192.0.2.1/clock", "loopback"),
        ("MUSTER_CLOCK_URL", "http://clock.example.com", "loopback"),
        ("LOG_LEVEL", "loud", "debug, info"),
        ("LOG_FORMAT", "xml", "json"),
    ],
)
def test_a_bad_value_is_named_with_what_is_wanted(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, wants: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(CommandError) as stop:
        load()
    line = str(stop.value)
    assert line.startswith(f"{variable}: ")
    assert wants in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN: missing"),
        ({"SLACK_SIGNING_SECRET": "0123456789abcdef"}, "SLACK_BOT_TOKEN: missing"),
    ],
)
def test_half_a_connection_to_slack_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str
) -> None:
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(CommandError, match=missing.replace("(", r"\(").replace(")", r"\)")):
        load()


def test_with_both_ways_in_it_is_socket_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in {**SLACK, "SLACK_SIGNING_SECRET": "0123456789abcdef"}.items():
        monkeypatch.setenv(variable, value)
    assert load().socket_mode


def test_without_any_slack_variable_it_rehearses() -> None:
    assert load().rehearsing_slack


def test_a_slack_address_without_tokens_is_not_a_rehearsal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "https://slack-gov.com/api")
    settings = load()
    assert not settings.rehearsing_slack
    assert settings.slack_api_url == "https://slack-gov.com/api/"
    with pytest.raises(CommandError, match="SLACK_BOT_TOKEN: missing"):
        settings.require_slack()


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("REDIS_URL", "")
    settings = load()
    assert settings.port == 3000
    assert settings.redis_url is None


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost:6379/0",
        "rediss://:pw@store.example.com",
        "unix:///run/valkey.sock",
        "redis+sentinel://one:26379,two:26379/muster/0",
    ],
)
def test_the_stores_one_can_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    settings = load()
    assert settings.redis_url
    assert settings.redis_url.get_secret_value() == url


def test_the_file_env_is_read_and_the_environment_stands_above_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("PORT=4000\nMUSTER_ANNOUNCE=#ops\nUNRELATED=1\n")
    monkeypatch.setenv("PORT", "5000")
    settings = load()
    assert (settings.port, settings.muster_announce) == (5000, "ops")


def test_any_secret_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_SIGNING_SECRET": "0123456789abcdef",
        "REDIS_URL": "redis://:pw@localhost",
        "SMTP_URL": "smtp://me:pw@localhost?from=a@example.com",
        "MUSTER_METRICS_TOKEN": "0123456789",
    }
    assert secrets.keys() == {
        name.upper() for name, each in Settings.model_fields.items() if is_secret(each.annotation)
    }
    for variable, value in secrets.items():
        Path(variable).write_text(f"{value}\n")
        monkeypatch.setenv(f"{variable}_FILE", variable)
    settings = load()
    for variable, value in secrets.items():
        assert getattr(settings, variable.lower()).get_secret_value() == value
    assert not settings.rehearsing_slack


def test_a_secrets_file_may_be_named_in_the_file_env() -> None:
    Path("token").write_text("0123456789")
    Path(".env").write_text("MUSTER_METRICS_TOKEN_FILE=token\n")
    token = load().muster_metrics_token
    assert token
    assert token.get_secret_value() == "0123456789"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SLACK_BOT_TOKEN_FILE": "nowhere"}, "SLACK_BOT_TOKEN_FILE: can't read nowhere: No such"),
        ({"SLACK_BOT_TOKEN_FILE": "."}, "SLACK_BOT_TOKEN_FILE: can't read .: Is a directory"),
        ({"SLACK_BOT_TOKEN_FILE": "latin"}, "SLACK_BOT_TOKEN_FILE: can't read latin: it isn't"),
        ({"SLACK_BOT_TOKEN_FILE": "wrong"}, "SLACK_BOT_TOKEN: must be the bot token"),
        (
            {"SLACK_BOT_TOKEN_FILE": "wrong", "SLACK_BOT_TOKEN": "xoxb-1"},
            "SLACK_BOT_TOKEN: also set by SLACK_BOT_TOKEN_FILE; set only one of them",
        ),
    ],
)
def test_a_secrets_file_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    Path("latin").write_bytes(b"xoxb-\xff")
    Path("wrong").write_text("s3cret")
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(CommandError) as stop:
        load()
    assert str(stop.value).startswith(says)
    assert "s3cret" not in str(stop.value)


def test_without_a_folder_of_playbooks_the_packaged_policy_is_used() -> None:
    assert load().packaged_policy
    assert load().muster_playbooks == packaged.PLAYBOOKS
    Path("playbooks").mkdir()
    assert not load().packaged_policy
    assert load().muster_playbooks == Path("playbooks")


def test_a_broken_link_to_the_playbooks_is_refused_and_not_passed_over() -> None:
    Path("playbooks").symlink_to("nowhere")
    with pytest.raises(CommandError, match="MUSTER_PLAYBOOKS: must be an existing folder"):
        load()


@pytest.mark.parametrize("named", ["nowhere", "a-file", "a-file/below"])
def test_a_folder_of_playbooks_that_is_set_and_missing_is_refused(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    Path("a-file").touch()
    Path("playbooks").mkdir()  # not used instead
    monkeypatch.setenv("MUSTER_PLAYBOOKS", named)
    with pytest.raises(CommandError) as stop:
        load()
    assert str(stop.value) == (
        "MUSTER_PLAYBOOKS: must be an existing folder with a response policy; "
        "`muster init` writes one"
    )


def test_secrets_are_seen_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {**SLACK, "SLACK_SIGNING_SECRET": "0123456789abcdef"}
    secrets["REDIS_URL"] = "redis://:hunter2@localhost"
    for variable, value in secrets.items():
        monkeypatch.setenv(variable, value)
    settings = load()
    for secret in ("xoxb-1", "xapp-1", "0123456789abcdef", "hunter2"):
        assert secret not in f"{settings!r} {settings} {settings.model_dump_json()}"
        assert secret in settings.secrets
