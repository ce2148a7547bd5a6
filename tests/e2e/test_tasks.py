"""Tasks: typed or from a message; notifying the owner, completing, and reminders."""

import json
from typing import Any

from sandbox.driver import Message
from tests.e2e.test_named_numbers import labels
from tests.harness import Harness, until
from tests.harness.incident import Incident


def typed(harness: Harness, incident: Incident, words: str) -> str:
    said = harness.ana.types(f"/incident task {words}".strip(), incident.channel)
    assert said is not None
    return said.text


def test_a_task_is_given_and_done(either: Harness) -> None:
    incident = either.declares("sev3")  # which has no reminders meanwhile
    either.slack.duplicates(2)
    said = typed(either, incident, "Restart the pods @dan by 2099-11-24 14:30")
    either.slack.duplicates(1)
    assert "*Task 1* added (for @dan, due" in said
    dan = either.person("dan")
    told = incident.expects("task", "@ana assigned you a task: Restart the pods", to=dan.dm())
    assert f"Task 1 of {incident.id}" in told
    incident.channel.until(lambda c: "dan" in c.members, what="dan in the channel")
    line = incident.channel.expects("Task 1* for @dan, due", kind="task-change")
    assert ", added by @ana: Restart the pods" in line
    incident.card.shows("*1 open task*")
    incident.card.shows("1. Restart the pods · @dan · due")

    either.slack.duplicates(2)
    told.click("Mark done", as_=dan, patience=0)
    either.slack.duplicates(1)
    told.shows("Done by @dan.")
    assert "button" not in json.dumps(told.again().shape)
    assert "Task 1 is already done (by @dan at" in typed(either, incident, "done 1")
    assert incident.happened.count("TaskAdded") == incident.happened.count("TaskDone") == 1
    assert len(incident.messages("task", to=dan.dm())) == 1


def test_a_message_becomes_a_task(either: Harness) -> None:
    incident = either.declares("sev3")
    either.person("dan").joins(incident.channel)
    said = either.person("dan").says("I'll raise the limits by 2099-11-24", incident.channel)
    form = either.ana.shortcut("task_from_message", said)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "task"
    values = form.view.values
    assert values["text"]["text"]["value"] == "I'll raise the limits"
    assert values["user"]["user"]["selected_user"] == "U0DAN"
    assert values["due"]["due"]["value"] == "2099-11-24 19:29 CET"  # Dan's midnight
    wrongs: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"due": "soon"}, "due", '"soon" isn\'t a time; write 30m'),
        ({"due": "2020-01-01"}, "due", "is in the past"),
        ({"user": "@muster"}, "user", "Muster can't own a task"),
        ({"text": "  "}, "text", "Say what to do"),
    )
    for wrong, where, why in wrongs:
        refused = form.view.submits(**wrong)
        assert refused is not None
        assert why in refused[where], refused
    assert form.view.submits(text="Raise the limits", user="U0DAN", due="2099-11-24") is None
    line = incident.channel.expects("Raise the limits", kind="task-change")
    assert said.ts.replace(".", "") in json.dumps(line.shape)  # it links the message
    incident.expects("task", "Raise the limits", to=either.person("dan").dm())
    asked = either.ana.says("@bob look at R&D by tomorrow?\nSoon.", incident.channel)
    other = either.ana.shortcut("task_from_message", asked)
    assert other is not None
    assert other.view is not None
    assert other.view.values["text"]["text"]["value"] == "look at R&D"
    assert other.view.values["due"]["due"]["value"].endswith(" 23:59 CET")
    assert other.view.values["user"]["user"]["selected_user"] == "U0BOB"
    again = either.ana.shortcut("task_from_message", said)
    assert again is not None
    assert f"That's already task 1 of {incident.id}." in again
    both = either.ana.says("Who looks at the cache?", incident.channel)
    opened = [
        who.shortcut("task_from_message", both) for who in (either.ana, either.person("dan"))
    ]
    forms = [each.view for each in opened if each and each.view]
    assert [form.submits() for form in forms] == [
        None,
        {"text": f"That's already task 2 of {incident.id}."},
    ]
    assert incident.happened.count("TaskAdded") == 2


def test_tasks_are_asked_about_when_it_is_closed_and_stand_in_the_postmortem(
    harness: Harness,
) -> None:
    incident = harness.declares("sev3")
    typed(harness, incident, "Restart the pods @bob 2099-11-24")
    typed(harness, incident, "Alert on it")
    typed(harness, incident, "Never mind this")
    assert typed(harness, incident, "drop 3 it is gone") == "Task 3 is now dropped.\n[Undo]"
    assert typed(harness, incident, "2 me") == "Task 2 is now yours."
    assert typed(harness, incident, "2 @cleo") == "Task 2 is now @cleo's."
    harness.ana.types("/incident resolve it is over", incident.channel)
    form = harness.ana.types("/incident close", incident.channel)
    assert form is not None
    assert form.view is not None
    assert "1. Restart the pods" in form.view
    assert "2. Alert on it" in form.view
    assert form.view.submits(tasks=["1"]) is None
    closed = incident.channel.expects("*Closed* by @ana", kind="stage")
    assert "Tasks done: 1. Restart the pods" in closed
    shown = harness.ana.types("/incident task list", incident.channel)
    assert shown is not None
    assert f"*{incident.id} has 1 open task*" in shown
    assert "2. Alert on it · @cleo" in shown
    assert "done by @ana" in shown
    assert "dropped by @ana" in shown
    told = harness.ana.types("/incident timeline", incident.channel)
    assert told is not None
    assert "Task 1 for @bob: Restart the pods" in told
    incident.channel.expects(kind="postmortem", within=15)  # of the resolution
    harness.ana.types("/incident postmortem", incident.channel)
    until(lambda: len(incident.channel.messages("postmortem")) == 2, what="another draft")
    draft = harness.muster("postmortem", incident.id).stdout
    assert "| Restart the pods | bob | 2099-11-24 | done |" in draft
    assert "| Alert on it | cleo | **no date** | open |" in draft
    assert "| Never mind this" not in draft


def test_an_overdue_tasks_owner_is_reminded_once(harness: Harness) -> None:
    incident = harness.declares("sev3")
    typed(harness, incident, "Restart the pods @dan 20m")
    harness.moves("21m")
    dan = harness.person("dan")
    nag = incident.expects("overdue", "Overdue since", to=dan.dm())
    incident.card.shows("overdue since")
    harness.moves("3h")
    harness.rests()
    assert len(incident.messages("overdue", to=dan.dm())) == 1
    nag.click("Mark done", as_=dan, patience=0)
    nag.shows("Done by @dan.")


def test_deactivated_people_have_no_tasks(either: Harness) -> None:
    incident, dan = either.declares("sev3"), either.person("dan")
    typed(either, incident, "Restart the pods @dan")
    incident.expects("task", "Restart the pods", to=dan.dm())
    either.slack.deactivates("dan")
    try:
        left = "@dan left the workspace, so *Task {}* is unassigned: Restart the pods"
        incident.channel.expects(left.format(1), kind="task-change")
        incident.card.shows("1. Restart the pods · _unassigned_")
        either.slack.fails("users.info", error="internal_error")  # else he would be refused
        typed(either, incident, "Restart the pods again @dan")
        said = incident.channel.expects(left.format(2), kind="task-change")
        assert "To assign it: `/incident task 2 @name`" in said
    finally:
        either.slack.post("/control/people/dan", {"deleted": False})


def test_a_private_ones_task_tells_its_owner_no_word_of_it(harness: Harness) -> None:
    form = harness.ana.types("/incident declare")
    assert form is not None
    assert form.view is not None
    title = harness.title("Keys leaked")
    assert form.view.submits(title=title, severity="SEV3", private=["private"]) is None
    harness.rests()
    record = next(each for each in harness.records() if each["title"] == title)
    incident = Incident(harness, record["id"])
    harness.declared.append(incident)
    typed(harness, incident, "Rotate them @dan")
    told = incident.expects("task", incident.id, to=harness.person("dan").dm())
    for words in ("Keys leaked", "Rotate them"):
        assert words not in json.dumps(told.shape)
    told.click("Mark done", as_=harness.person("dan"), patience=0)
    told.shows("Done by @dan.")
    assert "no INC" not in typed(harness, incident, "list")


def test_impossible_input_is_refused_with_a_reason(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for words, why in (
        ("list", "has no tasks yet. To add one: `/incident task TEXT @name`."),
        ("done 1", "Task 1 not found."),
        ("@bob tomorrow", "Say what to do"),
        ("Restart the pods @muster", "Muster can't own a task"),
        ("Restart the pods @nobody", "Slack doesn't know “@nobody”"),
        (f"Restart the pods {'now ' * 80}", "This has 336 characters; at most 250 fit."),
    ):
        assert why in typed(harness, incident, words), words
    assert "TaskAdded" not in incident.happened
    assert "added (unassigned)." in typed(harness, incident, "Restart the pods at once")
    for words, why in (
        ("done", "Which task? Use `/incident task done 1`"),
        ("done 7", "Task 7 not found."),
        ("1", "Task 1: Restart the pods at once. To assign it"),
        ("7 @bob", "Task 7 not found."),
        ("1 bob", "Who is “bob”? Names start with @: type `/incident task 1 @bob`"),
        ("1 nobody", "Task 1 (Restart the pods at once) needs an owner. Name someone"),
        ("1 by 2099-11-24", "Task 1* is now: Restart the pods at once (due"),
        ("@bob @dan restart", "A task has one owner. Name one person"),
        ("Restart @bob and @dan by 2099-11-24", "A task has one owner. Name one person"),
        ("done 1, 2", "One task at a time: `/incident task done 1`, then the next."),
        ("list @bob", "has 1 open task*"),
        ("1 to @bob", "Task 1 is now @bob's."),
        ("assign 1 to @dan", "Task 1 is now @dan's."),
        ("finish 1", "Task 1 is now done."),
        ("reopen 1", "Task 1 is open again."),
        ("1 done", "Task 1 is now done."),
        ("reopen 1", "Task 1 is open again."),
        ("reopen 1", "Task 1 is already open."),
    ):
        assert why in typed(harness, incident, words), words
    assert incident.happened.count("TaskAdded") == 1
    elsewhere = harness.ana.types("/incident task Restart the pods")
    assert elsewhere is not None
    assert "in an incident channel" in elsewhere
    lunch: Message = harness.ana.says("Lunch?", "general")
    refused = harness.ana.shortcut("task_from_message", lunch)
    assert refused is not None
    assert "Only messages in an incident channel can become tasks" in refused


def test_a_task_is_changed_and_its_owner_sees_it(either: Harness) -> None:
    incident = either.declares("sev3")
    typed(either, incident, "Restart the pods @dan by 2099-11-24 14:30")
    told = incident.expects("task", "Restart the pods", to=either.person("dan").dm())
    said = either.ana.types("/incident task 1 by 2099-12-24", incident.channel)
    assert said is not None
    assert "Task 1* is now: Restart the pods (due" in said
    incident.channel.expects("Task 1* for @dan changed by @ana (due", kind="task-change")
    assert "Undo" in labels(said)
    moved = either.ana.types("/incident task 1 @cleo by 2099-12-25", incident.channel)
    assert moved is not None
    assert "for @cleo" in moved
    assert "Undo" not in labels(moved)
    typed(either, incident, "1 @dan")
    typed(either, incident, "edit 1 Restart all pods")
    told.shows("Restart all pods")
    incident.card.shows("1. Restart all pods · @dan · due")
    form = either.ana.types("/incident task edit 1", incident.channel)
    assert form is not None
    assert form.view is not None
    assert form.view.values["text"]["text"]["value"] == "Restart all pods"
    assert form.view.values["due"]["due"]["value"].startswith("2099-12-25")
    assert form.view.submits(text="Restart no pods", user="U0DAN", due="") is None
    incident.card.shows("1. Restart no pods · @dan\n")
    answer = said.click("undo")
    assert answer is not None
    assert "Task 1 has changed since" in answer
    typed(either, incident, "done 1")
    assert "is already done" in typed(either, incident, "1 by tomorrow")
    assert "Task 7 not found" in typed(either, incident, "7 by tomorrow")


def test_an_overdue_task_that_is_moved_reminds_again(harness: Harness) -> None:
    incident = harness.declares("sev3")
    typed(harness, incident, "Restart the pods @dan 20m")
    harness.moves("21m")
    dan = harness.person("dan")
    incident.expects("overdue", "Overdue since", to=dan.dm())
    typed(harness, incident, "1 in 30m")
    harness.moves("31m")
    until(lambda: len(incident.messages("overdue", to=dan.dm())) == 2, what="another reminder")


def test_a_mention_in_the_text_is_offered_as_the_owner(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = harness.ana.types(
        "/incident task Ask @dan for the logs by 2099-11-24", incident.channel
    )
    assert said is not None
    assert "Task 1* added (unassigned, due" in said
    assert "Assign to @dan" in labels(said)
    answer = said.click("task_assign")
    assert answer is not None
    assert "Task 1 is now @dan's." in answer
    incident.expects("task", "Ask @dan for the logs", to=harness.person("dan").dm())
