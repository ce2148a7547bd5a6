"""Who is on call, until when, and who is next; in an incident's channel, roles first."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.driver import Seen
from tests.harness import Harness

NOON = 1_893_499_200.0  # Tuesday 2030-01-01, 12:00 UTC

SCHEDULES = """\
schedules:
  primary:
    timezone: UTC
    rotation: weekly
    handover: monday 09:00
    starts: 2029-12-31
    members: [U0BOB, U0CLEO]
  asia:
    timezone: Asia/Tokyo
    rotation: daily
    handover: 09:00
    starts: 2030-01-01
    members: [U0DAN, U0EVE]
  alone:
    timezone: UTC
    rotation: daily
    handover: 09:00
    members: [U0ANA]
  secondary:
    timezone: UTC
    rotation: weekly
    handover: monday 09:00
    members: []
"""


def rotating(playbooks: Path) -> None:
    (playbooks / "oncall.yml").write_text(SCHEDULES)


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness(policy=rotating) as harness:
        harness.slack.sets(NOON)
        yield harness


def lines(said: Seen | None) -> list[str]:
    assert said is not None
    return said.text.splitlines()


def test_on_call_until_when_and_who_is_next(harness: Harness) -> None:
    told = lines(harness.person("eve").types("/incident who", "random"))
    assert told == [
        "*On call now*",
        "*primary*  @bob until 2030-01-07 09:00 UTC, then @cleo  _(weekly, Monday 09:00 UTC)_",
        "*asia*  @dan until 2030-01-02 00:00 UTC, then @eve  _(daily, 09:00 Asia/Tokyo)_",
        "*alone*  @ana until 2030-01-02 09:00 UTC, then @ana again  _(daily, 09:00 UTC)_",
        "*secondary*  no one: no members in `oncall.yml`",
    ]


def test_in_its_channel_first_who_has_which_role(harness: Harness) -> None:
    incident = harness.declares("sev1")
    harness.ana.types("/incident role cl @eve", incident.channel)
    told = lines(harness.ana.types("/incident who", incident.channel))
    assert told[:4] == [
        f"*{incident.id}* is investigating",
        "*Communications Lead*  @eve",
        "_Unassigned: Incident Commander and Operations Lead_",
        "*On call now*",
    ]
    assert re.search("Page someone", told[-1])


def test_after_the_hand_over_it_is_the_next_one(harness: Harness) -> None:
    harness.moves("24h")
    told = lines(harness.ana.types("/incident who"))
    assert "*asia*  @eve until" in told[2]
    harness.check_slack()
