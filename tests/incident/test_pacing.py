"""How reminders are spaced: backoff, and quiet hours."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.incident.events import Reminded
from bot.incident.policy import Backoff, Policy, QuietHours
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from tests.story import BOB, DEFAULT, POLICY, Story, declared, minutes, only

UNACKED: dict[str, Any] = {"ack_within": minutes(5), "ack_every": minutes(10)}


def times(story: Story, end: str) -> list[str]:
    return [each.split()[0] for each in story.until(end)]


def backing_off(backoff: Backoff | None = None, **row: Any) -> Policy:
    return replace(only(**row), backoff=backoff or Backoff(2, minutes(60)))


def test_what_nobody_answers_becomes_rarer_up_to_a_limit() -> None:
    story = declared(policy=backing_off(**UNACKED))
    assert times(story, "14:00") == ["10:05", "10:15", "10:35", "11:15", "12:15", "13:15"]


def test_a_limit_below_the_interval_makes_nothing_more_frequent() -> None:
    story = declared(policy=backing_off(Backoff(2, minutes(1)), **UNACKED))
    assert times(story, "10:40") == ["10:05", "10:15", "10:25", "10:35"]


def test_it_is_rare_however_long_it_lasts() -> None:
    story = declared(policy=backing_off(Backoff(10, timedelta(days=300)), **UNACKED))
    assert len(times(story, "900:00")) == 5


def test_updates_keep_their_pace_unless_their_severity_backs_off() -> None:
    paced: dict[str, Any] = {"update_every": minutes(30)}
    assert times(declared(policy=backing_off(**paced)), "12:00") == [
        "10:30", "11:00", "11:30", "12:00",
    ]  # fmt: skip
    story = declared(policy=only(**paced, backoff=Backoff(3, minutes(240))))
    assert times(story, "17:00") == ["10:30", "11:00", "12:30", "16:30"]


def test_a_severitys_own_backoff_is_instead_of_the_policys() -> None:
    story = declared(policy=backing_off(**UNACKED, backoff=Backoff(1, minutes(60))))
    assert times(story, "10:40") == ["10:05", "10:15", "10:25", "10:35"]


def test_answered_it_begins_anew() -> None:
    story = declared(policy=backing_off(commander_within=minutes(10), commander_every=minutes(10)))
    assert times(story, "10:45") == ["10:10", "10:20", "10:40"]
    story.at("10:50", AssignRole("ic", BOB))
    story.at("11:00", UnassignRole("ic"))

    assert times(story, "11:40") == ["11:10", "11:20", "11:40"]


QUIET = QuietHours(timedelta(hours=22), timedelta(hours=7))
CALM: dict[str, Any] = {"update_every": minutes(120), "quiet_hours": QUIET}


def test_what_is_due_in_quiet_hours_comes_when_they_end_and_is_not_late() -> None:
    story = declared(policy=only(**CALM))

    assert times(story, "33:00")[-3:] == ["20:00", "07:00", "09:00"]
    asked = [each for each in story.incident.history if isinstance(each.event, Reminded)]
    assert [each.at for each in asked] == [getattr(each.event, "due", None) for each in asked]


def test_quiet_hours_are_in_the_policys_zone() -> None:
    policy = replace(only(**CALM), timezone="America/New_York")  # 22:00 there is 03:00 here
    story = declared(policy=policy)
    assert story.until("28:00")[-1].startswith("02:00")


@pytest.mark.parametrize("row", [{"urgency": "high"}, {"escalation": "default"}])
def test_an_urgent_severity_and_one_that_pages_have_none(row: dict[str, Any]) -> None:
    policy = replace(only(**CALM, **row), chains=(DEFAULT,))
    assert "00:00 asks for update" in declared(policy=policy).until("25:00")


def test_raised_to_a_severity_that_pages_it_is_asked_at_once() -> None:
    calm = tuple(
        replace(each, quiet_hours=QUIET) if each.id == "SEV2" else each
        for each in POLICY.severities
    )
    story = declared("SEV2", replace(POLICY, severities=calm))
    story.until("24:00")
    happened = story.at("24:30", ChangeSeverity("SEV1"))

    assert any(isinstance(each, Reminded) for each in happened)
