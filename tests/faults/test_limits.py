"""More incidents in a minute than Slack allows: none is lost, and urgent calls go first.

These are Slack's published tiers: 20 channels a minute, one message a second per channel.
"""

from tests.faults.trials import THOROUGH, Trials
from tests.house import House, Incident, channels_of, until

MANY = 24  # of which 20 may have a channel in the first minute
ALLOWED = 0.1  # answers of 429 per call


def test_the_first_twenty_are_there_and_a_page_waits_for_nothing(trials: Trials) -> None:
    with House() as house:
        house.declares("sev2")  # an announcement channel, and what else is made once
        house.rests()
        house.slack.limits(on=True)
        since = house.slack.calls()[-1]["seq"]
        minor = [_declares(house, "sev2") for _ in range(MANY)]
        until(lambda: len(_with_channel(house, minor)) == 20, what="twenty channels")
        major = _declares(house, "sev1")
        major.expects("page", to=house.bob.dm())
        until(lambda: _topics(house, minor) == 20, within=15, what="twenty topics")
        assert len(_with_channel(house, [*minor, major])) == 20
        if THOROUGH:
            _the_rest_follows(house, [*minor, major])
        refused = _refused(house, since)
        trials.add(MANY + 1, f"{refused:.2f} 429 answers per call")
        assert refused <= ALLOWED
        house.check_slack()


def _the_rest_follows(house: House, incidents: list[Incident]) -> None:
    house.rests(within=150)
    assert len(_with_channel(house, incidents)) == len(incidents)
    house.slack.limits(on=False)


def _declares(house: House, severity: str) -> Incident:
    said = house.ana.types(f"/incident declare {severity} {house.title('Storm')}")
    return house.incident(said)


def _with_channel(house: House, incidents: list[Incident]) -> list[Incident]:
    return [each for each in incidents if channels_of(house.slack, each.id)]


def _topics(house: House, incidents: list[Incident]) -> int:
    found = [channels_of(house.slack, each.id) for each in incidents]
    return sum(bool(channels and channels[0].topic) for channels in found)


def _refused(house: House, since: int) -> float:
    """Answers of 429 per call."""
    results = [call["result"] for call in house.slack.calls(since=since)]
    return results.count("429") / len(results)
