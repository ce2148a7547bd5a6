"""The declare form: it says what follows before anything is made."""

from sandbox.driver import View
from tests.harness import Harness, until


def test_it_says_what_each_severity_brings_and_follows_the_choice(either: Harness) -> None:
    form = opened(either, "/incident")
    assert "*SEV2* pages no one. An update is due every 2h." in form
    assert "Opens a public channel, announced in #incidents." in form
    form.fills(title="Search is slow").chooses("severity", "SEV0", patience=0)
    worse = shows(either, "*SEV0* pages primary on call (")
    assert "An update is due every 15m." in worse
    assert worse.values["title"]["title"]["value"] == "Search is slow"
    worse.chooses("private", ["private"], patience=0)
    hidden = shows(either, "Opens a private channel for you, anyone paged and people you invite.")
    assert "announced in" not in hidden
    title = either.title("Search is slow")
    assert hidden.submits(title=title) is None
    incident = either.found(title)
    assert incident.record["severity"] == "SEV0"
    assert incident.record["private"]


def test_a_choice_while_a_question_is_open_leaves_it_open(harness: Harness) -> None:
    opened(harness, "/incident").chooses("severity_ask", patience=0)
    asked = shows(harness, "Is production down")
    asked.chooses("private", ["private"], patience=0)
    shows(harness, "Opens a private channel")
    shows(harness, "Is production down").closes()


def test_it_opens_with_the_possible_duplicate_which_can_be_joined(either: Harness) -> None:
    first = either.declares("sev1", title=(title := either.title("Card payments fail")))
    form = opened(either, f"/incident failing card payment {title.rpartition(' ')[2]}", by="bob")
    assert f"Possible duplicate: *{first.id}* SEV1 · {title}\n#{first.channel.name}" in form
    before = len(either.records())
    either.slack.duplicates(3)
    form.chooses("join", patience=0)
    either.slack.duplicates(1)
    first.channel.until(lambda c: "bob" in c.members, what="bob in the channel")
    until(lambda: f"Adding you to #{first.channel.name}" in either.bob.view())
    assert len(either.records()) == before
    assert first.happened.count("Joined") == 1
    either.bob.view().closes()


def test_the_duplicate_of_a_private_incident_is_not_shown_to_others(harness: Harness) -> None:
    form = opened(harness, "/incident")
    title = harness.title("Ledger was copied")
    assert form.submits(title=title, private=["private"]) is None
    harness.found(title).whole()
    assert "duplicate" not in opened(harness, f"/incident sev3 {title}", by="bob")
    harness.bob.view().closes()


def opened(harness: Harness, typed: str, by: str = "ana") -> View:
    seen = harness.person(by).types(typed)
    assert seen is not None
    assert seen.view is not None, seen.text
    return seen.view


def shows(harness: Harness, words: str) -> View:
    until(lambda: words in harness.ana.view())
    return harness.ana.view()
