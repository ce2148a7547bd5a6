"""What must be so of a declared incident in the end, whatever went wrong on the way."""

from collections import Counter
from pathlib import Path

from sandbox.driver import Channel
from tests.house import House, Incident, everything_said

BRIDGE = "https://meet.example.com/war-room"


def with_a_bridge(playbooks: Path) -> None:
    """So that there is something to bookmark."""
    file = playbooks / "default.yml"
    file.write_text(file.read_text().replace("bridge: null", f"bridge: {BRIDGE}"))


def is_whole(house: House, incident: Incident) -> None:
    """One channel, one of each message, everybody in, everything shown as it is."""
    record = incident.record
    channel = Channel(house.slack, record["channel"])
    named = [
        c["name"] for c in house.slack.channels() if c["name"].endswith(_slug(record["title"]))
    ]
    assert named == [channel.name], f"channels of {incident.id}: {named}"
    assert not channel.archived
    assert {"ana", "bob"} <= set(channel.members)
    assert channel.topic == f"{record['severity']} · {record['stage']} · IC: nobody yet"
    assert [each.kind for each in channel.pins] == ["card"]
    assert [each["link"] for each in channel.bookmarks] == [BRIDGE]
    assert len(incident.messages("card", to=channel)) == 1
    assert len(incident.messages("escalation", to=channel)) == 1
    (announced,) = incident.messages("announcement", to=house.slack.channel("incidents"))
    assert f"#{channel.name}" in announced
    (page,) = incident.messages("page", to=house.bob.dm())
    assert f"#{channel.name}" in page


def each_thing_was_said_once(house: House) -> None:
    said = Counter(message.payload["key"] for message in everything_said(house.slack))
    assert not {key: times for key, times in said.items() if times > 1}


def _slug(title: str) -> str:
    return title.lower().replace(" ", "-")
