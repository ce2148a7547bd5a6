"""Guests, people of other organizations and apps read in their channels, and answer pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.driver import Person
from tests.e2e.test_home import opens
from tests.harness import Harness, until
from tests.harness.incident import Incident

ACTS = (
    *("update It is back", "resolve", "resolve It is back", "severity sev0", "role ic me"),
    *("task Restart it", "page @bob look", "cancel", "escalate", "status identified", "note x"),
    *("summary x", "title x", "snooze 20m later", "postmortem", "subscribe", "handoff ic @bob"),
    *(
        "declare sev3 Something else",
        "Checkout is down",
        "list",
        "list open",
        "undo",
        "merge INC-1",
    ),
)
READS = ("timeline", "catchup", "who", "show", "help")


def said_to(person: Person, typed: str, incident: Incident) -> str:
    said = person.types(f"/incident {typed}", incident.channel)
    assert said is None or said.view is None, f"{typed} opened a form"
    return said.text if said else ""


@pytest.mark.parametrize(
    ("name", "about", "why"),
    [
        ("gus", {"is_restricted": True}, "Guests can't act on incidents here"),
        ("stan", {"is_stranger": True}, "People of other organizations can't act"),
        ("robo", {"is_bot": True}, "Apps and bots can't act on incidents"),
    ],
)
def test_they_read_here_and_act_nowhere(
    harness: Harness, name: str, about: dict[str, bool], why: str
) -> None:
    incident, other = harness.declares("sev3"), harness.declares("sev3")
    person = harness.slack.has(name, **about)
    person.joins(incident.channel)
    harness.rests()
    before = incident.happened
    for typed in ACTS:
        assert why in said_to(person, typed, incident), typed
    for typed in READS:
        assert why not in said_to(person, typed, incident), typed
    assert why in said_to(person, f"timeline {other.id}", incident)
    clicked = incident.card.click("update_open", as_=person, patience=2)
    assert clicked is not None
    assert why in str(clicked)
    assert other.record["title"] not in opens(person, why)
    assert incident.happened == before


def test_becoming_a_guest_counts_as_soon_as_slack_says_so(harness: Harness) -> None:
    incident, refused = harness.declares("sev3"), "Guests can't act on incidents here"
    bob = harness.person("bob")
    bob.joins(incident.channel)
    assert refused not in said_to(bob, "note I am a member", incident)
    harness.slack.has("bob", is_restricted=True)
    until(lambda: refused in said_to(bob, "note I am a guest", incident), what="refused")
    harness.slack.has("bob", is_restricted=False)
    until(lambda: refused not in said_to(bob, "note I am back", incident), what="accepted")


def test_a_guest_who_is_paged_may_answer(harness: Harness) -> None:
    incident = harness.declares("sev3")
    gus = harness.slack.has("gus", is_restricted=True)
    harness.ana.types("/incident page @gus look", incident.channel)
    page = incident.expects("page", to=gus.dm())
    said = page.click("ack", as_=gus, patience=3)
    assert said is not None
    assert "You acknowledged" in said.text


def test_guests_hold_no_role_and_no_task(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.slack.has("gus", is_restricted=True)
    for typed in ("role ic @gus", "handoff ol @gus", "task Restart it @gus"):
        said = harness.ana.types(f"/incident {typed}", incident.channel)
        assert "@gus is a guest, and guests can't act on incidents here" in str(said)


def opened(folder: Path) -> None:
    (folder / "access.yml").write_text("guests: act\nother_organizations: read\n")


@pytest.fixture(scope="module")
def open_to_guests() -> Iterator[Harness]:
    with Harness(policy=opened) as harness:
        yield harness


def test_the_policy_opens_it_to_guests_alone(open_to_guests: Harness) -> None:
    incident = open_to_guests.declares("sev3")
    gus = open_to_guests.slack.has("gus", is_restricted=True)
    gus.joins(incident.channel)
    assert "Posting your update" in said_to(gus, "update It is back", incident)
    said = open_to_guests.ana.types("/incident role ic @gus", incident.channel)
    assert "@gus" in str(said)
    assert incident.record["roles"] == {"ic": gus.id}
    stan = open_to_guests.slack.has("stan", is_stranger=True)
    stan.joins(incident.channel)
    assert "People of other organizations can't act" in said_to(stan, "note x", incident)
