"""What Slack tells us of: pins, edits, deletions, and what becomes of the channel."""

import json
from typing import Any

import pytest

from bot.wiring.store import open_store
from sandbox.driver import Seen
from tests.house import House, until
from tests.house.incident import TEAM, Incident


def told(incident: Incident) -> list[dict[str, Any]]:
    """What is pinned in the timeline, as the operator reads it."""
    said = incident.house.muster("timeline", incident.id, "--json")
    rows: list[dict[str, Any]] = json.loads(said.stdout)
    return [row for row in rows if row["kind"] == "pinned"]


def timeline(house: House, incident: Incident) -> Seen:
    said = house.ana.types("/incident timeline", incident.channel)
    assert said is not None
    return said


@pytest.mark.transports
def test_a_pinned_message_is_in_the_timeline(either: House) -> None:
    incident = either.declares()
    either.bob.joins(incident.channel)
    said = either.ana.says("@cleo Errors began with the 14:02 deploy.", incident.channel)
    either.slack.duplicates(3)
    said.reacts("pushpin", as_=either.bob)
    either.slack.duplicates(1)
    until(lambda: "14:02 deploy" in timeline(either, incident), what="the text is read")
    assert "@ana (:pushpin: @bob) · @cleo Errors began" in timeline(either, incident)
    assert [(row["by"], row["text"]) for row in told(incident)] == [
        ("U0ANA", "@U0CLEO Errors began with the 14:02 deploy.")
    ]
    assert said.ts.replace(".", "") in told(incident)[0]["permalink"]
    assert incident.happened.count("Pinned") == 1

    said.edits("It began with the 14:03 deploy.", as_=either.ana)
    until(lambda: "14:03 deploy. (edited)" in timeline(either, incident), what="edited")
    said.reacts("pushpin", as_=either.bob)  # takes it away
    until(lambda: "deploy" not in timeline(either, incident), what="taken out")


def test_a_reply_is_pinned_and_deleted(house: House) -> None:
    incident = house.declares()
    root = house.ana.says("What do we know?", incident.channel)
    house.ana.types("max_pool was lowered to 5", incident.channel, thread=root)
    reply = incident.channel.messages(words="max_pool")[-1]
    for name in ("round_pushpin", "eyes"):
        root.reacts(name, as_=house.ana)
    reply.reacts("pushpin", as_=house.ana)
    until(lambda: "max_pool was lowered" in timeline(house, incident), what="the reply is read")
    assert "What do we know?" not in timeline(house, incident)
    reply.deletes(as_=house.ana)
    until(lambda: "deleted since" in timeline(house, incident), what="deleted")
    assert "max_pool" not in timeline(house, incident)


def test_a_pin_outside_of_an_incident_is_nobodys(house: House) -> None:
    said = house.ana.says("Lunch?", "general")
    before = len(house.slack.violations())
    said.reacts("pushpin", as_=house.ana)
    house.rests()
    assert len(house.slack.violations()) == before
    assert said.again().text == "Lunch?"


def test_a_pin_waits_for_the_store(house: House) -> None:
    incident = house.declares()
    said = house.ana.says("The cache was cold.", incident.channel)
    house.rests()
    house.kill_the_store()
    said.reacts("pushpin", as_=house.ana)
    until(lambda: "store away" in house.logs(), what="it could not be written")
    house.revive_the_store()
    house.slack.moves("2m")  # Slack sends again what was not acknowledged
    until(lambda: "cache was cold" in timeline(house, incident), within=15, what="pinned")
    unheard = {each["what"] for each in house.slack.forgives()}
    assert unheard == {"no acknowledgement of reaction_added within 3 seconds"}


def test_an_archived_channel_is_told_at_once(house: House) -> None:
    incident = house.declares()
    house.rests()
    house.ana.archives(incident.channel)
    notice = incident.expects("notice", "has lost its channel", to=house.ana.dm())
    assert "unarchive it and invite the app again" in notice
    house.ana.unarchives(incident.channel)
    house.ana.types("/incident note still on it", incident.channel)
    house.ana.invites("muster", incident.channel)
    house.ana.types("/incident update Still down", incident.channel)
    incident.channel.expects("Still down", kind="update")


def test_a_removed_bot_says_so_and_comes_back(house: House) -> None:
    incident = house.declares()
    house.bob.joins(incident.channel)
    house.bob.types("/incident role ic", incident.channel)
    incident.expects("briefing", to=house.bob.dm())
    house.rests()
    house.ana.removes("muster", incident.channel)
    notice = incident.expects("notice", "has lost its channel", to=house.bob.dm())
    assert "was removed from it" in notice
    house.ana.types("/incident severity sev0 payments too", incident.channel)
    house.rests()  # it was tried, and refused
    house.ana.invites("muster", incident.channel)
    incident.channel.expects("SEV0", kind="severity")
    assert len(incident.messages("notice", to=house.bob.dm())) == 1


def test_who_writes_an_update_where_the_bot_is_gone_is_told_that_it_waits(house: House) -> None:
    incident = house.declares()
    house.rests()
    house.ana.removes("muster", incident.channel)
    incident.expects("notice", "has lost its channel", to=house.ana.dm())
    house.rests()
    said = house.ana.types("/incident update Still down", incident.channel)
    assert said is not None
    assert "is kept, but Muster is not in the channel any more: invite it again" in said
    house.rests()
    house.ana.invites("muster", incident.channel)
    incident.channel.expects("Still down", kind="update")


def test_a_new_name_is_followed(house: House) -> None:
    incident = house.declares()
    house.ana.renames(incident.channel, f"incident-{incident.id.lower()}-checkout")
    until(lambda: "ChannelRenamed" in kinds(house, incident), what="followed")


def kinds(house: House, incident: Incident) -> list[str]:
    """The kinds of all that was remembered."""
    with house.asks_the_store() as redis:
        return [type(each.event).__name__ for each in open_store(redis, TEAM).read(incident.id)]
