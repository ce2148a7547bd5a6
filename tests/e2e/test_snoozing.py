"""Snoozing by subcommand, and by the reminder's button and its form."""

from typing import Any

import pytest

from sandbox.driver import Message
from tests.harness import Harness, Incident, until


def _nags(incident: Incident, reason: str = "update") -> list[Message]:
    return [m for m in incident.messages("nag") if reason in m.reasons]


def _nag(incident: Incident, reason: str = "update", *, number: int = 1) -> Message:
    until(
        lambda: len(_nags(incident, reason)) >= number,
        what=f"nag {number} for {reason} in:\n{incident.channel.transcript()}",
    )
    return _nags(incident, reason)[number - 1]


def test_the_button_of_the_nag_asks_how_long_and_why(either: Harness) -> None:
    incident = either.declares()
    either.moves("30m")
    nag = _nag(incident)
    form = nag.click("Snooze", as_=either.ana, patience=2)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "snooze"
    wrong: dict[str, Any] = {"for": "soon", "reason": "The backup restores"}
    assert form.view.submits(**wrong) == {
        "for": '"soon" isn\'t a duration; write 20m, 2h or until 15:00.'
    }
    too_long: dict[str, Any] = {"for": "5h", "reason": "The backup restores"}
    assert "4h at most" in str(form.view.submits(**too_long))
    assert not incident.messages("snooze")
    either.slack.duplicates(3)
    right: dict[str, Any] = {"for": "20m", "reason": "The backup restores"}
    assert form.view.submits(**right) is None
    either.slack.duplicates(1)

    said = incident.channel.expects("The backup restores", kind="snooze")
    assert "@ana snoozed the status update until" in said
    assert "[Post update]" not in nag.shows("@ana snoozed it at")
    incident.card.shows("snoozed by @ana")
    assert len(incident.messages("snooze")) == 1

    either.moves("19m")
    _nag(incident, "commander", number=2)  # the timers up to now have fired
    assert len(_nags(incident)) == 1
    either.moves("2m")
    _nag(incident, number=2)
    either.moves("28m")
    _nag(incident, "commander", number=3)
    assert len(_nags(incident)) == 2
    either.moves("2m")
    _nag(incident, number=3)


def test_it_is_said_by_verb_and_an_update_ends_it(harness: Harness) -> None:
    incident = harness.declares()
    said = harness.ana.types("/incident snooze for 1h 30m waiting for R&D", incident.channel)
    assert said is not None
    assert f"the next update of {incident.id} is due at" in said
    incident.channel.expects("waiting for R&D", kind="snooze")
    rows = harness.muster("timeline", incident.id).stdout
    assert "Snoozed updates for 1h 30m: waiting for R&D" in rows
    said = harness.ana.types("/incident update They called back", incident.channel)
    assert said is not None
    assert "The next one is due at" in said
    harness.moves("31m")
    _nag(incident)


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("soon the vendor sleeps", '"soon" isn\'t a duration; write'),
        ("20 the vendor sleeps", '"20" isn\'t a duration'),
        ("for", "isn't a duration; write"),
        ("0m nothing", "is too short"),
        (
            "9h the vendor sleeps",
            "9h is too long without an update. It can be 4h at most.",
        ),
    ],
)
def test_missing_or_invalid_input_is_refused_with_a_reason(
    harness: Harness, typed: str, answered: str
) -> None:
    incident = _quiet(harness)
    said = harness.ana.types(f"/incident snooze {typed}", incident.channel)
    assert said is not None
    assert answered in said
    assert not incident.messages("snooze")


@pytest.mark.parametrize("typed", ["25m", "25m.", "25m please"])
def test_without_a_reason_the_form_keeps_the_duration(harness: Harness, typed: str) -> None:
    incident = _quiet(harness)
    said = harness.ana.types(f"/incident snooze {typed}", incident.channel)
    assert said is not None
    assert said.view is not None
    assert said.view.callback_id == "snooze"
    assert said.view.values["for"]["for"]["value"].startswith("25m")
    filled: dict[str, Any] = {"for": "25m", "reason": "It restores"}
    assert said.view.submits(**filled) is None
    incident.channel.expects("It restores", kind="snooze")


def _quiet(harness: Harness) -> Incident:
    """One incident for all refusals."""
    return next(iter(harness.declared), None) or harness.declares()


def test_where_no_update_is_due_there_is_nothing_to_snooze(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = harness.ana.types("/incident snooze 20m it is cosmetic", incident.channel)
    assert said is not None
    assert "SEV3 has no regular updates, so there's nothing to snooze." in said
    harness.ana.types("/incident cancel a false alarm", incident.channel)
    said = harness.ana.types("/incident snooze 20m it is cosmetic", incident.channel)
    assert said is not None
    assert "is cancelled" in said
    said = harness.ana.types("/incident snooze 20m it is cosmetic", "general")
    assert said is not None
    assert "only works in an incident channel" in said


def test_every_reminder_can_be_snoozed_from_its_message_and_the_snooze_ended(
    harness: Harness,
) -> None:
    incident = harness.declares("sev1")
    harness.moves("10m")
    nag = _nag(incident, "commander")
    form = nag.click("Snooze", as_=harness.bob)
    assert form is not None
    assert form.view is not None
    assert "No commander" in form.text
    values: dict[str, Any] = {"for": "1h", "reason": "I ask around"}
    assert form.view.submits(**values) is None
    said = incident.channel.expects("I ask around", kind="snooze")
    assert "@bob snoozed reminders about the acknowledgement and the commander" in said
    assert "[Take command]" not in nag.shows("@bob snoozed it at")
    harness.moves("20m")
    _nag(incident)  # the timers up to now have fired
    assert len(_nags(incident, "commander")) == 1
    said.click("End snooze", as_=harness.ana, patience=0)
    incident.channel.expects("@ana ended the snooze.", kind="snooze")
    _nag(incident, "commander", number=2)
    harness.rests()
    assert "[End snooze]" not in said.again()


def test_the_update_is_snoozed_alone_unless_more_is_ticked(harness: Harness) -> None:
    incident = harness.declares("sev1")
    harness.moves("30m")
    form = _nag(incident).click("Snooze", as_=harness.ana)
    assert form is not None
    assert form.view is not None
    values: dict[str, Any] = {"for": "1h", "reason": "It restores"}
    assert "reminders" in (form.view.submits(reminders=[], **values) or {})
    assert form.view.submits(reminders=["update", "role"], **values) is None
    said = incident.channel.expects("It restores", kind="snooze")
    assert "@ana snoozed updates and reminders about open roles until" in said
    said_ = harness.ana.types("/incident snooze off", incident.channel)
    assert said_ is not None
    assert f"Ended the snooze of {incident.id}." in said_


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("ack 20m Bob looks", "Snoozed reminders about the acknowledgement of"),
        ("roles 20m Bob looks", "Snoozed reminders about open roles of"),
        ("all 20m Bob looks", "Snoozed updates and reminders about"),
        ("update 20m Bob looks", "Snoozed: the next update of"),
    ],
)
def test_what_is_snoozed_can_be_typed(harness: Harness, typed: str, answered: str) -> None:
    incident = _quiet(harness)
    said = harness.ana.types(f"/incident snooze {typed}", incident.channel)
    assert said is not None
    assert answered in said
    said.click("Undo", patience=2)
    said = harness.ana.types("/incident snooze off", incident.channel)
    assert said is not None
    assert "Nothing is snoozed" in said
