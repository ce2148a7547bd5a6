"""Invalid input gets one clear sentence and has no effect."""

import pytest

from tests.harness import Harness


@pytest.mark.transports
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("declar sev1 x", "Did you mean `/incident declare`"),
        ("xyzzy", "Unknown command"),
        ("private", "when you declare an incident: `/incident`, then *Private*"),
        ("update hello", "in an incident channel"),
        ("ack", "in an incident channel"),
        ("updaet Rolled back", "Did you mean `/incident update`"),
        ("?", "*Muster* manages incidents in Slack"),
        ("--help", "*Muster* manages incidents in Slack"),
        ("help help", "*Muster* manages incidents in Slack"),
    ],
)
def test_outside_of_an_incident(either: Harness, typed: str, words: str) -> None:
    before = len(either.records())
    said = either.ana.types(f"/incident {typed}")
    assert said is not None
    assert not said.problem
    assert words in said.shape["text"]
    assert len(either.records()) == before


def test_words_of_buttons_and_of_other_tools_work(harness: Harness) -> None:
    incident = harness.declares("sev3")

    def types(words: str) -> str:
        said = harness.ana.types(f"/incident {words}", incident.channel)
        assert said is not None
        return said.view.callback_id if said.view else said.text

    assert f"You acknowledged {incident.id}" in types("acknowledge")
    assert "@bob is now Incident Commander" in types("lead @bob")
    assert types("commander") == "role"
    assert "Task 1" in types("todo Look at the pool")
    assert "Look at the pool" in types("tasks")
    assert "Task 1 is now @bob's" in types("assign 1 @bob")
    assert "/incident page @name" in types("invite @bob")
    assert "now mitigated" in types("mitigated rolled back")
    assert "now resolved" in types(f"resolved {incident.id} with a fix")
    assert types("closed") == "close"
    assert harness.ana.types("/incident acknowledge") is not None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("severity sev9", "Unknown severity “sev9”"),
        ("role wizard", "Unknown role “wizard”"),
        ("role ic @nobodyhere", "Slack doesn't know “@nobodyhere”"),
        ("status purple", "Unknown status “purple”"),
        ("note", "can't be empty"),
        ("private", "stays public, because others have read it. Declare a private one instead"),
        ("reopen", "is already open"),
        ("severity <!channel>", "Unknown severity"),
    ],
)
def test_inside_of_one(harness: Harness, typed: str, words: str) -> None:
    incident = harness.declares("sev3")
    before = harness.muster("timeline", incident.id).stdout
    said = harness.ana.types(f"/incident {typed}", incident.channel)
    assert said is not None
    assert not said.problem
    assert words in said.shape["text"]
    assert "<!channel" not in said.shape["text"]
    assert harness.muster("timeline", incident.id).stdout == before
