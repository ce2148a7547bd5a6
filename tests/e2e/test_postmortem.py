"""The postmortem draft after resolving: from the timeline and what people wrote."""

from tests.harness import Harness


def test_the_draft_is_written_from_the_channel_and_posted(either: Harness) -> None:
    incident = either.declares()
    ana, channel = either.ana, incident.channel
    secret = "xoxb-123456789012-abcdefghijklmnop"
    ana.says(f"We rolled back the deploy; its token was {secret}", channel)
    ana.says("Decision: mail ana.alvarez@example.com", channel)
    root = ana.says("What about the queue?", channel)
    ana.types("It drained in two minutes", channel, thread=root)
    ana.types("/incident update Rolled back, errors are falling", channel)
    ana.types("/incident resolve Rolled back the 14:02 deploy", channel)
    posted = channel.expects("Postmortem draft for", kind="postmortem", within=10)
    assert "@ana" in posted

    shown = either.muster("postmortem", incident.id)
    assert shown.returncode == 0, shown.stderr
    draft = shown.stdout
    for words in (
        incident.record["title"],
        "Rolled back, errors are falling",
        "Rolled back the 14:02 deploy",
        "its token was",
        "drained in two minutes",
    ):
        assert words in draft, words
    assert secret not in draft
    assert "ana.alvarez@example.com" not in draft
    assert "/archives/" in draft
    file = either.slack.files()[-1]
    assert file["content"].strip() == draft.strip()
    assert any(each["title"] == "Postmortem" for each in channel.bookmarks)


def test_it_is_drafted_again_when_asked(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=10)
    harness.ana.says("Note: the alert came late", incident.channel)
    said = harness.ana.types("/incident postmortem", incident.channel)
    assert said is not None
    assert "will be posted here" in said
    incident.channel.until(
        lambda c: len(c.messages("postmortem")) == 2, within=10, what="a second draft"
    )
    assert "the alert came late" in harness.muster("postmortem", incident.id).stdout
    newest = harness.slack.files()[-1]["id"]
    incident.channel.until(
        lambda c: [each["link"].split("/")[-2] for each in c.bookmarks] == [newest],
        what="one bookmark, which leads to the newest",
    )


def test_a_severity_that_was_lowered_at_the_end_needs_its_postmortem(harness: Harness) -> None:
    incident = harness.declares("sev1")
    harness.ana.types("/incident resolve Rolled back", incident.channel)
    incident.channel.expects(kind="postmortem", within=10)
    harness.ana.types("/incident severity sev3 Only cards", incident.channel)
    harness.ana.types("/incident postmortem", incident.channel)
    incident.channel.until(
        lambda c: len(c.messages("postmortem")) == 2, within=10, what="a second draft"
    )
    assert "Review it within" in incident.channel.messages("postmortem")[-1]
    draft = harness.muster("postmortem", incident.id).stdout
    assert "| Severity | SEV3 (peak: SEV1) |" in draft


def test_a_draft_from_before_it_was_reopened_is_called_so(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.ana.types("/incident resolve The first attempt", incident.channel)
    incident.channel.expects(kind="postmortem", within=10)
    harness.rests()
    assert "Out of date" not in harness.muster("postmortem", incident.id).stdout
    harness.ana.types("/incident reopen It is back", incident.channel)
    incident.channel.expects("*Out of date:*", kind="postmortem", within=10)
    shown = harness.muster("postmortem", incident.id).stdout
    assert shown.startswith(f"> **Out of date:** {incident.id} was reopened after this draft.")
    harness.ana.types("/incident resolve The second attempt", incident.channel)
    incident.channel.until(
        lambda c: len(c.messages("postmortem")) == 2, within=10, what="a second draft"
    )
    shown = harness.muster("postmortem", incident.id).stdout
    assert "Out of date" not in shown
    assert "The second attempt" in shown


def test_an_upload_that_did_not_arrive_is_made_again(harness: Harness) -> None:
    """Slack reports a lost upload only when it is to be completed."""
    incident = harness.declares("sev3")
    lost = harness.slack.fails("files.completeUploadExternal", error="file_not_found", times=1)
    harness.ana.types("/incident resolve it is over", incident.channel)
    lost.met(within=10)
    incident.channel.expects("Postmortem draft for", kind="postmortem", within=20)


def test_before_there_is_one_the_operator_is_told(harness: Harness) -> None:
    incident = harness.declares("sev3")
    shown = harness.muster("postmortem", incident.id)
    assert shown.returncode == 1
    assert "has no draft yet" in shown.stderr


def test_an_unknown_incident_has_no_timeline(harness: Harness) -> None:
    harness.declares("sev3")
    shown = harness.muster("timeline", "INC-9999")
    assert shown.returncode == 1
    assert "INC-9999 not found" in shown.stderr


def test_a_channel_with_more_threads_than_slack_gives_in_a_minute(harness: Harness) -> None:
    incident = harness.declares()
    root = harness.ana.says("Decision: what about the queue?", incident.channel)
    harness.ana.types("We drained it in two minutes", incident.channel, thread=root)
    harness.slack.fails("conversations.replies", ratelimited=1, times=2)
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=10)
    read = [
        each
        for each in harness.slack.calls("conversations.history")
        if each["args"].get("channel") == incident.channel.id
    ]
    assert len(read) == 1  # it continued where it had to wait
    assert "drained it" in harness.muster("postmortem", incident.id).stdout
