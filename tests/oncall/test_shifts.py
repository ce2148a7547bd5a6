"""`muster oncall`: shifts at a time and in a window, as text and JSON, from the policy files
alone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot import packaged
from bot.cli import commands
from bot.errors import CommandError

ONCALL = """\
schedules:
  primary:
    timezone: Europe/Berlin
    rotation: weekly
    handover: monday 09:00
    starts: 2026-03-23
    members: [U0AAA, U0BBB]
  secondary:
    timezone: America/New_York
    rotation: daily
    handover: "18:00"
    members: []
"""
FULL = ("schedule", "start", "end", "user", "because")


@pytest.fixture
def playbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = Path(shutil.copytree(packaged.PLAYBOOKS, tmp_path / "playbooks"))
    (own / "oncall.yml").write_text(ONCALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUSTER_PLAYBOOKS", str(own))
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return own


pytestmark = pytest.mark.usefixtures("playbooks")


def oncall(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["oncall", *arguments])


def rows(*arguments: str) -> list[dict[str, Any]]:
    ran = oncall(*arguments, "--json")
    assert ran.exit_code == 0, ran.output
    found: list[dict[str, Any]] = json.loads(ran.output)
    assert all(tuple(row) == FULL for row in found)
    return found


def test_at_a_time_each_schedule_says_who_until_when_and_because() -> None:
    assert rows("--at", "2026-03-25T12:00") == [
        {
            "schedule": "primary",
            "start": "2026-03-23T09:00:00+01:00",
            "end": "2026-03-30T09:00:00+02:00",
            "user": "U0AAA",
            "because": "primary's rotation",
        },
        {
            "schedule": "secondary",
            "start": "2026-03-24T18:00:00-04:00",
            "end": "2026-03-25T18:00:00-04:00",
            "user": None,
            "because": "secondary has no members",
        },
    ]


@pytest.mark.parametrize(
    ("at", "user"),
    [
        ("2026-03-30T08:59", "U0AAA"),
        ("2026-03-30T09:00", "U0BBB"),  # nine in Berlin, the schedule's time zone
        ("2026-03-30 06:59Z", "U0AAA"),
        ("2026-03-30T07:00+00:00", "U0BBB"),
        ("2026-10-26T09:00", "U0BBB"),  # the clocks went back the day before
        ("2026-10-26T07:59Z", "U0AAA"),
        ("2026-03-30", "U0AAA"),
        ("30 Mar 2026 8:59am", "U0AAA"),
        ("30 Mar 2026, 9:00", "U0BBB"),
        ("2026-03-30 9.00", "U0BBB"),
        ("2026-03-30 07:59 BST", "U0AAA"),
        ("2026-03-30 3am EDT", "U0BBB"),
    ],
)
def test_a_time_without_an_offset_is_in_the_schedules_zone(at: str, user: str) -> None:
    (row,) = rows("primary", "--at", at)
    assert row["user"] == user


def test_a_window_is_cut_sorted_and_has_each_schedules_own_zone() -> None:
    found = rows("--from", "2026-03-29", "--to", "2026-03-31T00:00")
    assert [tuple(row.values())[:4] for row in found] == [
        ("primary", "2026-03-29T00:00:00+01:00", "2026-03-30T09:00:00+02:00", "U0AAA"),
        ("primary", "2026-03-30T09:00:00+02:00", "2026-03-31T00:00:00+02:00", "U0BBB"),
        ("secondary", "2026-03-29T00:00:00-04:00", "2026-03-29T18:00:00-04:00", None),
        ("secondary", "2026-03-29T18:00:00-04:00", "2026-03-30T18:00:00-04:00", None),
        ("secondary", "2026-03-30T18:00:00-04:00", "2026-03-31T00:00:00-04:00", None),
    ]


def test_people_read_lines() -> None:
    assert oncall("Primary", "--at", "2026-03-25T12:00").output == (
        "primary  U0AAA  Mon 2026-03-23 09:00 to Mon 2026-03-30 09:00 Europe/Berlin"
        "  primary's rotation\n"
    )


def test_without_a_time_it_is_now() -> None:
    (row,) = rows("primary")
    assert row["user"] in ("U0AAA", "U0BBB")


def test_no_schedule_at_all_is_said(playbooks: Path) -> None:
    (playbooks / "oncall.yml").write_text("schedules: {}\n")
    (playbooks / "escalation.yml").write_text(
        'chains:\n  default:\n    steps: [{notify: ["#ops"]}]\n'
    )
    assert oncall().output.startswith("There is no schedule")
    assert rows() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-03-29"), "--from and --to go together"),
        (("--to", "2026-03-29"), "--from and --to go together"),
        (("--at", "2026-03-29", "--from", "2026-03-29", "--to", "2026-03-30"), "either --at"),
        (("--at", "soon"), '"soon" isn\'t a time. Write one like 2026-12-24T18:00'),
        (("--at", "2026-03-25 25:00"), '"2026-03-25 25:00" isn\'t a time; write it like 14:30'),
        (("--at", "18:00 IST"), '"IST" could be several time zones; write Asia/Kolkata or'),
        (("--at", "3/4"), '"3/4" could be 3 April or 4 March'),
        (("--at", "31 Dec 9999"), "between 1971 and 2198"),
        (("--at", "9999-12-31"), "between 1971 and 2198"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_to_write(
    arguments: tuple[str, ...], said: str
) -> None:
    ran = oncall(*arguments)
    assert ran.exit_code == 2
    assert said in ran.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("primry",),
            'no schedule "primry" in oncall.yml; it has primary, secondary',
        ),
        (
            ("--from", "2026-03-30", "--to", "2026-03-30"),
            "--to (2026-03-30T00:00:00) has to be later than --from",
        ),
    ],
)
def test_an_unanswerable_query_is_refused_in_one_line(
    arguments: tuple[str, ...], said: str
) -> None:
    ran = oncall(*arguments)
    assert ran.exit_code == 1
    assert isinstance(ran.exception, CommandError)
    assert str(ran.exception) == said
