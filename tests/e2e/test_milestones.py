"""Corrected milestones show up everywhere: channel, card, timeline, postmortem."""

import json
import re
from datetime import UTC, datetime

from tests.harness import Harness, until


def test_a_milestone_is_corrected(either: Harness) -> None:
    incident = either.declares("sev3")  # which has no reminders meanwhile
    either.moves("40m")
    either.ana.types("/incident mitigate", incident.channel)
    said = either.ana.types(
        "/incident milestone mitigated 20m ago the graphs say so", incident.channel
    )
    assert said is not None
    assert f"{incident.id} was mitigated at" in said
    told = incident.channel.expects("the graphs say so", kind="milestone")
    assert "@ana corrected *mitigated* to" in told
    rows = json.loads(either.muster("timeline", incident.id, "--json").stdout)
    (row,) = [each for each in rows if each["kind"] == "milestone"]
    assert re.search(r" UTC\): the graphs say so$", row["text"])

    either.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    draft = either.muster("postmortem", incident.id).stdout
    assert "| Time to mitigate | 20 min |" in draft


def test_the_card_follows_the_declaration(harness: Harness) -> None:
    incident = harness.declares()
    at = datetime.fromtimestamp(harness.slack.now() - 5400, UTC)
    when = f"{at:%Y-%m-%d %H:%M} UTC"
    said = harness.ana.types(f"/incident milestone declared {when} by phone", incident.channel)
    assert said is not None
    assert "Corrected: " in said
    incident.card.shows(f"declared by @ana at {at:%H:%M} UTC")
    again = harness.ana.types(f"/incident milestone declared {when}", incident.channel)
    assert again is not None
    assert "already" in again
    assert incident.happened.count("MilestoneCorrected") == 1


def test_impossible_input_is_refused_with_a_reason(harness: Harness) -> None:
    incident = harness.declares()
    for words, why in (
        ("", "Which milestone? Use one of `impact`, `detected`, `declared`"),
        ("fixed 14:05", "Unknown milestone “fixed”."),
        ("mitigated", "When was it mitigated? Write `14:05` (today, Europe/Madrid), `"),
        ("declared soon", "When was it declared? Write"),
        ("resolved 1m ago", "isn't resolved yet. Use `/incident resolve` first"),
        ("declared 2099-01-01 10:00", "in the future"),
    ):
        said = harness.ana.types(f"/incident milestone {words}", incident.channel)
        assert said is not None
        assert why in said, said.text
    elsewhere = harness.ana.types("/incident milestone declared 1m ago")
    assert elsewhere is not None
    assert "in an incident channel" in elsewhere
    assert "MilestoneCorrected" not in incident.happened
    until(lambda: incident.messages("milestone") == [])


def test_milestones_out_of_order_get_a_warning(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for verb in ("mitigate", "resolve it"):
        harness.moves("20m")
        harness.ana.types(f"/incident {verb}", incident.channel)
    harness.moves("20m")
    for words, hint in (
        (
            "mitigated 10m ago",
            "But it was resolved before that. To correct that: `/incident milestone resolved T",
        ),
        ("resolved 5m ago", ""),
        (
            "resolved 15m ago",
            "But it was mitigated after that. To correct that: `/incident milestone mitigated T",
        ),
        ("mitigated 30m ago", ""),
    ):
        said = harness.ana.types(f"/incident milestone {words}", incident.channel)
        assert said is not None
        assert "Corrected: " in said
        assert hint in said, said.text
        assert bool(hint) == ("But" in said), said.text
