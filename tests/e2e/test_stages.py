"""Stages from investigating to closed, and back."""

from functools import partial

from sandbox.driver import Channel
from tests.harness import Harness, until


def test_each_stage_has_its_verb(either: Harness) -> None:
    incident = either.declares()
    ana, channel = either.ana, incident.channel
    for verb, stage in (
        ("status identified", "Identified"),
        ("mitigate", "Mitigated"),
        ("resolve Rolled back", "Resolved"),
    ):
        said = ana.types(f"/incident {verb}", channel)
        assert said is not None
        assert f"is now {stage.lower()}" in said
        channel.expects(stage, kind="stage")
        incident.card.shows(stage)
        until(partial(_is_in_the_topic, stage.lower(), channel), what=f"{stage} in the topic")


def test_monitoring_is_another_word_for_mitigated(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident status monitoring", incident.channel)
    assert incident.record["stage"] == "mitigated"


def test_resolved_by_the_form(harness: Harness) -> None:
    incident = harness.declares()
    seen = incident.card.click("Resolve incident", as_=harness.ana, patience=2)
    assert seen is not None
    assert seen.view is not None
    assert seen.view.callback_id == "resolve"
    seen.view.submits(text="Rolled back the 14:02 deploy")
    incident.channel.expects("Rolled back the 14:02 deploy", kind="stage")


def test_a_button_that_is_still_there_says_that_it_is_resolved(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    not_yet = harness.slack.fails("chat.update", pause=True)  # keeps the button on the card
    harness.ana.types("/incident resolve it is over", incident.channel)
    seen = incident.card.click("Resolve incident", as_=harness.ana, patience=2)
    not_yet.releases()
    assert seen is not None
    assert seen.text == f"{incident.id} is already resolved."


def test_the_text_of_an_outdated_form_is_not_lost(harness: Harness) -> None:
    incident = harness.declares()
    channel, ana = incident.channel, harness.ana
    ana.types("/incident task Add an alert", channel)
    seen = incident.card.click("Resolve incident", as_=ana, patience=2)
    ana.types("/incident resolve it is over", channel)
    assert seen is not None
    assert seen.view is not None
    told = f"{incident.id} is already resolved. To post this: /incident update."
    assert seen.view.submits(text="The pool was too small") == {"text": told}
    harness.bob.joins(channel)
    first, second = (who.types("/incident close", channel) for who in (ana, harness.bob))
    assert first is not None
    assert first.view is not None
    assert second is not None
    assert second.view is not None
    assert first.view.submits() is None
    told = f"{incident.id} is already closed, so nothing was saved."
    late = f"{told} To mark a task done: `/incident task done 1`."
    assert second.view.submits(checks=["stable"], tasks=["1"]) == {"checks": late}


def test_closing_asks_what_is_known(either: Harness) -> None:
    incident = either.declares()
    either.ana.types("/incident resolve it is over", incident.channel)
    form = either.ana.types("/incident close", incident.channel)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "close"
    assert form.view.submits(checks=["stable", "metrics"]) is None
    closed = incident.channel.expects("Closed", kind="stage")
    assert "Not confirmed: no new reports" in closed
    assert incident.record["stage"] == "closed"


def test_an_open_one_cannot_be_closed(harness: Harness) -> None:
    incident = harness.declares()
    said = harness.ana.types("/incident close", incident.channel)
    assert said is not None
    assert "only a resolved incident can be closed" in said


def test_it_is_back(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident resolve it is over", incident.channel)
    said = harness.ana.types("/incident reopen errors again", incident.channel)
    assert said is not None
    assert "is now investigating" in said
    incident.channel.expects("errors again", kind="stage")
    incident.card.shows("Investigating")


def test_a_false_alarm_is_cancelled(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident cancel a test, sorry", incident.channel)
    incident.channel.expects("a test, sorry", kind="stage")
    announced = incident.expects("announcement", to=harness.slack.channel("incidents"))
    announced.shows("Cancelled")


def test_commands_on_a_closed_incident_name_reopen(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident cancel a false alarm", incident.channel)
    for verb in ("update hello", "severity sev0", "role ic", "note x", "ack"):
        said = harness.ana.types(f"/incident {verb}", incident.channel)
        assert said is not None
        assert "/incident reopen" in said, verb


def _is_in_the_topic(word: str, channel: Channel) -> bool:
    return f" · {word} · " in channel.topic
