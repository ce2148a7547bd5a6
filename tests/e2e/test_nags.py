"""Reminders: who gets them, about what, and with which button."""

import pytest

from sandbox.driver import Message
from tests.harness import Harness, Incident, until


def _nag(incident: Incident, reason: str, *, number: int = 1) -> str:
    """Wait for a number of reminders for this reason; returns the newest."""
    until(
        lambda: len(_nags(incident, reason)) >= number,
        what=f"nag {number} for {reason} in:\n{incident.channel.transcript()}",
    )
    return _nags(incident, reason)[number - 1]


def _nags(incident: Incident, reason: str) -> list[str]:
    return [m.text for m in incident.messages("nag") if reason in m.reasons]


def test_a_missing_update_is_asked_of_the_declarer_and_posted_by_its_button(
    either: Harness,
) -> None:
    incident = either.declares()
    either.moves("30m")
    assert _nag(incident, "update").startswith("@ana Status update due (none for 30m)")
    nag = next(m for m in incident.messages("nag") if "update" in m.reasons)
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


def test_while_its_holder_is_not_to_be_disturbed_another_responder_is_asked(
    harness: Harness,
) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ic @bob", incident.channel)
    harness.ana.types("/incident role ol @dan", incident.channel)
    incident.channel.until(lambda c: {"bob", "dan"} <= {*c.members}, what="bob and dan")
    later = harness.slack.now() + 3600
    harness.slack.disturbs_not("bob", later)
    harness.moves("30m")
    assert _nag(incident, "update").startswith("@dan Status update due")
    assert "You're asked because @bob is away." in _nag(incident, "update")
    harness.slack.disturbs_not("dan", later)
    harness.slack.disturbs_not("ana", later)
    harness.moves("29m")
    harness.moves("1m")
    assert _nag(incident, "update", number=2).startswith("@bob Status update due")
    for name in ("ana", "bob", "dan"):
        harness.slack.disturbs_not(name, None)
    assert _nag(incident, "update").startswith("@dan")  # what was asked stays as it was


def test_who_left_the_channel_is_not_asked_in_it(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ic @bob", incident.channel)
    incident.channel.until(lambda c: "bob" in c.members, what="bob")
    harness.bob.leaves(incident.channel)
    harness.moves("30m")
    assert _nag(incident, "update").startswith("@ana Status update due")


@pytest.mark.parametrize("error", ["missing_scope", "internal_error"])
def test_if_slack_does_not_say_who_is_away_the_holder_is_asked(
    harness: Harness, error: str
) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ic @bob", incident.channel)
    incident.channel.until(lambda c: "bob" in c.members, what="bob")
    harness.slack.disturbs_not("bob", harness.slack.now() + 3600)
    silent = harness.slack.fails("dnd.teamInfo", error=error)
    harness.moves("30m")
    assert _nag(incident, "update").startswith("@bob Status update due")
    silent.stops()
    harness.slack.disturbs_not("bob", None)


def test_it_is_asked_for_at_its_pace_until_it_comes(harness: Harness) -> None:
    incident = harness.declares("sev0")
    for number in (1, 2, 3):
        harness.moves("15m")
        _nag(incident, "update", number=number)


def test_a_commander_is_asked_for(harness: Harness) -> None:
    incident = harness.declares()
    harness.moves("10m")
    assert "No commander yet" in _nag(incident, "commander")
    nag = next(m for m in incident.messages("nag") if "commander" in m.reasons)
    nag.click("Take command", as_=harness.ana, patience=0)
    incident.card.shows("*Incident Commander*  @ana")
    harness.moves("11m")
    _nag(incident, "ack", number=1)  # the timers up to now have fired
    assert len(_nags(incident, "commander")) == 1


def test_an_acknowledgement_is_asked_of_who_was_paged(harness: Harness) -> None:
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm())
    harness.moves("5m")
    assert "No one has acknowledged" in (said := _nag(incident, "ack"))
    assert said.startswith(("@bob", "@cleo"))
    nag = next(m for m in incident.messages("nag") if "ack" in m.reasons)
    harness.bob.joins(incident.channel)
    nag.click("Acknowledge", as_=harness.bob, patience=0)
    incident.channel.expects("@bob acknowledged (", kind="ack")


def test_roles_are_asked_of_the_commander(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ic", incident.channel)
    harness.moves("15m")
    assert "Operations Lead" in (said := _nag(incident, "role"))
    assert said.startswith("@ana")
    nag = next(m for m in incident.messages("nag") if "role" in m.reasons)
    nag.click("role_take", as_=harness.ana, patience=0)
    incident.card.shows("*Operations Lead*  @ana")


@pytest.mark.parametrize("over", ["resolve it", "cancel it", "severity sev3"])
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
    assert " late; due " in _nag(incident, "update")
    harness.moves("29m")
    _nag(incident, "commander", number=2)  # the timers up to now have fired
    assert len(_nags(incident, "update")) == 1
    harness.moves("2m")
    _nag(incident, "update", number=2)


def test_what_is_due_at_once_is_one_message_with_all_its_buttons(either: Harness) -> None:
    incident = either.declares()
    either.moves("31m")
    until(lambda: bool(incident.messages("nag")), what="a nag")
    either.rests()
    (nag,) = incident.messages("nag")
    assert nag.payload["reason"] == "update"
    assert nag.payload["also"] == ["ack", "commander", "role"]
    assert {"update_open", "ack", "role_take", "snooze"} <= set(_buttons(nag))

    nag.click("Acknowledge", as_=either.bob, patience=0)
    shown = nag.shows("@bob acknowledged at")
    assert "ack" not in _buttons(shown)
    assert {"update_open", "role_take"} <= set(_buttons(shown))
    said = either.ana.types("/incident audit", incident.channel)
    assert said is not None
    assert said.text.count("reminder: ") >= 3
    rows = either.muster("timeline", incident.id).stdout
    for asked in (
        "Reminder: status update due",
        "Reminder: not acknowledged",
        "Reminder: no commander",
    ):
        assert rows.count(asked) == 1
    either.check_slack()


def test_the_newest_takes_over_the_buttons_of_the_older_one(harness: Harness) -> None:
    incident = harness.declares()
    harness.moves("5m")
    older = incident.channel.expects(kind="nag")
    assert _buttons(older) == ["ack", "snooze"]
    harness.moves("5m")
    _nag(incident, "commander")
    older.shows("Replaced by a newer reminder.")
    assert not _buttons(older.again())
    newest = incident.messages("nag")[-1]
    assert newest.reasons == ["commander"]
    assert _buttons(newest) == ["role_take", "ack", "snooze"]
    harness.check_slack()


def test_what_nobody_answers_becomes_rarer(harness: Harness) -> None:
    incident = harness.declares("sev0")
    harness.ana.types("/incident ack", incident.channel)
    for number in (1, 2):
        harness.moves("5m")
        _nag(incident, "commander", number=number)
    harness.moves("5m")
    _nag(incident, "update")  # the timers up to now have fired
    assert len(_nags(incident, "commander")) == 2
    harness.moves("5m")
    _nag(incident, "commander", number=3)


def _buttons(nag: Message) -> list[str]:
    rows = [block["elements"] for block in nag.blocks if block["type"] == "actions"]
    return [each["action_id"] for row in rows for each in row]
