"""Words that say not yet change nothing: they ask, in the form where there is one."""

import pytest

from tests.e2e.test_named_numbers import types
from tests.harness import Harness


@pytest.mark.parametrize(
    "words",
    [
        "no",
        "not yet",
        "Not yet!",
        "not yet, still errors",
        "soon",
        "in 10 minutes",
        "tomorrow 9am",
        "almost",
    ],
)
def test_resolve_and_cancel_open_their_form_with_the_words(harness: Harness, words: str) -> None:
    incident = harness.declares("sev3")
    for command, field in (("resolve", "text"), ("cancel", "reason")):
        seen = harness.ana.types(f"/incident {command} {words}", incident.channel)
        assert seen is not None
        assert seen.view is not None
        assert seen.view.callback_id == command
        assert seen.view.values[field][field]["value"] == words
        seen.view.closes()
    assert incident.record["stage"] == "investigating"


@pytest.mark.parametrize(
    "command",
    ["mitigate not yet", "mitigate in 5m", "status resolved if no one objects", "mitigated no"],
)
def test_what_has_no_form_is_refused(harness: Harness, command: str) -> None:
    incident = harness.declares("sev3")
    assert "Nothing changed" in types(harness.ana, command, incident.channel)
    assert incident.record["stage"] == "investigating"


@pytest.mark.parametrize(
    "words",
    [
        "no longer reproducible",
        "not our fault",
        "in production all is well",
        "soon after the rollback it was fine",
        "nothing left to do",
    ],
)
def test_what_describes_the_end_is_its_text(harness: Harness, words: str) -> None:
    incident = harness.declares("sev3")
    types(harness.ana, f"resolve {words}", incident.channel)
    assert incident.record["stage"] == "resolved"
    incident.channel.expects(words, kind="stage")
    assert "Nothing changed" in types(harness.ana, "reopen no", incident.channel)
    assert incident.record["stage"] == "resolved"
