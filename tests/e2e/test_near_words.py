"""Words as people type them: decorated, with a full stop, or mistyped. What is nearly a word is
asked about, and nothing happens meanwhile."""

import pytest

from tests.e2e.test_named_numbers import types
from tests.harness import Harness


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("role ic.", "You're now Incident Commander"),
        ("role *IC*", "You're now Incident Commander"),
        ("role Incident-Commander: @bob.", "@bob is now Incident Commander"),
        ("role ｏｌ to me please", "You're now Operations Lead"),
        ("role me scribe", "You're now Scribe"),
        ("role ol none.", "Operations Lead is already unassigned"),
        ("handoff *ic* to @bob!", "Handoff request sent to @bob"),
        ("page Primary.", "Paging @bob"),
        ("page me.", "Paging @ana"),
        ("status Identified.", "is now identified"),
        ("status *monitoring*", "is now mitigated"),
        ("subscribe.", "You're subscribed"),
        ("subscribe me", "You're subscribed"),
        ("subscribe ana@acme.example.", "can't send e-mail"),
        ("milestone Detection: 1s ago", "was detected at"),
        ("severity sev-2.", "is now SEV2"),
    ],
)
def test_decorated_words_are_understood(harness: Harness, typed: str, answer: str) -> None:
    incident = harness.declares("sev3")
    harness.moves("1m")
    assert answer in types(harness.ana, typed, incident.channel)


@pytest.mark.parametrize("typed", ["role ic?", "role ic ?", "role commander -"])
def test_who_has_a_role_may_be_asked(harness: Harness, typed: str) -> None:
    incident = harness.declares("sev3")
    types(harness.ana, "role ic @bob", incident.channel)
    assert "*Incident Commander*  @bob" in types(harness.ana, typed, incident.channel)
    assert incident.record["roles"] == {"ic": "U0BOB"}
    said = types(harness.ana, "role ol @bob by 15:00", incident.channel)
    assert "@bob is now Operations Lead" in said
    assert "Not used: “by 15:00”." in said


NEAR_WORDS = [
    ("role comander @bob", "Did you mean `/incident role ic`?"),
    ("role scrib me", "Did you mean `/incident role scribe`?"),
    ("handoff commandr @bob", "Did you mean `/incident handoff ic`?"),
    ("page primry the database", "Did you mean `/incident page primary`?"),
    ("status resolvd", "Did you mean `/incident status resolved`?"),
    ("status idenitfied", "Did you mean `/incident status identified`?"),
    ("milestone mitgated 14:00", "Did you mean `mitigated`?"),
    ("subscribe ana@acme", "isn't an e-mail address"),
    ("unsubscribe banana", "isn't an e-mail address"),
]


def test_near_words_are_asked_about(harness: Harness) -> None:
    incident = harness.declares("sev3")  # one for all: none of them changes anything
    for typed, asked in NEAR_WORDS:
        said = types(harness.ana, typed, incident.channel)
        assert asked in said.shape["text"], typed
        assert incident.happened == ["Declared"], typed


def test_which_of_two_goes_on_is_asked(harness: Harness) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    for words in (f"merge into {two.id}", f"merge with {two.id}.", f"merge to {two.id}."):
        said = types(harness.ana, words, one.channel)
        assert (
            f"To merge {two.id} into this incident: `/incident merge {two.id}`"
            in said.shape["text"]
        )
        assert f"type `/incident merge {one.id}` in the channel of {two.id}" in said.shape["text"]
    assert one.happened == two.happened == ["Declared"]
    assert "was merged into this incident" in types(
        harness.ana, f"merge *{two.id.lower()}* please.", one.channel
    )


def test_a_snooze_is_ended(harness: Harness) -> None:
    incident = harness.declares("sev2")
    form = types(harness.ana, "snooze", incident.channel).view
    assert form is not None
    assert form.callback_id == "snooze"
    assert "Nothing is snoozed" in types(harness.ana, "snooze off.", incident.channel)
    assert "SnoozeEnded" not in incident.happened
    types(harness.ana, "snooze 20m it restores", incident.channel)
    assert "Ended the snooze" in types(harness.ana, "unsnooze", incident.channel)
    incident.channel.expects("@ana ended the snooze", kind="snooze")
    said = types(harness.ana, "snooze 20m it restores", incident.channel)
    answer = said.click("undo")
    assert answer is not None
    assert "isn't snoozed" in answer
    assert incident.happened.count("SnoozeEnded") == 2


def test_what_a_merged_or_public_one_answers(harness: Harness) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3")
    assert f"{one.id} is already public." in types(harness.ana, "public", one.channel)
    types(harness.ana, f"merge {two.id}", one.channel)
    said = types(harness.ana, "help", two.channel)
    assert f"{two.id} was merged into {one.id}" in said
    assert "/incident list" in said
    assert "It's fixed." in types(harness.ana, "help resolve", two.channel)


HALF_COMMANDS: list[tuple[str, str, dict[str, str]]] = [
    ("severity sev1 or sev3", "severity", {"severity": "SEV1"}),
    ("severity sev3?", "severity", {"severity": "SEV3"}),
    ("severity sev3->sev1", "severity", {"severity": "SEV1"}),
    ("severity from sev2 to sev3", "severity", {"severity": "SEV2"}),
    ("severity S0", "severity", {"severity": "SEV0"}),
    ("resolve incident", "resolve", {}),
    ("resolve ?", "resolve", {}),
    ("resolve is it over?", "resolve", {"text": "is it over?"}),
    ("cancel was it a test?", "cancel", {"reason": "was it a test?"}),
    ("all clear", "resolve", {}),
    ("cancel this incident", "cancel", {}),
    ("post update", "update", {}),
    ("update status", "update", {}),
    ("page someone", "page", {}),
    ("change severity", "severity", {"severity": "SEV2"}),
    ("take role", "role", {}),
    ("assign a role", "role", {}),
    ("page the database is down @bob", "page", {"user": "U0BOB"}),
]


def test_half_a_command_opens_its_form(harness: Harness) -> None:
    incident = harness.declares("sev2")  # one for all: none of them changes anything
    for typed, form, filled in HALF_COMMANDS:
        shown = types(harness.ana, typed, incident.channel).view
        assert shown is not None, typed
        assert shown.callback_id == form, typed
        for block, value in filled.items():
            assert value in str(shown.values[block]), typed
        assert incident.happened == ["Declared"], typed
        shown.closes()


ABOUT_SOMETHING_ELSE = [
    ("ack?", "Nothing changed. `/incident ack`"),
    ("acknowledged?", "Nothing changed. `/incident ack`"),
    ("{}: ack?", "Nothing changed. `/incident ack`"),
    ("mitigated?", "Nothing changed. `/incident mitigate [TEXT]`"),
    ("identified?", "Nothing changed. `/incident status identified`"),
    ("escalate ?", "Nothing changed. `/incident escalate`"),
    ("status resolved?", "Which status? {} is investigating"),
    ("cancel snooze", "Nothing changed. To end a snooze: `/incident snooze off`"),
    ("cancel my task 2", "Nothing changed. For a task: `/incident task drop 2`"),
    ("resolve task 2", "Nothing changed. For a task: `/incident task done 2`"),
    ("cancel the page", "Nothing changed. To stop paging, acknowledge: `/incident ack`"),
    ("cancel role ic", "Nothing changed. To give up a role: `/incident role ic none`"),
    ("cancel the updates", "Nothing changed. To hold back reminders: `/incident snooze"),
    ("step down", "To give up a role: `/incident role ic none`"),
    ("stop paging", "To stop paging, acknowledge: `/incident ack`"),
    ("@bob ic", "Say what to do first: `/incident role ic @name` or `/incident page @name`"),
    ("cancel handoff", "Nothing changed. To withdraw a request: `/incident handoff ic none`"),
]


def test_a_question_and_what_is_about_something_else_change_nothing(
    harness: Harness,
) -> None:
    incident = harness.declares("sev3")  # one for all: none of them changes anything
    for typed, answered in ABOUT_SOMETHING_ELSE:
        said = types(harness.ana, typed.format(incident.id), incident.channel)
        assert answered.format(incident.id) in said, typed
        assert incident.happened == ["Declared"], typed


@pytest.mark.parametrize("typed", ["resolve page loads again", "cancel page alert was a test"])
def test_a_sentence_about_the_incident_is_its_reason(harness: Harness, typed: str) -> None:
    incident = harness.declares("sev3")
    types(harness.ana, typed, incident.channel)
    assert incident.happened == ["Declared", "StageChanged"]


def test_words_that_add_nothing(harness: Harness) -> None:
    incident = harness.declares("sev1")
    assert "Escalated" in types(harness.ana, "escalate now!", incident.channel)
    for words in ("escalate @bob", "escalate to @bob"):
        assert "`/incident page @name`" in types(harness.ana, words, incident.channel)
    assert "acknowledged" in types(harness.bob, "ack it", incident.channel)
    said = types(harness.ana, "page primary and secondary the database", incident.channel)
    assert "Paging @bob and @cleo" in said
    assert "`/incident update`" in types(harness.ana, "status update", incident.channel)
    assert "SEV1" in types(harness.ana, "catch me up", incident.channel)
    assert "Communicate" in types(harness.ana, "help me", incident.channel)
    assert "/incident declare" in types(harness.ana, "start", incident.channel)
    assert "/incident merge INC-7" in types(harness.ana, "duplicate INC-1", incident.channel)
    assert "is now SEV2" in types(harness.ana, "severity to sev2", incident.channel)
