"""Muster or Slack is down for longer than an update cadence: one late reminder that says so,
then the usual pace.
"""

import re
from typing import Any

import pytest

from tests.faults.completeness import agrees, each_thing_was_said_once, said_late
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness
from tests.harness.real_time import tried_sooner

GONE: list[dict[str, Any]] = [{"reset": True, "when": "after"}, {"status": 503}]


def test_after_three_hours_each_reminder_is_sent_once() -> None:
    with Harness() as harness:
        incident = harness.declares()
        incident.expects("page", to=harness.bob.dm())
        harness.rests()
        channel = incident.channel
        harness.kill()
        harness.moves("3h")
        harness.start()
        channel.until(
            lambda c: c.messages("nag"), within=15, what="a nag of each kind, in one message"
        )
        harness.rests()
        (nag,) = channel.messages("nag")
        assert nag.reasons == ["update", "ack", "commander", "role"]
        assert said_late(nag), nag
        incident.expects("page", to=harness.cleo.dm())
        assert len(incident.messages("page", to=harness.cleo.dm())) == 1
        assert len(incident.messages("page", to=harness.bob.dm())) == 1

        harness.moves("14m")
        channel.until(
            lambda c: len([m for m in c.messages("nag") if "ack" in m.reasons]) == 2,
            what="the next nag for an acknowledgement",
        )
        assert len(incident.messages("page", to=harness.bob.dm())) == 1
        harness.moves("2m")
        harness.bob.dm().until(lambda c: len(incident.messages("page", to=c)) == 2)
        harness.check_slack()


# further commands, minute by minute, and the replies
MEANWHILE: dict[int, dict[str, str]] = {
    1: {"task Look into minute 1 @dan": "Task 1", "who": "*On call"},
    2: {"handoff cl @cleo": "Handoff request sent", "list": "Open incidents"},
    3: {"page @eve come": "Paging "},
    4: {"milestone declared 30m ago": "was declared at", "audit": "Delivery log"},
    5: {"task Look into minute 5": "Task 2", "task 2 @dan": "Task 2 is now @dan's"},
    6: {
        "handoff ol @dan": "Handoff request sent",
        "handoff ol none": "Withdrew the handoff request",
    },
    7: {"task done 1": "Task 1 is now done", "task list": "1 open task"},
    8: {"snooze 20m it restores": "Snoozed", "catchup": "minute 8."},
    9: {"merge {other}": "was merged into this incident"},
}


@pytest.mark.parametrize("transport", ["socket", "http"] if THOROUGH else ["socket"])
@pytest.mark.parametrize("gone", GONE if THOROUGH else GONE[:1])
def test_people_keep_typing_while_slack_refuses_everything_for_ten_minutes(
    transport: str, gone: dict[str, Any], trials: Trials
) -> None:
    """Everything typed is saved, and is in Slack afterwards, in order."""
    with Harness(transport) as harness:
        incident, other = harness.declares("sev0"), harness.declares("sev3", by=harness.bob)
        harness.bob.types("/incident task Restart the pods @bob", other.channel)
        harness.rests()
        channel = incident.channel
        away = harness.slack.fails(**gone)
        for minute in range(1, 11):
            said = harness.ana.types(f"/incident update minute {minute}.", channel)
            assert said is not None
            assert "Posting your update in" in said
            for typed, told in MEANWHILE.get(minute, {}).items():
                typed = typed.replace("{other}", other.id)
                said = harness.ana.types(f"/incident {typed}", channel)
                assert said is not None
                assert told in said, (typed, said)
                trials.add()
            harness.slack.moves("1m")
        declared = harness.ana.types("/incident declare sev1 Declared meanwhile")
        away.stops()
        with tried_sooner(harness):
            harness.rests(within=60)
        for known in (incident, other, harness.incident(declared).whole()):
            agrees(harness, known)
        dan, cleo, eve = (harness.person(name).dm() for name in ("dan", "cleo", "eve"))
        assert len(incident.messages("handoff", to=cleo)) == 1
        assert [m for m in incident.messages("page", to=eve) if "come" in m]
        assert [m for m in incident.messages("task", to=dan) if "minute 5" in m]
        assert not [m for m in incident.messages("handoff", to=dan) if "Accept" in m]
        incident.channel.expects(f"*{other.id} was merged into this incident*", kind="merged")
        other.channel.expects(f"*{other.id} was merged into", kind="merged")
        listed = harness.ana.types("/incident task list", incident.channel)
        assert listed is not None
        assert "Restart the pods · @bob" in listed
        minutes = [m.text for m in incident.messages("update")]
        assert [re.findall(r"minute \d+\.", each) for each in minutes] == [
            [f"minute {minute}."] for minute in range(1, 11)
        ]
        late = [m for m in incident.messages("nag") if "late; due" in m]
        # the first update acknowledged it, so there was no reminder for that
        assert any("commander" in m.reasons for m in late)
        each_thing_was_said_once(harness)
        harness.check_slack()
        trials.add(11)
