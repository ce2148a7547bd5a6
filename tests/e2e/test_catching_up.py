"""People who join late get a summary."""

from tests.harness import Harness


def test_late_joiners_are_offered_the_summary(either: Harness) -> None:
    harness, incident = either, either.declares()
    harness.ana.types("/incident role ic", incident.channel)
    for text in ("One", "Two", "Three", "Four & last"):
        harness.ana.types(f"/incident update {text}", incident.channel)
    harness.ana.types("/incident status identified", incident.channel)
    harness.rests()
    dan = harness.person("dan")
    seen = len(dan.ephemerals())
    harness.slack.duplicates(3)
    dan.joins(incident.channel)
    offered = dan.sees(f"You joined {incident.id} (SEV1, identified)")
    harness.slack.duplicates(1)
    told = offered.click("Catch me up")
    assert told is not None
    assert len(dan.ephemerals()) == seen + 2  # one offer, one answer
    title = incident.record["title"]
    for words in (
        f"*{incident.id}, SEV1: {title}*",
        "*Identified* · declared by @ana",
        "Incident Commander @ana · _Unassigned: Operations Lead_",
        "Last 3 of 4 updates",
        "Four & last",
        "identified",
        "Next update due",
        "/incident timeline",
    ):
        assert words in told, (words, told.text)
    assert "One" not in told.text
    assert len(told.text.splitlines()) <= 16, told.text


def test_the_declarer_is_not_offered_the_summary(harness: Harness) -> None:
    before = len(harness.ana.ephemerals())
    incident = harness.declares()
    incident.channel.until(lambda c: "bob" in c.members, what="Bob is in")
    harness.rests()
    harness.bob.sees(f"You joined {incident.id}")  # people who joined later were offered it
    assert len(harness.ana.ephemerals()) == before + 1  # the reply to her declaration
    harness.ana.leaves(incident.channel)
    harness.ana.joins(incident.channel)
    harness.ana.sees(f"You joined {incident.id}")


def test_nothing_is_offered_where_there_is_no_incident(harness: Harness) -> None:
    eve = harness.person("eve")
    before = len(eve.ephemerals())
    eve.leaves("random")
    eve.joins("random")
    incident = harness.declares()
    eve.joins(incident.channel)
    eve.sees(f"You joined {incident.id}")
    assert len(eve.ephemerals()) == before + 1
    said = eve.types("/incident catchup", "random")
    assert said is not None
    assert "only works in an incident channel" in said


def test_when_it_is_over_it_says_how_it_went(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.ana.types("/incident resolve Rolled back", incident.channel)
    told = harness.ana.types("/incident catchup", incident.channel)
    assert told is not None
    assert "*Resolved*" in told
    assert "Milestones: resolved" in told
    assert "Resolution: Rolled back" in told
    assert "Next update" not in told
