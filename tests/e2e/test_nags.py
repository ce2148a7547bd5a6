"""Reminders: who gets them, about what, and with which button."""

import pytest

from tests.harness import Harness, Incident, until


def _nag(incident: Incident, reason: str, *, number: int = 1) -> str:
    """Wait for a number of reminders for this reason; returns the newest."""
    until(
        lambda: len(_nags(incident, reason)) >= number,
        what=f"nag {number} for {reason} in:\n{incident.channel.transcript()}",
    )
    return _nags(incident, reason)[number - 1]


def _nags(incident: Incident, reason: str) -> list[str]:
    return [m.text for m in incident.messages("nag") if m.payload["reason"] == reason]


def test_a_missing_update_is_asked_of_the_declarer_and_posted_by_its_button(
    either: Harness,
) -> None:
    incident = either.declares()
    either.moves("30m")
    assert _nag(incident, "update").startswith(f"@ana {incident.id} has had no status update")
    nag = next(m for m in incident.messages("nag") if m.payload["reason"] == "update")
    form = nag.click("Post update", as_=either.ana, patience=2)
    assert form is not None
    assert form.view is not None
    assert form.view.submits(text="Still looking") is None
    incident.channel.expects("Still looking", kind="update")
    either.moves("29m")
    _nag(incident, "commander", number=2)  # the timers up to now have fired
    assert len(_nags(incident, "update")) == 1
    either.moves("2m")
    _nag(incident, "update", number=2)


def test_it_is_asked_of_the_communications_lead_else_of_the_commander(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ic @bob", incident.channel)
    harness.moves("30m")
    assert _nag(incident, "update").startswith("@bob")
    harness.ana.types("/incident role cl @dan", incident.channel)
    harness.moves("30m")
    assert _nag(incident, "update", number=2).startswith("@dan")


def test_it_is_asked_for_at_its_pace_until_it_comes(harness: Harness) -> None:
    incident = harness.declares("sev0")
    for number in (1, 2, 3):
        harness.moves("15m")
        _nag(incident, "update", number=number)


def test_a_commander_is_asked_for(harness: Harness) -> None:
    incident = harness.declares()
    harness.moves("10m")
    assert "nobody commands" in _nag(incident, "commander")
    nag = next(m for m in incident.messages("nag") if m.payload["reason"] == "commander")
    nag.click("Take command", as_=harness.ana, patience=0)
    incident.card.shows("*Incident Commander*  @ana")
    harness.moves("11m")
    _nag(incident, "ack", number=1)  # the timers up to now have fired
    assert len(_nags(incident, "commander")) == 1


def test_an_acknowledgement_is_asked_of_who_was_paged(harness: Harness) -> None:
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm())
    harness.moves("5m")
    assert "nobody has acknowledged" in (said := _nag(incident, "ack"))
    assert said.startswith(("@bob", "@cleo"))
    nag = next(m for m in incident.messages("nag") if m.payload["reason"] == "ack")
    harness.bob.joins(incident.channel)
    nag.click("Acknowledge", as_=harness.bob, patience=0)
    incident.channel.expects("acknowledged after", kind="ack")


def test_roles_are_asked_of_the_commander(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ic", incident.channel)
    harness.moves("15m")
    assert "Operations Lead" in (said := _nag(incident, "role"))
    assert said.startswith("@ana")
    nag = next(m for m in incident.messages("nag") if m.payload["reason"] == "role")
    nag.click("role_take", as_=harness.ana, patience=0)
    incident.card.shows("*Operations Lead*  @ana")


@pytest.mark.parametrize("over", ["resolve", "cancel", "severity sev3"])
def test_nobody_is_asked_when_it_is_over(harness: Harness, over: str) -> None:
    incident = harness.declares()
    harness.ana.types(f"/incident {over}", incident.channel)
    other = harness.declares()
    harness.moves("31m")
    _nag(other, "update")  # the timers up to now have fired
    assert not incident.messages("nag")


def test_a_late_one_says_when_it_was_due_and_there_is_only_one(harness: Harness) -> None:
    incident = harness.declares()
    harness.moves("3h")
    assert "(due " in _nag(incident, "update")
    harness.moves("29m")
    _nag(incident, "commander", number=2)  # the timers up to now have fired
    assert len(_nags(incident, "update")) == 1
    harness.moves("2m")
    _nag(incident, "update", number=2)
