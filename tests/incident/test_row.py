"""An incident's row survives being stored as JSON."""

import json
from datetime import timedelta

from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.lifecycle import ChangeStage
from bot.incident.roles import AssignRole
from bot.incident.row import read_row, row_of, summary
from bot.incident.tasks import AddTask
from tests.story import ANA, BOB, Story, declared

SAME = (
    *("title", "severity_id", "stage", "private", "channel", "declarer", "source", "declared_at"),
    *("roles", "members", "commander", "is_open", "is_over"),
)


def as_kept(incident: Incident) -> str:
    return json.dumps(summary(incident))


def busy(*, private: bool = False) -> Story:
    story = declared("SEV2", private=private, title="Zahlung\u2028 steht \U0001f4a5")
    story.at("10:01", AssignRole("ic", BOB))
    due = story.incident.declared_at + timedelta(minutes=20)
    story.at("10:02", AddTask("Roll back", BOB, due))
    story.at("10:03", AddTask("Tell the customers"))
    return story


def test_it_is_the_same_when_it_was_kept() -> None:
    story = busy(private=True)
    story.at("10:30")
    incident = story.incident
    row = read_row(incident.id, json.loads(as_kept(incident)))
    assert row == row_of(incident)
    for name in SAME:
        assert getattr(row, name) == getattr(incident, name), name
    assert row.role_title("ic") == incident.role_title("ic") == "Incident Commander"
    for task, whole in zip(row.open_tasks, incident.open_tasks, strict=True):
        assert (task.number, task.text, task.owner, task.due, task.overdue) == (
            *(whole.number, whole.text, whole.owner, whole.due),
            whole.overdue is not None,
        )
    assert [each.overdue for each in row.open_tasks] == [True, False]


def test_a_public_incidents_row_has_no_members() -> None:
    assert "members" not in summary(busy().incident)
    assert ANA in row_of(busy(private=True).incident).members


def test_when_it_is_over_nobody_is_reminded_of_anything() -> None:
    story = busy()
    story.at("10:10", ChangeStage(Stage.CANCELLED, "False alarm."))
    row = row_of(story.incident)
    assert row.is_over
    assert row.roles == {"ic": BOB}
    assert (row.open_tasks, row.role_titles) == ((), {})


def test_it_ignores_what_a_newer_muster_adds() -> None:
    incident = busy().incident
    assert read_row(incident.id, {**summary(incident), "drill": True}) == row_of(incident)
