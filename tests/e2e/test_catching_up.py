"""Who joins late is told what happened so far."""

from tests.house import House


def test_who_joins_late_is_offered_it(either: House) -> None:
    house, incident = either, either.declares()
    house.ana.types("/incident role ic", incident.channel)
    for text in ("One", "Two", "Three", "Four & last"):
        house.ana.types(f"/incident update {text}", incident.channel)
    house.ana.types("/incident status identified", incident.channel)
    house.rests()
    dan = house.person("dan")
    seen = len(dan.ephemerals())
    house.slack.duplicates(3)
    dan.joins(incident.channel)
    offered = dan.sees(f"You are in on {incident.id} (SEV1, identified)")
    house.slack.duplicates(1)
    told = offered.click("What happened so far?")
    assert told is not None
    assert len(dan.ephemerals()) == seen + 2  # one offer, one answer
    title = incident.record["title"]
    for words in (
        f"*{incident.id}, SEV1: {title}*",
        "*Identified* · declared by @ana",
        "Incident Commander @ana · _Still open: Operations Lead_",
        "Last 3 of 4 updates",
        "Four & last",
        "identified",
        "Next update due",
        "/incident timeline",
    ):
        assert words in told, (words, told.text)
    assert "One" not in told.text
    assert len(told.text.splitlines()) <= 16, told.text


def test_who_declared_it_has_nothing_to_catch_up_with(house: House) -> None:
    before = len(house.ana.ephemerals())
    incident = house.declares()
    incident.channel.until(lambda c: "bob" in c.members, what="Bob is in")
    house.rests()
    house.bob.sees(f"You are in on {incident.id}")  # whoever came after her was offered it
    assert len(house.ana.ephemerals()) == before + 1  # what she was told when she declared it
    house.ana.leaves(incident.channel)
    house.ana.joins(incident.channel)
    house.ana.sees(f"You are in on {incident.id}")


def test_nothing_is_offered_where_there_is_no_incident(house: House) -> None:
    eve = house.person("eve")
    before = len(eve.ephemerals())
    eve.leaves("random")
    eve.joins("random")
    incident = house.declares()
    eve.joins(incident.channel)
    eve.sees(f"You are in on {incident.id}")
    assert len(eve.ephemerals()) == before + 1
    said = eve.types("/incident catchup", "random")
    assert said is not None
    assert "works inside an incident's channel" in said


def test_when_it_is_over_it_says_how_it_went(house: House) -> None:
    incident = house.declares("sev3")
    house.ana.types("/incident resolve Rolled back", incident.channel)
    told = house.ana.types("/incident catchup", incident.channel)
    assert told is not None
    assert "*Resolved*" in told
    assert "So far: resolved" in told
    assert "What fixed it: Rolled back" in told
    assert "Next update" not in told
