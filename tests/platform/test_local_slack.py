"""Only in the local Slack are people put on call; for a whole `muster run`: `test_run.py`."""

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import local_slack, packaged, policy
from bot.oncall import Roster
from bot.settings import Settings
from bot.wiring.runtime import read_policy
from sandbox.workspace_file import new_workspace
from tests.platform.processes import ROOT
from tests.platform.test_clock import NOON

REAL: dict[str, dict[str, object]] = {
    "a token of a real Slack": {"slack_bot_token": SecretStr("xoxb-1")},
    "a real Slack": {"slack_api_url": "https://slack.com/api/"},
    "no token": {"slack_bot_token": None},
}


def in_the_local_slack(playbooks: Path = packaged.PLAYBOOKS) -> Settings:
    env = {name.lower(): value for name, value in local_slack.environment(3080).items()}
    return Settings.model_validate({**env, "muster_playbooks": playbooks})


def holders(given: Settings) -> dict[str, tuple[str, ...]]:
    return Roster(read_policy(given).schedules).people(NOON)


def test_the_shipped_policy_names_nobody_and_people_of_the_local_slack_stand_in() -> None:
    assert not any(each.members for each in policy.load(ROOT / "playbooks").schedules.values())
    assert holders(in_the_local_slack()) == {"primary": ("U0BOB",), "secondary": ("U0EVE",)}
    people = new_workspace(None, 0.0).people
    for user, name in (("U0BOB", "bob"), ("U0EVE", "eve")):
        assert people[user].name == name


@pytest.mark.parametrize("otherwise", list(REAL))
def test_a_real_slack_never_gets_them(otherwise: str) -> None:
    given = in_the_local_slack().model_copy(update=REAL[otherwise])
    assert holders(given) == {"primary": (), "secondary": ()}


def test_a_policy_that_names_somebody_is_used_as_it_is(tmp_path: Path) -> None:
    playbooks = Path(shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks"))
    oncall = playbooks / "oncall.yml"
    oncall.write_text(oncall.read_text().replace("members: []", "members: [U0ME]", 1))
    assert holders(in_the_local_slack(playbooks)) == {"primary": ("U0ME",), "secondary": ()}
