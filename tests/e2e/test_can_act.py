"""Only people who can act get a role, a task or a page; the answer says why the others can't."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.driver import Person
from tests.harness import Harness
from tests.harness.incident import Incident

Given = Callable[[Harness, Incident, Person], str]


def _refused_by_command(typed: str) -> Given:
    def given(harness: Harness, incident: Incident, whom: Person) -> str:
        said = harness.ana.types(f"/incident {typed.format(whom.name)}", incident.channel)
        assert said is not None
        return said.text

    return given


def _refused_in_form(opened_by: str, **values: str) -> Given:
    def given(harness: Harness, incident: Incident, whom: Person) -> str:
        if opened_by == "task_from_message":
            form = harness.ana.shortcut("task_from_message", on=incident.card)
        else:
            form = harness.ana.types(f"/incident {opened_by}", incident.channel)
        assert form is not None
        assert form.view is not None
        filled: dict[str, Any] = {"user": whom.id, **values}
        errors = form.view.submits(**filled)
        assert errors is not None
        form.view.closes()
        return str(errors["user"])

    return given


WAYS: dict[str, Given] = {
    "role": _refused_by_command("role ic @{}"),
    "handoff": _refused_by_command("handoff ic @{}"),
    "page": _refused_by_command("page @{} the database is down"),
    "task": _refused_by_command("task Restart the pods @{}"),
    "role form": _refused_in_form("role", role="ol"),
    "handoff form": _refused_in_form("handoff", role="ol"),
    "task form": _refused_in_form("task_from_message", text="Restart the pods"),
}
UNABLE: dict[str, tuple[dict[str, object], str]] = {
    "deploybot": ({"is_bot": True}, "is a bot."),
    "slackbot": ({"id": "USLACKBOT"}, "is a bot."),
    "olga": ({"deleted": True}, "is deactivated."),
    "stan": ({"is_stranger": True}, "belongs to another organization."),
    "gia": ({"is_ultra_restricted": True}, "is a single-channel guest"),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_cannot_act_is_refused_with_the_reason(harness: Harness, way: str) -> None:
    incident = harness.declares("sev3")
    before = incident.happened
    for name, (about, why) in UNABLE.items():
        assert why in WAYS[way](harness, incident, harness.slack.has(name, **about))
    assert incident.happened == before


def test_an_id_that_does_not_exist_is_refused(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for typed in ("role ic", "handoff ic", "page", "task Restart it"):
        payload = {
            "command": "/incident",
            "text": f"{typed} <@U0NOBODY|nobody>",
            "user_id": harness.ana.id,
            "channel_id": incident.channel.id,
            "team_id": "T0ACME",
            "trigger_id": f"1.{len(typed)}",
        }
        assert harness.slack.delivers("slash_commands", payload) == ""
    harness.rests()
    assert incident.happened == ["Declared"]


def test_the_others_are_paged_all_the_same(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.slack.has("deploybot", is_bot=True)
    said = harness.ana.types("/incident page @bob @deploybot look", incident.channel)
    assert said is not None
    assert "Paging @bob" in said
    assert "@deploybot is a bot." in said
    incident.expects("page", to=harness.bob.dm())
    assert incident.happened.count("Paged") == 1


def test_a_guest_is_accepted_and_said_to_be_one(harness: Harness) -> None:
    incident = harness.declares("sev3")
    gus = harness.slack.has("gus", is_restricted=True)
    said = harness.ana.types("/incident page @gus look", incident.channel)
    assert said is not None
    assert "@gus is a guest: an admin may have to add them to the channel." in said
    incident.expects("page", to=gus.dm())


def test_a_page_is_not_lost_when_slack_cannot_be_asked(harness: Harness) -> None:
    incident = harness.declares("sev3")
    hal = harness.slack.has("hal")
    for method in ({"error": "internal_error"}, {"hang": 3.0}):
        silent = harness.slack.fails("users.info", **method)
        said = harness.ana.types("/incident page @hal look", incident.channel)
        silent.stops()
        assert said is not None
        assert "Paging @hal" in said
        assert "Slack couldn't be asked about @hal." in said
    incident.expects("page", to=hal.dm())


def test_a_person_is_looked_up_once(harness: Harness) -> None:
    incident = harness.declares("sev3")
    ivo = harness.slack.has("ivo")
    for number in range(3):
        harness.ana.types(f"/incident task Number {number} @ivo", incident.channel)
    asked = [each for each in harness.slack.calls("users.info") if each["args"]["user"] == ivo.id]
    assert len(asked) == 1


def test_who_was_deactivated_since_is_refused(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.slack.has("jan")
    harness.ana.types("/incident task Restart it @jan", incident.channel)
    harness.slack.deactivates("jan")
    harness.rests()
    said = harness.ana.types("/incident role ic @jan", incident.channel)
    assert said is not None
    assert "is deactivated" in said


def test_a_message_of_a_bot_becomes_a_task_of_who_asks(harness: Harness) -> None:
    incident = harness.declares("sev3")
    robot = harness.slack.has("alertbot", is_bot=True)
    robot.joins(incident.channel)
    form = harness.ana.shortcut("task_from_message", on=robot.says("Disk full", incident.channel))
    assert form is not None
    assert form.view is not None
    assert form.view.submits() is None
    harness.rests()
    listed = harness.ana.types("/incident task list", incident.channel)
    assert listed is not None
    assert "@ana" in listed
    assert "@alertbot" not in listed
