"""A deleted message leaves the timeline and the draft, in whatever shape Slack says so, and also
if it never does."""

from sandbox.driver import Message
from tests.e2e.test_events import timeline
from tests.harness import Harness, Incident

PASSWORD = "The password is correct horse battery"


def pinned(harness: Harness, incident: Incident, text: str) -> Message:
    said = harness.ana.says(text, incident.channel)
    said.reacts("pushpin", as_=harness.ana)
    incident.channel.until(
        lambda _: text[:20] in timeline(harness, incident), what="in the timeline"
    )
    return said


def test_a_message_with_replies_that_is_deleted_leaves_the_timeline(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = pinned(harness, incident, PASSWORD)
    harness.ana.types("Delete that, please", incident.channel, thread=said)
    said.deletes(as_=harness.ana)
    assert "was deleted" in said.again().text  # a tombstone
    incident.channel.until(
        lambda _: "horse" not in timeline(harness, incident), what="out of the timeline"
    )
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    draft = harness.muster("postmortem", incident.id).stdout
    assert "horse" not in draft
    assert "was deleted" not in draft
    assert "horse" not in harness.muster("timeline", incident.id).stdout


def test_at_drafting_the_channel_wins_over_what_was_never_told(harness: Harness) -> None:
    incident = harness.declares("sev3")
    gone = pinned(harness, incident, PASSWORD)
    edited = pinned(harness, incident, "It is the deploy of noon")
    harness.rests()
    harness.slack.duplicates(0)  # lost events
    gone.deletes(as_=harness.ana)
    edited.edits("It is the deploy of midnight", as_=harness.ana)
    harness.slack.duplicates(1)
    assert "horse" in timeline(harness, incident)  # no event told us
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    harness.rests()
    draft, shown = harness.muster("postmortem", incident.id).stdout, timeline(harness, incident)
    assert "horse" not in draft
    assert "horse" not in shown
    assert "deploy of midnight" in draft
    assert "deploy of midnight" in shown
    assert "deploy of noon" not in draft
    assert "deploy of noon" not in shown
    assert len(incident.messages("postmortem")) == 1


def test_what_is_deleted_after_the_draft_leaves_it_too(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = pinned(harness, incident, PASSWORD)
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    assert "horse" in harness.muster("postmortem", incident.id).stdout
    said.deletes(as_=harness.ana)
    incident.channel.until(
        lambda c: len(c.messages("postmortem")) == 2, within=15, what="a new draft"
    )
    assert "horse" not in harness.muster("postmortem", incident.id).stdout


def test_a_message_that_the_draft_quotes_leaves_it_when_it_is_deleted(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = harness.ana.says(f"Decision: {PASSWORD}", incident.channel)
    other = harness.ana.says("ok", incident.channel)  # in no draft
    harness.ana.types("/incident resolve It is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    harness.rests()
    assert "horse" in harness.muster("postmortem", incident.id).stdout
    other.deletes(as_=harness.ana)
    harness.rests()
    assert incident.happened.count("PostmortemAsked") == 0
    said.deletes(as_=harness.ana)
    incident.channel.until(
        lambda c: len(c.messages("postmortem")) == 2, within=15, what="a new draft"
    )
    assert "horse" not in harness.muster("postmortem", incident.id).stdout


def test_a_pinned_secret_is_masked_wherever_the_timeline_is_shown(harness: Harness) -> None:
    incident = harness.declares("sev3")
    pinned(harness, incident, "Looking for DB_PASSWORD=hunter2hunter2 in the config")
    ana = harness.ana
    ana.types("/incident note Set API_TOKEN=abcdef0123456789abcdef for now", incident.channel)
    ana.types("/incident update Rotated DB_PASSWORD=hunter3hunter3", incident.channel)
    shown = timeline(harness, incident)
    printed = harness.muster("timeline", incident.id).stdout
    as_json = harness.muster("timeline", incident.id, "--json").stdout
    caught_up = ana.types("/incident catchup", incident.channel)
    assert caught_up is not None
    for text in (shown.text, printed, as_json, caught_up.text):
        assert "DB_PASSWORD=[masked: password]" in text
        assert "hunter" not in text
        assert "abcdef0123456789abcdef" not in text


def test_a_secret_does_not_get_from_a_message_into_a_form(harness: Harness) -> None:
    incident = harness.declares("sev3")
    words = "Checkout fails with DB_PASSWORD=hunter2hunter2"
    said = harness.ana.says(f"{words}\nAlso API_TOKEN=abcdef0123456789abcdef", incident.channel)
    for shortcut in ("declare_from_message", "task_from_message"):
        seen = harness.ana.shortcut(shortcut, said)
        assert seen is not None
        assert seen.view is not None
        values = str(seen.view.values)
        assert "Checkout fails with DB_PASSWORD=[masked: password]" in values
        assert "hunter" not in values
        assert "abcdef" not in values
        seen.view.closes()
