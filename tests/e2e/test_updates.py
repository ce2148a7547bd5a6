"""Updates, notes, changes of severity, and the timeline of it all."""

import json
from typing import Any

import pytest

from tests.harness import Harness


def test_an_update_by_verb(either: Harness) -> None:
    incident = either.declares()
    said = either.ana.types("/incident update Rolled back, errors are falling", incident.channel)
    assert said is not None
    assert "Posting your update in" in said
    update = incident.channel.expects("Rolled back, errors are falling", kind="update")
    assert "*Update* by @ana" in update


def test_an_update_notifies_the_people_it_names_and_no_channel(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident update @bob is on it, @here please wait", incident.channel)
    update = incident.channel.expects("is on it", kind="update")
    posted = json.dumps(update.shape["blocks"])
    assert f"<@{harness.bob.id}> is on it, @here please wait" in posted
    assert "<!here>" not in posted
    timeline = json.loads(harness.muster("timeline", incident.id, "--json").stdout)
    (line,) = [each for each in timeline if each["kind"] == "update"]
    assert line["text"] == "@bob is on it, @here please wait"


def test_an_update_that_begins_with_a_status_says_how_to_set_it(harness: Harness) -> None:
    incident = harness.declares()
    said = harness.ana.types("/incident update Resolved, all good", incident.channel)
    assert f"{incident.id} is still investigating. To change that: `/incident resolve`." in (
        said or ""
    )
    assert incident.record["stage"] == "investigating"
    harness.ana.types("/incident resolve It was the deploy", incident.channel)
    said = harness.ana.types("/incident update Resolved: it was the deploy", incident.channel)
    assert "is still" not in (said or "")


@pytest.mark.transports
def test_an_update_by_form_with_a_stage_and_a_promise(either: Harness) -> None:
    incident = either.declares()
    form = either.ana.types("/incident update", incident.channel)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "update"
    form.view.fills(text="It was the deploy", stage="identified", next_update="2h")
    assert form.view.submits() is None
    incident.channel.expects("It was the deploy", kind="update")
    incident.card.shows("Identified")
    assert incident.record["stage"] == "identified"
    either.moves("35m")
    incident.channel.expects(kind="nag")  # for a commander; for an update only after 2 h
    assert not any("update" in m.reasons for m in incident.messages("nag"))


def test_an_update_by_the_card(harness: Harness) -> None:
    incident = harness.declares()
    seen = incident.card.click("Post update", as_=harness.ana, patience=2)
    assert seen is not None
    assert seen.view is not None
    assert seen.view.submits(text="Looking at the load balancer") is None
    incident.channel.expects("Looking at the load balancer", kind="update")


def test_the_same_form_three_times_is_one_update(harness: Harness) -> None:
    incident = harness.declares()
    seen = incident.card.click("update_open", as_=harness.ana, patience=2)
    assert seen is not None
    assert seen.view is not None
    harness.slack.duplicates(3)
    seen.view.submits(text="Said once")
    incident.channel.expects("Said once", kind="update")
    harness.slack.duplicates(1)
    harness.ana.types("/incident update Said after it", incident.channel)
    incident.channel.expects("Said after it", kind="update")
    assert len(incident.channel.messages("update", "Said once")) == 1


def test_a_worse_severity_changes_topic_card_and_roles(either: Harness) -> None:
    incident = either.declares()
    said = either.ana.types("/incident severity sev0 all regions", incident.channel)
    assert said is not None
    assert "SEV0" in said
    incident.channel.expects("Severity is now", kind="severity").shows("all regions")
    incident.card.shows("SEV0")
    incident.card.shows("Scribe")
    incident.channel.until(lambda c: c.topic.startswith("SEV0"))


def test_a_severity_by_its_alias(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident sev low", incident.channel)
    assert incident.record["severity"] == "SEV3"


def test_mentions_in_what_people_write_ping_nobody(harness: Harness) -> None:
    title = harness.title("<!channel> @here @bob &amp; R&D")
    incident = harness.declares("sev3", title=title)
    harness.ana.types("/incident update @channel please @cleo <b>now</b>", incident.channel)
    update = incident.channel.expects("please", kind="update")
    for message in (update, incident.card):
        raw = json.dumps([message.shape.get("text"), _mrkdwn(message.blocks)])
        for ping in ("<!channel", "<!here", "<@U0BOB"):
            assert ping not in raw
    assert "<b>now</b>" in update


def test_notes_and_the_timeline(either: Harness) -> None:
    incident = either.declares()
    either.ana.types("/incident note Errors began at 14:02", incident.channel)
    either.ana.types("/incident update We look into it", incident.channel)
    incident.channel.expects("We look into it", kind="update")
    said = either.ana.types("/incident timeline", incident.channel)
    assert said is not None
    for words in ("Declared SEV1", "Errors began at 14:02", "We look into it", "@ana"):
        assert words in said
    shown = either.muster("timeline", incident.id, "--json")
    assert shown.returncode == 0, shown.stderr
    rows = json.loads(shown.stdout)
    assert {"at", "by", "kind", "text", "permalink"} == set(rows[0])
    update = next(row for row in rows if row["kind"] == "update")
    assert incident.channel.id in update["permalink"]


def test_the_operator_lists_them(harness: Harness) -> None:
    incident = harness.declares()
    shown = harness.muster("incidents", "--open", "--json")
    assert shown.returncode == 0, shown.stderr
    row = next(each for each in json.loads(shown.stdout) if each["id"] == incident.id)
    assert set(row) == {
        *("id", "title", "severity", "stage", "private", "channel", "declared_at", "roles")
    }
    assert row["channel"] == incident.channel.id


def test_help_lists_what_can_be_done_here(harness: Harness) -> None:
    outside = harness.ana.types("/incident help")
    assert outside is not None
    assert "`/incident declare [SEV] [TITLE]`" in outside
    assert "resolve" not in outside
    incident = harness.declares()
    inside = harness.ana.types("/incident help", incident.channel)
    assert inside is not None
    assert "`resolve [TEXT]`" in inside
    assert "reopen" not in inside
    one = harness.ana.types("/incident help sev", incident.channel)
    assert one is not None
    assert "`/incident severity SEV [reason]`" in one
    assert "Example: `/incident severity sev0 payments fail, too`" in one
    none = harness.ana.types("/incident help resolv", incident.channel)
    assert none is not None
    assert "Unknown command `resolv`. Did you mean `/incident resolve`?" in none


def test_incident_alone_shows_how_it_stands(harness: Harness) -> None:
    incident = harness.declares()
    shown = harness.ana.types("/incident", incident.channel)
    assert shown is not None
    assert incident.record["title"] in shown
    assert "Take command" in shown


def _mrkdwn(shape: Any) -> list[str]:
    """The texts in which Slack would turn a lookalike into a mention."""
    if isinstance(shape, list):
        return [text for each in shape for text in _mrkdwn(each)]
    if not isinstance(shape, dict):
        return []
    if shape.get("type") == "mrkdwn":
        return [shape["text"]]
    return [text for each in shape.values() for text in _mrkdwn(each)]


def test_a_form_that_is_refused_changes_nothing(harness: Harness) -> None:
    incident = harness.declares()
    form = harness.ana.types("/incident update", incident.channel)
    assert form is not None
    assert form.view is not None
    errors = form.view.submits(text="\u200b", stage="mitigated")
    assert errors is not None
    assert "can't be empty" in errors["text"]
    assert incident.record["stage"] == "investigating"


def test_a_closed_incident_opens_no_form(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident cancel a false alarm", incident.channel)
    for verb in ("update", "role"):
        said = harness.ana.types(f"/incident {verb}", incident.channel)
        assert said is not None
        assert said.view is None
        assert "is cancelled. To reopen it" in said


def test_any_white_space_ends_a_word(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident severity sev2\nonly two shops", incident.channel)
    incident.channel.expects("only two shops", kind="severity")
    assert incident.record["severity"] == "SEV2"


def test_a_severity_before_a_title_opens_the_form_with_both(harness: Harness) -> None:
    said = harness.ana.types("/incident sev1 Checkout is down", "general")
    assert said is not None
    assert said.view is not None
    assert said.view.values["title"]["title"]["value"] == "Checkout is down"
    assert said.view.values["severity"]["severity"]["selected_option"]["value"] == "SEV1"


def test_the_form_begins_with_a_template_and_empty_headings_are_dropped(harness: Harness) -> None:
    incident = harness.declares("sev2")
    incident.card.click("update_open", as_=harness.ana)
    form = harness.ana.view("update")
    assert form.values["text"]["text"]["value"] == (
        "What we know: \nImpact: \nWhat we're doing: \nNext update: "
    )
    assert form.submits() == {"text": "Write what you know and what's next."}
    text = "What we know: \nImpact: EU only\nWhat we're doing:\nrolling back\nNext update: "
    assert form.submits(text=text) is None
    incident.channel.expects("Impact: EU only\nWhat we're doing:\nrolling back", kind="update")


def test_an_update_that_is_too_long_comes_back_in_a_form_with_its_words(either: Harness) -> None:
    incident = either.declares("sev3")
    long = " ".join(f"word{number:04}" for number in range(350))  # 3,149 characters
    said = either.ana.types(f"/incident update in 20m {long}", incident.channel)
    assert said is not None
    form = said.view
    assert form is not None
    values = form.values
    both = values["text"]["text"]["value"] + values["more"]["more"]["value"]
    assert both == long
    assert "3,149 characters together" in form.text
    assert values["next_update"]["next_update"]["selected_option"]["value"] == "20m"
    assert form.submits() == {"more": "Together 149 characters too long: at most 3,000 fit."}
    assert incident.happened == ["Declared"]
    assert form.submits(text="word0001 ", more="and so on") is None
    update = incident.channel.expects("word0001", kind="update")
    assert "and so on" in update


def test_a_summary_or_task_that_is_too_long_comes_back_in_its_form(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = harness.ana.types(f"/incident summary {'x' * 3001}", incident.channel)
    assert said is not None
    assert said.view is not None
    assert said.view.values["more"]["more"]["value"] == "x"
    errors = said.view.submits()
    assert errors is not None
    assert "too long" in str(errors)
    assert said.view.submits(more="") is None
    said = harness.ana.types(f"/incident task {'pods ' * 60}@dan by 2099-11-24", incident.channel)
    assert said is not None
    assert said.view is not None
    assert said.view.values["text"]["text"]["value"] == ("pods " * 60).strip()
    assert said.view.values["user"]["user"]["selected_user"] == "U0DAN"
    errors = said.view.submits()
    assert errors is not None
    assert "250 at most" in errors["text"]
    assert said.view.submits(text="Restart the pods") is None
    incident.channel.expects("Restart the pods", kind="task-change")


def test_other_long_words_come_back_with_the_refusal(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for command in ("note", "resolve", "severity sev2", "page @bob"):
        said = harness.ana.types(f"/incident {command} {'word ' * 610}", incident.channel)
        assert said is not None
        assert "too long" in said
        assert said.text.count("word") >= 610, command
    assert incident.happened == ["Declared"]
