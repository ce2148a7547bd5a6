"""`muster incidents`: fast with many incidents, and complete for programs."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from bot.embedded import EmbeddedServer as Server
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage
from bot.store.workspaces import Identity, remember
from tests.bulk_incidents import BulkWriter, told
from tests.harness.command import muster

ENV = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder: Path = tmp_path_factory.mktemp("l")
    server = Server(folder)
    server.start()
    with Redis.from_url(server.url) as redis:
        identity = Identity("T1", "https://acme.slack.com/", "U1", "B1")
        remember(redis, ENV["SLACK_BOT_TOKEN"], identity)
        bulk = BulkWriter(redis, "T1")
        closed = told("SEV2", ChangeStage(Stage.RESOLVED, "Fixed."), ChangeStage(Stage.CLOSED))
        stories = [told("SEV1")] * 6 + [closed] * 260 + [told("SEV3")] * 6
        began = bulk.now()
        for minute, story in enumerate(stories):
            bulk.add(1, story, at=began + timedelta(minutes=minute))
    yield {**ENV, "REDIS_URL": server.url}
    server.stop()


# 272 incidents, more than one round trip: 6 open, 260 closed, 6 open
def listed(env: dict[str, str], cwd: Path, *options: str) -> str:
    ran = muster("incidents", *options, cwd=cwd, env=env)
    assert ran.returncode == 0, ran
    return ran.stdout


def numbers(lines: list[str]) -> list[int]:
    return [int(each.split()[0].removeprefix("INC-")) for each in lines]


def test_people_see_the_latest_and_how_to_see_the_others(
    env: dict[str, str], tmp_path: Path
) -> None:
    note, *lines = listed(env, tmp_path).splitlines()
    assert note == "(172 older ones: `muster incidents --all`)"
    assert numbers(lines) == list(range(173, 273))


def test_all_are_all(env: dict[str, str], tmp_path: Path) -> None:
    lines = listed(env, tmp_path, "--all").splitlines()
    assert numbers(lines) == list(range(1, 273))


def test_the_open_ones_are_listed_the_oldest_first(env: dict[str, str], tmp_path: Path) -> None:
    lines = listed(env, tmp_path, "--open").splitlines()
    assert numbers(lines) == [*range(1, 7), *range(267, 273)]


def test_programs_get_all_of_them_in_one_array(env: dict[str, str], tmp_path: Path) -> None:
    written = listed(env, tmp_path, "--json")
    rows = json.loads(written)
    assert [row["id"] for row in rows] == [f"INC-{number}" for number in range(1, 273)]
    assert {row["stage"] for row in rows} == {"investigating", "closed"}
    assert written == json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def test_unlisted_incidents_are_not_read(env: dict[str, str], tmp_path: Path) -> None:
    with Redis.from_url(env["REDIS_URL"]) as redis:
        read = {}
        for option in ("--all", "--open", "--json"):
            before = redis.info("stats")["total_net_output_bytes"]
            listed(env, tmp_path, option)
            read[option] = redis.info("stats")["total_net_output_bytes"] - before
    assert read["--open"] < read["--all"] / 10
    assert read["--json"] == pytest.approx(read["--all"], rel=0.1)


def test_an_empty_list_is_one_too(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    try:
        with Redis.from_url(server.url) as redis:
            remember(redis, "xoxb-1", Identity("T1", "https://acme.slack.com/", "U1", "B1"))
        env = {**ENV, "REDIS_URL": server.url}
        assert listed(env, tmp_path, "--json") == "[]\n"
        assert listed(env, tmp_path) == "No incidents.\n"
    finally:
        server.stop()
