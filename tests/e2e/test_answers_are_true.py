"""Answers say what happened: delivered, waiting for something, or refused."""

import json

import pytest

from sandbox.driver import Seen
from tests.harness import Harness, until
from tests.harness.incident import Incident

TYPED = (
    *("update Still down", "role ic", "severity sev2 less bad", "task Look at the pool"),
    *("note Errors began at noon", "status identified a bad deploy", "resolve Rolled back"),
)


def typed(harness: Harness, words: str, incident: Incident, where: str) -> Seen:
    said = harness.ana.types(f"/incident {words}", where)
    assert said is not None
    return said


@pytest.mark.parametrize("words", TYPED)
def test_a_removed_bot_says_that_nothing_is_posted(harness: Harness, words: str) -> None:
    incident = harness.declares("sev3")
    harness.rests()
    channel = incident.channel.id
    refused = harness.slack.fails("conversations.join", error="missing_scope")
    harness.ana.removes("muster", channel)
    incident.expects("notice", "lost its channel", to=harness.ana.dm())
    said = typed(harness, words, incident, channel)
    assert "Not posted yet: Muster was removed from" in said
    assert "is in the channel" not in said
    assert "Update posted" not in said
    refused.stops()
    harness.ana.invites("muster", channel)


def test_an_archived_channel_is_said_to_be_archived(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.rests()
    channel = incident.channel.id
    harness.ana.archives(channel)
    incident.expects("notice", "lost its channel", to=harness.ana.dm())
    said = typed(harness, f"update {incident.id} Still down", incident, "general")
    assert "Not posted yet:" in said
    assert "is archived. Unarchive it and invite Muster again" in said
    typed(harness, f"cancel {incident.id} a test", incident, "general")


def test_a_form_says_that_nothing_is_posted(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.rests()
    channel = incident.channel.id
    form = typed(harness, "update", incident, channel)
    assert form.view is not None
    refused = harness.slack.fails("conversations.join", error="missing_scope")
    harness.ana.removes("muster", channel)
    incident.expects("notice", "lost its channel", to=harness.ana.dm())
    assert form.view.submits(text="Still down") is None
    shown = harness.ana.view("said")
    assert "Not posted yet: Muster was removed from" in shown.text
    shown.closes()
    refused.stops()
    harness.ana.invites("muster", channel)
    incident.channel.expects("Still down", kind="update")


def test_a_loss_that_nobody_noticed_is_told_afterwards(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.rests()
    channel = incident.channel.id
    harness.slack.fails("chat.postMessage", error="channel_not_found", channel=channel)
    harness.slack.fails("conversations.join", error="channel_not_found")
    said = typed(harness, "update Still down", incident, channel)
    assert "is in the channel" not in said
    harness.ana.sees(f"Muster can't use #{incident.channel.name} any more")


def test_the_declare_form_is_answered_with_the_channel(harness: Harness) -> None:
    form = harness.bob.types("/incident", "random")
    assert form is not None
    assert form.view is not None
    title = harness.title()
    assert form.view.submits(title=title, severity="SEV3") is None
    incident = harness.found(title)
    said = harness.bob.sees(f"Declared *{incident.id}*")
    assert f"#{incident.channel.name}" in said
    assert said.shape["channel"] == "C0RANDOM"


def test_a_declaration_by_shortcut_is_answered_in_a_direct_message(harness: Harness) -> None:
    form = harness.bob.shortcut("declare")
    assert form is not None
    assert form.view is not None
    title = harness.title()
    assert form.view.submits(title=title, severity="SEV3") is None
    incident = harness.found(title)
    said = harness.bob.dm().expects(f"Declared *{incident.id}*", kind="answer")
    assert said.payload["subject"] == incident.id
    assert f"#{incident.channel.name}" in said


def test_the_answer_about_a_private_one_has_no_title(harness: Harness) -> None:
    form = harness.bob.shortcut("declare")
    assert form is not None
    assert form.view is not None
    title = harness.title("A key leaked")
    assert form.view.submits(title=title, severity="SEV3", private=["private"]) is None
    record = next(each for each in harness.records() if each["title"] == title)
    said = harness.bob.dm().expects(f"Declared *{record['id']}*", kind="answer")
    assert title not in json.dumps(said.shape)


def test_a_declarer_who_cannot_be_added_hears_so(harness: Harness) -> None:
    for way in ("typed", "form"):
        no = harness.slack.fails("conversations.invite", error="cant_invite", user=harness.bob.id)
        if way == "typed":
            incident = harness.declares("sev3", by=harness.bob)
        else:
            form = harness.bob.types("/incident")
            assert form is not None
            assert form.view is not None
            title = harness.title()
            assert form.view.submits(title=title, severity="SEV3") is None
            incident = harness.found(title)
        name = incident.channel.name
        said = harness.bob.sees(f"Slack didn't let Muster add you to #{name} (cant_invite)")
        assert "Join it there." in said
        no.stops()
        harness.bob.joins(incident.channel)


def test_a_refused_channel_is_told_to_who_declared(harness: Harness) -> None:
    no = harness.slack.fails("conversations.create", error="restricted_action")
    form = harness.bob.types("/incident")
    assert form is not None
    assert form.view is not None
    title = harness.title()
    assert form.view.submits(title=title, severity="SEV3") is None
    said = harness.bob.sees("has no channel, because Slack refused it (restricted_action)")
    assert "Declared *INC-" in said
    no.stops()
    incident = harness.found(title)
    harness.bob.types(f"/incident cancel {incident.id} a test")
    until(lambda: incident.record["stage"] == "cancelled", what="cancelled")
