"""The meaning of valid files."""

from datetime import date, time, timedelta

import pytest

from bot.incident.policy import Backoff, QuietHours
from bot.oncall import Handover, Schedule
from bot.paging.policy import Step
from tests.policy.conftest import Playbooks

MINUTE = timedelta(minutes=1)


def test_a_step_comes_after_all_the_waits_since_the_step_before(playbooks: Playbooks) -> None:
    playbooks.write(
        "escalation.yml",
        """\
chains:
  default:
    steps:
      - wait: 1m
      - notify: [oncall:primary]
      - notify: ["#ops"]
      - wait: 5m
      - wait: 10m
      - notify: ["@U0123ABC"]
      - wait: 20m
    repeat: 2
""",
    )
    chain = playbooks.load().policy.chain("default")

    assert chain.steps == (
        Step(("oncall:primary",), after=1 * MINUTE),
        Step(("#ops",)),
        Step(("@U0123ABC",), after=15 * MINUTE),
    )
    assert (chain.repeat, chain.pause) == (2, 20 * MINUTE)


def test_a_chain_that_ends_with_a_step_pauses_as_long_as_its_last_wait(
    playbooks: Playbooks,
) -> None:
    chain = playbooks.load().policy.chain("default")

    assert chain.steps[-1] == Step(("@U0123ABC", "#ops"), after=5 * MINUTE)
    assert chain.pause == 5 * MINUTE


def test_listed_roles_are_nagged_for_unless_a_null_is_written(playbooks: Playbooks) -> None:
    assert playbooks.load().policy.severities[0].roles_within == 10 * MINUTE

    playbooks.change("severities.yml", "[ic, ol]", "[ic, ol]\n    roles_within: null")

    assert playbooks.load().policy.severities[0].roles_within is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [("", "same"), ("mitigated_every: same", "same"), ("mitigated_every: 2h", 120 * MINUTE),
     ("mitigated_every: null", None)],
)  # fmt: skip
def test_the_pace_once_it_is_mitigated(playbooks: Playbooks, written: str, meant: object) -> None:
    playbooks.change("severities.yml", "default: true", f"default: true\n    {written}")

    assert playbooks.load().policy.default_severity().mitigated_every == meant


def test_omitted_and_null_settings_are_off(playbooks: Playbooks) -> None:
    playbooks.change("severities.yml", "default: true", "default: true\n    update_every: ~")
    major = playbooks.load().policy.severities[1]

    assert (major.update_every, major.ack_within, major.escalation) == (None, None, None)
    assert (major.roles, major.postmortem_within) == ((), None)


@pytest.mark.parametrize("word", ["no", "0x10", "1_000", "12:30", "2026-01-31", "3.0"])
def test_words_that_yaml_takes_for_something_else_stay_words(
    playbooks: Playbooks, word: str
) -> None:
    playbooks.change("severities.yml", "critical]", f"{word}]")

    severity = playbooks.load().policy.severity(word)

    assert severity is not None
    assert severity.id == "SEV0"


def test_a_schedule_is_what_its_lines_say(playbooks: Playbooks) -> None:
    playbooks.write(
        "oncall.yml",
        "schedules:\n"
        "  primary: {timezone: UTC, rotation: weekly, handover: monday 09:00, members: [U0AAA]}\n"
        "  late:\n"
        "    timezone: Asia/Tokyo\n"
        "    rotation: daily\n"
        "    handover: 17:30\n"
        "    members: []\n"
        "    starts: 2026-02-01\n",
    )

    assert playbooks.load().schedules == {
        "primary": Schedule("primary", "UTC", "weekly", Handover(time(9), 0), ("U0AAA",)),
        "late": Schedule(
            "late", "Asia/Tokyo", "daily", Handover(time(17, 30)), (), date(2026, 2, 1)
        ),
    }


def test_the_default_kind_of_incident_comes_first(playbooks: Playbooks) -> None:
    playbooks.write("breach.yml", "title: Breach\nprivate: yes\nbridge: https://meet.example/b\n")
    kinds = playbooks.load().policy.playbooks

    assert [(kind.id, kind.private) for kind in kinds] == [("default", False), ("breach", True)]
    assert kinds[1].bridge == "https://meet.example/b"


def test_reminders_back_off_by_default_and_not_if_they_are_told_not_to(
    playbooks: Playbooks,
) -> None:
    assert playbooks.load().policy.backoff == Backoff(2, 60 * MINUTE)

    playbooks.change("severities.yml", "severities:\n", "backoff: null\nseverities:\n")
    assert playbooks.load().policy.backoff is None
    playbooks.change("severities.yml", "backoff: null", "backoff: {factor: 1.5, most: 3h}")
    assert playbooks.load().policy.backoff == Backoff(1.5, 180 * MINUTE)


def test_a_severity_has_its_own_backoff_and_quiet_hours(playbooks: Playbooks) -> None:
    row = "backoff: {most: 8h}\n    quiet_hours: {from: 22:00, to: 07:30}\n    urgency: low"
    playbooks.change("severities.yml", "default: true", f"default: true\n    {row}")
    worst, major = playbooks.load().policy.severities

    assert (worst.backoff, worst.quiet_hours) == (None, None)
    assert major.backoff == Backoff(2, 480 * MINUTE)
    assert major.quiet_hours == QuietHours(22 * 60 * MINUTE, (7 * 60 + 30) * MINUTE)
    assert (worst.is_urgent, major.is_urgent) == (True, False)


def test_the_bridge_belongs_to_some_severities(playbooks: Playbooks) -> None:
    assert playbooks.load().policy.playbooks[0].bridge_from is None
    playbooks.write("breach.yml", "title: Breach\nbridge_from: p0\n")
    assert playbooks.load().policy.playbooks[1].bridge_from == "p0"
