"""More incidents in a minute than Slack allows: none is lost, and urgent calls go first.

These are Slack's published tiers: 20 channels a minute, one message a second per channel.
"""

from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, channels_of, until

MANY = 24  # incidents; 20 can have a channel in the first minute
ALLOWED = 0.1  # 429s per call


def test_the_first_twenty_are_complete_and_pages_never_wait(trials: Trials) -> None:
    with Harness() as harness:
        harness.declares("sev2")  # creates the announcement channel and the like
        harness.rests()
        harness.slack.limits(on=True)
        since = harness.slack.calls()[-1]["seq"]
        minor = [_declares(harness, "sev2") for _ in range(MANY)]
        until(lambda: len(_with_channel(harness, minor)) == 20, what="twenty channels")
        major = _declares(harness, "sev1")
        major.expects("page", to=harness.bob.dm())
        until(lambda: _topics(harness, minor) == 20, within=15, what="twenty topics")
        assert len(_with_channel(harness, [*minor, major])) == 20
        if THOROUGH:
            _the_rest_follows(harness, [*minor, major])
        refused = _refused(harness, since)
        trials.add(MANY + 1, f"{refused:.2f} 429 answers per call")
        assert refused <= ALLOWED
        harness.check_slack()


def _the_rest_follows(harness: Harness, incidents: list[Incident]) -> None:
    harness.rests(within=150)
    assert len(_with_channel(harness, incidents)) == len(incidents)
    harness.slack.limits(on=False)


def _declares(harness: Harness, severity: str) -> Incident:
    said = harness.ana.types(f"/incident declare {severity} {harness.title('Storm')}")
    return harness.incident(said)


def _with_channel(harness: Harness, incidents: list[Incident]) -> list[Incident]:
    return [each for each in incidents if channels_of(harness.slack, each.id)]


def _topics(harness: Harness, incidents: list[Incident]) -> int:
    found = [channels_of(harness.slack, each.id) for each in incidents]
    return sum(bool(channels and channels[0].topic) for channels in found)


def _refused(harness: Harness, since: int) -> float:
    """429s per call."""
    results = [call["result"] for call in harness.slack.calls(since=since)]
    return results.count("429") / len(results)
