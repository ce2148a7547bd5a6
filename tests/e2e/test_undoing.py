"""Commands without words ask with a form; with words they act, and can be undone."""

import pytest

from tests.e2e.test_named_numbers import labels, types
from tests.harness import Harness


@pytest.mark.transports
def test_what_was_typed_by_mistake_is_undone(either: Harness) -> None:
    incident = either.declares("sev3")
    was, channel, ana = incident.record["title"], incident.channel, either.ana
    for words, shown, now in (
        ("severity sev2 wrong window", "SEV2", f"{incident.id} is SEV3 again"),
        ("title Lunch", "Lunch", f"{incident.id} is *{was}* again"),
        ("identified at noon", "identified", f"{incident.id} is investigating again"),
        ("resolve at noon", "resolved", f"{incident.id} is investigating again"),
        ("cancel wrong window", "cancelled", f"{incident.id} is investigating again"),
        ("task Bring lunch", "Task 1* added", "task 1 is cancelled"),
    ):
        said = types(ana, words, channel)
        assert shown in said
        assert "Undo" in labels(said)
        answer = said.click("undo")
        assert answer is not None
        assert answer.text == f"Undone: {now}."
    record = incident.record
    assert (record["stage"], record["severity"], record["title"]) == ("investigating", "SEV3", was)
    channel.expects("undid that", kind="undone")
    incident.card.shows(f"SEV3 · {was}")


def test_a_page_is_withdrawn(harness: Harness) -> None:
    incident = harness.declares("sev3")
    dan = harness.person("dan")
    said = types(harness.ana, "page @dan the database is down", incident.channel)
    page = incident.expects("page", "the database is down", to=dan.dm())
    answer = said.click("undo")
    assert answer is not None
    assert "the page to <@U0DAN> is withdrawn" in answer.shape["text"]
    page.shows("Withdrawn by @ana")
    assert "button" not in str(page.again().shape)
    incident.channel.expects("@ana withdrew the page to @dan", kind="undone")


def test_what_is_too_late_or_has_moved_on_is_refused_with_the_reason(harness: Harness) -> None:
    incident = harness.declares("sev3")
    late = types(harness.ana, "severity sev2 wrong window", incident.channel)
    moved = types(harness.ana, "title Lunch", incident.channel)
    harness.bob.joins(incident.channel)
    types(harness.bob, "title Dinner", incident.channel)
    answer = moved.click("undo")
    assert answer is not None
    assert "The title has changed since" in answer
    harness.moves("11m")
    answer = late.click("undo")
    assert answer is not None
    assert "more than ten minutes ago" in answer
    assert (incident.record["severity"], incident.record["title"]) == ("SEV2", "Dinner")


@pytest.mark.parametrize("command", ["severity", "task", "page", "cancel", "resolve"])
def test_without_words_the_form_asks(harness: Harness, command: str) -> None:
    incident = harness.declares("sev3")
    form = types(harness.ana, command, incident.channel).view
    assert form is not None
    assert form.callback_id == command
    assert types(harness.ana, f"{command} {incident.id}").view is not None
    assert incident.happened == ["Declared"]


def test_the_forms_do_what_they_say(harness: Harness) -> None:
    incident = harness.declares("sev3")

    def filled(command: str, **fields: str) -> None:
        form = types(harness.ana, command, incident.channel).view
        assert form is not None
        assert form.submits(patience=None, **fields) is None

    filled("severity", severity="SEV2", reason="more of it")
    said = harness.ana.sees("is now SEV2 (Minor impact)")
    assert "Undo" in labels(said)
    filled("task", text="Add an alert", user="U0DAN")
    harness.ana.sees("Task 1* added.")
    filled("page", user="U0BOB", text="The database is down")
    answer = harness.ana.sees("Paging @bob")
    assert "Undo" in labels(answer)
    filled("cancel", reason="it was a test")
    for what, kind in (
        ("more of it", "severity"),
        ("Add an alert", "task-change"),
        ("it was a test", "stage"),
    ):
        incident.channel.expects(what, kind=kind)
    incident.expects("page", "The database is down", to=harness.bob.dm())


def test_the_form_to_page_wants_somebody(harness: Harness) -> None:
    incident = harness.declares("sev3")
    form = types(harness.ana, "page", incident.channel).view
    assert form is not None
    assert form.submits(text="Come") == {"user": "Choose a person, or who is on call."}
    assert form.submits(user="@muster", text="Come") is not None
    assert incident.happened == ["Declared"]
