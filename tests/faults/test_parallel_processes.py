"""Two of every process on one store: each message is sent once, by whichever comes first."""

from functools import partial

from tests.faults.completeness import each_thing_was_said_once
from tests.harness import Harness, Incident, until


def test_two_bots_two_clocks_and_four_workers_send_each_message_once() -> None:
    with Harness(also=("bot-2", "timers-2", "bulk-2", "clock-2")) as harness:
        incidents = [harness.declares("sev0") for _ in range(5)]
        for times in (1, 2, 3):
            harness.moves("15m")
            for incident in incidents:
                until(partial(_is_nagged, incident, times), what=f"nag {times}")
        for incident in incidents:
            harness.ana.types("/incident role ic", incident.channel)
            harness.ana.types("/incident resolve it is over", incident.channel)
        for incident in incidents:
            incident.channel.expects(kind="postmortem", within=15)
        harness.rests()
        each_thing_was_said_once(harness)
        for incident in incidents:
            assert len(incident.messages("postmortem")) == 1
            assert _nagged(incident, "update") == 3
        assert len(harness.slack.files()) == len(incidents)
        harness.check_slack()


def _is_nagged(incident: Incident, times: int) -> bool:
    return _nagged(incident, "update") == times


def _nagged(incident: Incident, reason: str) -> int:
    return sum(reason in m.reasons for m in incident.messages("nag"))
