"""The shipped policy is valid, and does what its documentation says."""

import shutil
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from bot.incident.policy import Role, Severity
from bot.policy import check, load
from bot.policy.schema import RoleRow, SeverityRow

SHIPPED = Path(__file__).parents[2] / "playbooks"
POLICY = load(SHIPPED).policy


def test_nothing_is_wrong_but_that_nobody_is_on_call_yet() -> None:
    assert [(each.severity, each.text.partition(":")[0]) for each in check(SHIPPED)] == [
        ("warning", "members"),
        ("warning", "members"),
    ]


@pytest.mark.parametrize(
    ("severity", "update_every"),
    [
        ("SEV0", timedelta(minutes=15)),
        ("SEV1", timedelta(minutes=30)),
        ("SEV2", timedelta(hours=2)),
        ("SEV3", None),
    ],
)
def test_updates_are_asked_for_at_the_pace_of_the_severity(
    severity: str, update_every: timedelta | None
) -> None:
    row = POLICY.severity(severity)

    assert row is not None
    assert row.update_every == update_every


def test_the_worst_is_acknowledged_in_five_minutes_staffed_and_reviewed_in_two_days() -> None:
    worst = POLICY.severities[0]

    assert worst.ack_within == timedelta(minutes=5)
    assert worst.roles == ("ic", "cl", "ol", "scribe")
    assert worst.escalation == "default"
    assert worst.postmortem_within == timedelta(hours=48)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("p0", "SEV0"),
        ("CRITICAL", "SEV0"),
        ("major", "SEV1"),
        ("minor", "SEV2"),
        ("unknown", "SEV2"),
        ("low", "SEV3"),
    ],
)
def test_people_name_a_severity_as_they_are_used_to(word: str, severity: str) -> None:
    found = POLICY.severity(word)

    assert found is not None
    assert found.id == severity


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        ("down: yes", "SEV0"),
        ("down: no, degraded: yes, workaround: no", "SEV0"),
        ("down: no, degraded: yes, workaround: yes", "SEV1"),
        ("down: no, degraded: no, customers: yes", "SEV2"),
        ("down: no, degraded: no, customers: no", "SEV3"),
    ],
)
def test_three_questions_suggest_a_severity(answers: str, severity: str) -> None:
    led_to = POLICY.questions[0].id
    for each in answers.split(", "):
        asked, _, answer = each.partition(": ")
        assert led_to == asked
        question = POLICY.question(asked)
        assert question is not None
        led_to = question.yes if answer == "yes" else question.no

    assert led_to == severity


def test_a_declaration_without_a_severity_is_minor() -> None:
    assert POLICY.default_severity().id == "SEV2"


@pytest.mark.parametrize("role", ["ic", "ol", "cl", "scribe", "planner", "sme"])
def test_every_role_is_told_what_to_do_and_what_not(role: str) -> None:
    found = POLICY.role(role)

    assert found is not None
    assert "*Not your job:*" in found.brief
    assert POLICY.role(found.title) == found


def test_security_incidents_are_private() -> None:
    assert [(each.id, each.private) for each in POLICY.playbooks] == [
        ("default", False),
        ("security", True),
    ]


def test_every_runbook_that_ships_is_named_by_a_playbook() -> None:
    named = {each.title for kind in POLICY.playbooks for each in kind.runbooks}

    assert len(named) == len(list((SHIPPED / "runbooks").glob("*.md"))) == 3


@pytest.mark.parametrize(("row", "frozen"), [(SeverityRow, Severity), (RoleRow, Role)])
def test_the_schema_matches_the_core_types(
    row: type[SeverityRow] | type[RoleRow], frozen: type[Severity] | type[Role]
) -> None:
    assert list(row.model_fields) == [each.name for each in fields(frozen)]


def test_an_organisations_own_severities_and_rotations_go_with_the_rest(tmp_path: Path) -> None:
    own = tmp_path / "playbooks"
    shutil.copytree(SHIPPED, own)
    (own / "severities.yml").write_text("""\
severities:
  - id: BAD
    aliases: [P0, critical]
    title: Critical outage
    update_every: 3s
    ack_within: 5m
    default: true
    roles: [ic, cl, ol, scribe]
    escalation: default
    postmortem_within: 48h
""")
    (own / "oncall.yml").write_text("""\
schedules:
  primary: {timezone: UTC, rotation: weekly, handover: monday 09:00, members: [U0AAA, U0BBB]}
  secondary: {timezone: UTC, rotation: weekly, handover: monday 09:00, members: [U0BBB, U0AAA]}
""")

    loaded = load(own)

    assert loaded.policy.default_severity().update_every == timedelta(seconds=3)
    assert loaded.schedules["primary"].members == ("U0AAA", "U0BBB")
    # The runbooks and types still name SEV0 and SEV1: only a warning.
    assert {each.text.partition(":")[0] for each in loaded.warnings} == {"bridge_from", "severity"}
