"""The button *Undo* after a merge: both incidents go on as if it had not been."""

import pytest

from tests.e2e.test_named_numbers import labels, types
from tests.harness import Harness
from tests.harness.incident import Incident


def pages(harness: Harness, incident: Incident) -> int:
    return len(incident.messages("page", to=harness.bob.dm()))


@pytest.mark.transports
def test_a_merge_is_undone(either: Harness) -> None:
    here, other = either.declares("sev3"), either.declares("sev1")
    types(either.bob, "role scribe", other.channel)
    said = types(either.ana, f"merge {other.id}", here.channel)
    assert labels(said) == ["Undo"]
    assert (here.record["severity"], other.record["stage"]) == ("SEV1", "merged")
    here.channel.expects("was merged into this incident", kind="merged")
    either.ana.says("It's the database", other.channel)

    either.slack.duplicates(2)
    answer = said.click("undo_merge")
    either.slack.duplicates(1)
    assert answer is not None
    assert f"Undone: {other.id} goes on by itself again." in answer
    for incident, severity in ((here, "SEV3"), (other, "SEV1")):
        assert incident.record["severity"] == severity
        assert incident.record["stage"] == "investigating"
        incident.channel.expects("undid the merge", kind="merged")
        incident.card.shows(f"{severity} · ")
    assert here.happened.count("MergedFromUndone") == 1
    assert other.happened.count("MergedIntoUndone") == 1
    assert other.record["roles"] == {"scribe": "U0BOB"}
    assert "It's the database" in str([each.text for each in other.channel.messages()])
    other.channel.until(lambda c: "SEV1 · investigating" in c.topic, what="its topic")
    either.rests()
    by_then = pages(either, here)  # 0 if it was undone before the first page
    assert by_then <= pages(either, other) == 1
    either.moves("6m")
    other.expects("page", to=either.cleo.dm())  # the chain goes on
    either.rests()
    assert (pages(either, here), pages(either, other)) == (by_then, 1)
    assert not here.messages("page", to=either.cleo.dm())


def test_others_can_not_and_later_no_one_can(harness: Harness) -> None:
    here, other = harness.declares("sev3"), harness.declares("sev3")
    said = types(harness.ana, f"merge {other.id}", here.channel)
    harness.moves("11m")
    answer = said.click("undo_merge")
    assert answer is not None
    assert "more than ten minutes ago, so it can't be undone" in answer
    assert other.record["stage"] == "merged"


def test_a_channel_that_was_archived_meanwhile_is_replaced(harness: Harness) -> None:
    here, other = harness.declares("sev3"), harness.declares("sev3")
    said = types(harness.ana, f"merge {other.id}", here.channel)
    old = other.channel
    old.expects("was merged into", kind="merged")
    harness.rests()
    harness.ana.archives(old)
    said.click("undo_merge")
    harness.rests()
    assert other.record["channel"] not in (None, old.id)
