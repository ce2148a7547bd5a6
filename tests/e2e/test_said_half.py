"""Commands that say which way, which role or which task, and those that could do nothing."""

import pytest

from tests.e2e.test_named_numbers import types
from tests.harness import Harness


@pytest.mark.parametrize(
    "typed", ["merge {this} into {other}", "merge this into {other}", "merge it with {other}"]
)
def test_a_merge_the_other_way_says_where(harness: Harness, typed: str) -> None:
    here, other = harness.declares("sev3"), harness.declares("sev3")
    said = types(harness.ana, typed.format(this=here.id, other=other.id), here.channel)
    assert f"type `/incident merge {here.id}` in the channel of {other.id}" in said
    assert {here.record["stage"], other.record["stage"]} == {"investigating"}


@pytest.mark.parametrize("typed", ["merge {other} into this", "merge {other} into {this}"])
def test_a_merge_into_this_incident_happens(harness: Harness, typed: str) -> None:
    here, other = harness.declares("sev3"), harness.declares("sev3")
    said = types(harness.ana, typed.format(this=here.id, other=other.id), here.channel)
    assert "was merged into this incident" in said
    assert other.record["stage"] == "merged"


def test_nothing_opens_a_form_in_a_merged_channel(harness: Harness) -> None:
    here, other = harness.declares("sev3"), harness.declares("sev3")
    types(harness.ana, f"merge {other.id}", here.channel)
    for command in ("title", "summary", "status", "task", "resolve"):
        said = types(harness.ana, command, other.channel)
        assert f"{other.id} was merged into {here.id}" in said


@pytest.mark.parametrize(
    ("typed", "role"),
    [("scribe", "scribe"), ("comms", "cl"), ("ops lead", "ol"), ("planner", "planner")],
)
def test_a_role_alone_opens_the_form_with_that_role(
    harness: Harness, typed: str, role: str
) -> None:
    incident = harness.declares("sev3")
    for holder in ("U0ANA", "U0BOB"):
        seen = harness.ana.types(f"/incident {typed}", incident.channel)
        assert seen is not None
        assert seen.view is not None
        values = seen.view.values
        assert values["role"]["role"]["selected_option"]["value"] == role
        assert values["user"]["user"]["selected_user"] == holder
        seen.view.closes()
        types(harness.ana, f"{typed} @bob", incident.channel)
        assert incident.record["roles"] == {role: "U0BOB"}


@pytest.mark.parametrize("word", ["none", "nobody", "clear", "remove", "unassign"])
def test_a_role_is_left_empty(harness: Harness, word: str) -> None:
    incident = harness.declares("sev3")
    types(harness.ana, "role ol @bob", incident.channel)
    assert "is now unassigned" in types(harness.ana, f"role ol {word}", incident.channel)


def test_a_new_title_or_no_summary(harness: Harness) -> None:
    incident = harness.declares("sev3")
    assert "to *Card payments fail*" in types(
        harness.ana, "rename to Card payments fail", incident.channel
    )
    assert incident.record["title"] == "Card payments fail"
    types(harness.ana, "title To be continued", incident.channel)
    assert incident.record["title"] == "To be continued"
    for word in ("none", "-", "Clear."):
        types(harness.ana, "summary Cards fail in the EU", incident.channel)
        assert "Removed the summary" in types(harness.ana, f"summary {word}", incident.channel)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("update in 10", "What we know"), ("update in 10: still rebuilding", "still rebuilding")],
)
def test_a_promise_without_a_unit_is_asked_about(harness: Harness, typed: str, kept: str) -> None:
    incident = harness.declares("sev2")
    seen = harness.ana.types(f"/incident {typed}", incident.channel)
    assert seen is not None
    assert seen.view is not None
    assert "could be minutes or a time" in seen.view
    assert kept in seen.view.values["text"]["text"]["value"]
    seen.view.closes()


@pytest.mark.parametrize(
    "typed", ["update Rolled back. Next update at 3.", "update Rolled back, next update in 20"]
)
def test_a_promise_at_the_end_without_a_unit_is_said(harness: Harness, typed: str) -> None:
    incident = harness.declares("sev2")
    assert "could be minutes or a time" in types(harness.ana, typed, incident.channel)


def test_what_raises_the_severity_is_named(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = types(harness.ana, "escalate to sev0", incident.channel)
    assert "`/incident severity SEV1`" in said
    assert "`/incident milestone impact 14:05`" in types(
        harness.ana, "impact since 14:00", incident.channel
    )


def test_a_task_for_someone_by_an_unclear_time_asks_for_the_time(harness: Harness) -> None:
    incident = harness.declares("sev3")
    seen = harness.ana.types("/incident task Roll back the deploy (@bob) by 4", incident.channel)
    assert seen is not None
    assert seen.view is not None
    assert seen.view.values["text"]["text"]["value"] == "Roll back the deploy"
    assert seen.view.values["user"]["user"]["selected_user"] == "U0BOB"
    assert '"by 4" isn\'t a time' in seen.view
    seen.view.closes()
    said = types(harness.ana, "task Roll back the deploy by 4", incident.channel)
    assert "(unassigned; “by 4” is part of the text, write a due time like `by 18:00`)" in said
    with_number = harness.ana.types("/incident task 1 by 6", incident.channel)
    assert with_number is not None
    assert "To when?" in with_number


def test_a_sentence_begins_with_a_capital(harness: Harness) -> None:
    incident = harness.declares("sev3")
    first = types(harness.ana, "milestone impact 2026-11-01 10:00", incident.channel)
    assert "Corrected: the impact" in first
    again = types(harness.ana, "milestone impact 2026-11-01 10:00", incident.channel)
    assert again.text.startswith("The impact of")


def test_an_update_of_only_spaces_is_asked_for(harness: Harness) -> None:
    incident = harness.declares("sev3")
    seen = harness.ana.types("/incident update", incident.channel)
    assert seen is not None
    assert seen.view is not None
    for empty in ("   ", "\n \n"):
        assert seen.view.submits(text=empty) == {"text": "Write what you know and what's next."}
    seen.view.closes()


@pytest.mark.parametrize("due", ["2 hours ago", "20m ago"])
def test_a_task_isnt_due_before_it_is_added(harness: Harness, due: str) -> None:
    incident = harness.declares("sev3")
    seen = harness.ana.types("/incident task", incident.channel)
    assert seen is not None
    assert seen.view is not None
    errors = seen.view.submits(text="Look at the logs", due=due)
    assert errors == {"due": f'"{due}" is in the past; write a future time.'}
    seen.view.closes()


def test_a_merge_elsewhere_says_where_to_type_it(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = types(harness.ana, f"merge {incident.id}")
    assert "the one of the incident that continues" in said


def test_catching_up_on_a_reopened_incident_says_so(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for command in ("status identified", "resolve Rolled back", "catchup"):
        said = types(harness.ana, command, incident.channel)
    assert "then reopened" not in said
    types(harness.ana, "reopen it is back", incident.channel)
    told = types(harness.ana, "catchup", incident.channel).text
    assert told.count("(then reopened)") == 2


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("add task Look at the logs", "*Task 1* added"),
        ("create task Look at the logs", "*Task 1* added"),
        ("add note It began at the edge", "Added to the timeline"),
        ("set severity sev2", "is now SEV2"),
        ("change severity to sev2", "is now SEV2"),
        ("change title to Edge is down", "to *Edge is down*"),
        ("set status to identified", "is now identified"),
        ("false alarm, sorry", "is now cancelled"),
        ("who is on call?", "*On call now*"),
        ("who's on call", "*On call now*"),
        ("who is ic?", "*On call now*"),
        ("next update in 20m", "`/incident update in 20m TEXT`"),
        ("loop in @bob", "`/incident page @name what for`"),
    ],
)
def test_a_command_in_other_words(harness: Harness, typed: str, answer: str) -> None:
    incident = harness.declares("sev3")
    assert answer in types(harness.ana, typed, incident.channel)


@pytest.mark.parametrize(
    "typed", ["new task Look at the logs", "open todo x", "new update We look"]
)
def test_something_new_in_an_incident_isnt_a_new_incident(harness: Harness, typed: str) -> None:
    incident = harness.declares("sev3")
    before = len(harness.records())
    assert "Nothing was declared" in types(harness.ana, typed, incident.channel)
    assert len(harness.records()) == before
    assert "isn't an incident number" in types(harness.ana, "who banana", incident.channel)


def test_a_posted_update_has_only_its_text(harness: Harness) -> None:
    incident = harness.declares("sev3")
    types(harness.ana, "post update Rolled back", incident.channel)
    said = incident.channel.expects("Rolled back", kind="update")
    assert "update Rolled back" not in said


def test_a_snooze_of_nothing_is_refused_before_its_form(harness: Harness) -> None:
    incident = harness.declares("sev3")
    types(harness.ana, "resolve Rolled back", incident.channel)
    for typed in ("snooze", "snooze 20m", "snooze all 20m"):
        assert "nothing to snooze" in types(harness.ana, typed, incident.channel)


@pytest.mark.parametrize("words", ["I'm on it!", "got it", "INC-{n} looking into it"])
def test_an_acknowledgement_says_it_in_words(harness: Harness, words: str) -> None:
    incident = harness.declares("sev1 Checkout is down")
    number = incident.id.removeprefix("INC-")
    assert "You acknowledged" in types(
        harness.ana, f"ack {words.format(n=number)}", incident.channel
    )


@pytest.mark.parametrize("words", ["on it?", "not yet", "in 10 minutes", "tomorrow"])
def test_other_words_after_it_acknowledge_nothing(harness: Harness, words: str) -> None:
    incident = harness.declares("sev1 Checkout is down")
    assert "You acknowledged" not in types(harness.ana, f"ack {words}", incident.channel)
    assert "You acknowledged" in types(harness.ana, "ack", incident.channel)  # the first to do so
