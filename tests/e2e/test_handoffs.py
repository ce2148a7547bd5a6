"""Roles are handed off by request, held for too long, and lost by people who leave the
workspace."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.driver import Message, Person
from tests.harness import Harness, Incident, until


def typed(person: Person, text: str, incident: Incident) -> str:
    said = person.types(f"/incident {text}", incident.channel)
    assert said is not None
    return said.text


@contextmanager
def deactivated(harness: Harness, name: str) -> Iterator[None]:
    """Deactivate a person during the block."""
    harness.slack.deactivates(name)
    try:
        yield
    finally:
        harness.slack.post(f"/control/people/{name}", {"deleted": False})


def offered(incident: Incident, to: Person, words: str = "") -> Message:
    return incident.expects("handoff", words, to=to.dm())


@pytest.mark.transports
def test_asked_briefed_accepted(either: Harness) -> None:
    incident, dan = either.declares(), either.person("dan")
    either.ana.types("/incident role ic", incident.channel)
    either.ana.types("/incident update Rolled back, watching", incident.channel)
    either.ana.types("/incident task Restart the pods @bob", incident.channel)
    said = typed(either.ana, "handoff ic @dan", incident)
    assert "Handoff request sent to @dan (Incident Commander)" in said
    assert "you hold it" in said
    assert "was already asked" in typed(either.ana, "handoff commander @dan", incident)

    asked = offered(incident, dan, "@ana asks you to take over as Incident Commander")
    for words in ("SEV1 · investigating", "Rolled back, watching", "Next update due"):
        assert words in asked
    assert "Restart the pods · @bob" in asked
    assert "*You're in command.*" in asked
    either.ana.types("/incident update All is well", incident.channel)
    asked.shows("All is well")

    either.slack.duplicates(3)
    told = asked.click("handoff_accept", as_=dan)
    either.slack.duplicates(1)
    assert told is not None
    assert f"You're now Incident Commander of {incident.id}." in told
    asked.shows("You accepted")
    incident.card.shows("*Incident Commander*  @dan")
    incident.channel.expects("@dan is now Incident Commander (handed over by @ana)", kind="role")
    incident.channel.until(lambda c: "dan" in c.members, what="dan in the channel")
    incident.expects("handover", "@dan accepted", to=either.ana.dm())
    incident.expects("briefing", to=dan.dm())
    assert incident.happened.count("RoleGiven") == 2
    assert len(incident.messages("handoff", to=dan.dm())) == 1


def test_declined_withdrawn_and_asked_anew(harness: Harness) -> None:
    incident, dan, eve = harness.declares(), harness.person("dan"), harness.person("eve")
    harness.ana.types("/incident role ic", incident.channel)
    harness.ana.types("/incident handoff ic @dan", incident.channel)
    first = offered(incident, dan)
    told = first.click("Decline", as_=dan)
    assert told is not None
    assert (
        f"You declined to be Incident Commander of {incident.id}. @ana has been notified." in told
    )
    first.shows("You declined")
    incident.expects("handover", "@dan declined your handoff request", to=harness.ana.dm())
    assert "You still hold the role" in incident.messages("handover", to=harness.ana.dm())[-1]

    harness.ana.types("/incident handoff ic @dan", incident.channel)
    until(lambda: len(incident.messages("handoff", to=dan.dm())) == 2, what="asked again")
    second = incident.messages("handoff", to=dan.dm())[-1]
    typed(harness.ana, "handoff ic @eve", incident)
    second.shows("@ana asked @eve instead")
    third = offered(incident, eve)
    assert "Withdrew the handoff request to @eve" in typed(
        harness.ana, "handoff ic none", incident
    )
    third.shows("@ana withdrew the request")
    assert "There's no handoff request" in typed(harness.ana, "handoff ic none", incident)
    assert incident.record["roles"] == {"ic": "U0ANA"}
    assert all("Accept" not in each for each in (first.again(), second.again(), third.again()))


def test_somebody_else_takes_it_or_it_is_over(harness: Harness) -> None:
    incident, dan, eve = harness.declares(), harness.person("dan"), harness.person("eve")
    harness.ana.types("/incident handoff ic @dan", incident.channel)
    harness.ana.types("/incident handoff ol @eve", incident.channel)
    assert "asks you to be Operations Lead" in offered(incident, eve)
    harness.ana.types("/incident role ic @eve", incident.channel)
    offered(incident, dan).shows("@eve has the role now")
    harness.ana.types("/incident cancel a false alarm", incident.channel)
    offered(incident, eve).shows("The incident is over")


def test_only_who_is_asked_may_answer(harness: Harness) -> None:
    incident, dan = harness.declares(), harness.person("dan")
    harness.ana.types("/incident role ic", incident.channel)
    harness.ana.types("/incident handoff ic @dan", incident.channel)
    asked = offered(incident, dan)
    value = json.loads(
        next(b for b in asked.blocks if b["type"] == "actions")["elements"][0]["value"]
    )
    for forged in (
        value,
        {**value, "offer": "1"},
        {"incident": incident.id, "mark": incident.mark},
        {**value, "role": 1},
    ):
        for action in ("handoff_accept", "handoff_decline"):
            problem = harness.slack.delivers("interactive", click(action, forged, "U0BOB"))
            assert problem == ""
    harness.rests()
    assert incident.record["roles"] == {"ic": "U0ANA"}
    assert "HandoffDeclined" not in incident.happened


def click(action: str, value: object, user: str) -> dict[str, object]:
    """The payload of a click, without unused fields."""
    return {
        "type": "block_actions",
        "user": {"id": user},
        "team": {"id": "T0ACME"},
        "channel": {"id": "C0GENERAL"},
        "actions": [{"action_id": action, "value": json.dumps(value), "type": "button"}],
    }


REFUSED = {
    "handoff ic": "Name the person: `/incident handoff ic @name`",
    "handoff boss @bob": "Unknown role “boss”",
    "handoff @bob": "Which role?",
    "handoff ic bob": "Who is “bob”? Names start with @: type `/incident handoff ic @bob`",
    "handoff ic @ana": "Name the person to hand over to",
    "handoff ic @cleo": "They're already Incident Commander",
    "handoff ic @bob @dan": "A role has one holder. Name one person",
    "role ic @bob @dan": "A role has one holder. Name one person",
    "handoff ic @muster": "Muster can't hold a role",
    "handoff ic @nobody": "Slack doesn't know",
}


def test_an_impossible_handoff_is_refused_without_effect(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.ana.types("/incident role ic @cleo", incident.channel)
    for text, why in REFUSED.items():
        assert why in typed(harness.ana, text, incident), text
    form = harness.ana.types("/incident handoff", incident.channel)
    assert form is not None
    assert form.view is not None
    why = "They're already Incident Commander. Choose someone else."
    assert form.view.submits(role="ic", user="U0CLEO") == {"user": why}
    form.view.closes()
    assert "HandoffOffered" not in incident.happened


def test_outside_of_an_incident_it_says_where(harness: Harness) -> None:
    said = harness.ana.types("/incident handoff ic @bob", "general")
    assert said is not None
    assert "only works in an incident channel" in said


def test_a_private_incident_tells_nothing_before_it_is_accepted(harness: Harness) -> None:
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    title = harness.title("The safe is open")
    form.view.submits(title=title, severity="SEV1", private=["private"])
    until(lambda: any(row["title"] == title for row in harness.records()), what="declared")
    row = next(row for row in harness.records() if row["title"] == title)
    incident, dan = Incident(harness, row["id"]), harness.person("dan")
    harness.declared.append(incident)
    harness.ana.types("/incident update The vault is empty", incident.channel)
    harness.ana.types("/incident handoff ic @dan", incident.channel)
    asked = offered(incident, dan)
    assert "safe" not in asked
    assert "vault" not in asked
    assert "dan" not in incident.channel.members
    asked.click("Accept", as_=dan, patience=0)
    incident.channel.until(lambda c: "dan" in c.members, what="dan in the channel")
    assert all("safe" not in each for each in incident.messages("handover", to=harness.ana.dm()))


def test_unanswered_and_held_for_long(harness: Harness) -> None:
    incident, dan = harness.declares("sev3"), harness.person("dan")
    harness.ana.types("/incident role ic", incident.channel)
    harness.ana.types("/incident handoff ic @dan", incident.channel)
    offered(incident, dan)
    harness.moves("10m")
    incident.expects("handover", "@dan hasn't responded", to=harness.ana.dm())
    harness.ana.types("/incident handoff ic none", incident.channel)
    harness.moves("3h50m")
    prompt = incident.expects("fatigue", "You've been Incident Commander", to=harness.ana.dm())
    form = prompt.click("Hand over role", as_=harness.ana, patience=2)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "handoff"
    assert form.view.values["role"]["role"]["selected_option"]["value"] == "ic"
    assert form.view.submits(user="U0DAN") is None
    prompt.shows("Handoff request sent to @dan")
    incident.messages("handoff", to=dan.dm())[-1].click("Accept", as_=dan, patience=0)
    prompt.shows("@dan has the role now")
    harness.moves("4h")
    incident.expects("fatigue", to=dan.dm())
    assert len(incident.messages("fatigue", to=harness.ana.dm())) == 1
    assert len(incident.messages("handover", to=harness.ana.dm())) == 2


def test_an_unreachable_recipient_is_reported_to_the_offerer(harness: Harness) -> None:
    incident = harness.declares("sev3")
    with deactivated(harness, "eve"):
        harness.slack.fails("users.info", error="internal_error")  # else she would be refused
        harness.ana.types("/incident handoff ol @eve", incident.channel)
        incident.expects("handover", "Couldn't ask @eve", to=harness.ana.dm())


def test_deactivated_people_lose_their_roles(either: Harness) -> None:
    incident = either.declares()
    either.ana.types("/incident role ic @dan", incident.channel)
    either.ana.types("/incident role ol @ana", incident.channel)
    either.ana.types("/incident handoff ol @dan", incident.channel)
    incident.card.shows("*Incident Commander*  @dan")
    either.rests()
    either.slack.duplicates(3)
    with deactivated(either, "dan"):
        either.slack.duplicates(1)
        incident.channel.expects("@dan left the workspace, so Incident Commander is open")
        incident.card.shows("Take command")
        incident.expects("handover", "@dan left the workspace", to=either.ana.dm())
    assert incident.happened.count("RoleEmptied") == 1
    assert incident.record["roles"] == {"ol": "U0ANA"}


def test_slack_refuses_to_write_to_them_and_the_role_falls_open(harness: Harness) -> None:
    """The role opens even without an event about the deactivation."""
    incident = harness.declares()
    harness.ana.types("/incident role ol @cleo", incident.channel)
    dm = incident.expects("briefing", to=harness.cleo.dm()).channel.info()["id"]
    harness.slack.fails("chat.postMessage", error="user_disabled", channel=dm)
    harness.ana.types("/incident role ic @cleo", incident.channel)
    incident.channel.expects("@cleo left the workspace, so Operations Lead is open")
    incident.channel.expects("@cleo left the workspace, so Incident Commander is open")
    harness.slack.heals()
    harness.moves("11m")
    incident.expects("nag", "No commander yet", to=incident.channel)
