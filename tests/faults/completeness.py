"""Checks that a declared incident is complete in the end, whatever failed on the way."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot.incident import incident as core
from bot.incident.escalation import paged
from bot.incident.outbound import outbound_messages
from bot.incident.pending import pending_effects
from bot.incident.timers import next_due
from bot.messages.topic import topic
from bot.slack.keyed_messages import key_prefix
from bot.wiring.connection import open_store
from sandbox.driver import Channel, Message
from tests.harness import TEAM, Harness, Incident, everything_said, until

SENT_AGAIN = "no acknowledgement of"
"""What Slack may complain of when the store dies: an event that can't be kept is not acknowledged,
so that Slack sends it again."""
BRIDGE = "https://meet.example.com/war-room"


def with_a_bridge(playbooks: Path) -> None:
    """Add a bridge to the policy, so that there is something to bookmark."""
    file = playbooks / "default.yml"
    file.write_text(file.read_text().replace("bridge: null", f"bridge: {BRIDGE}"))


def is_whole(harness: Harness, incident: Incident) -> None:
    """Check it: one channel, each message once, everyone invited, everything shown as it is."""
    record = incident.record
    channel = Channel(harness.slack, record["channel"])
    named = [
        c["name"] for c in harness.slack.channels() if c["name"].endswith(slug(record["title"]))
    ]
    assert named == [channel.name], f"channels of {incident.id}: {named}"
    assert not channel.archived
    assert {"ana", "bob"} <= set(channel.members)
    assert channel.topic == f"{record['severity']} · {record['stage']} · No commander yet"
    assert [each.kind for each in channel.pins] == ["card"]
    assert [each["link"] for each in channel.bookmarks] == [BRIDGE]
    assert len(incident.messages("card", to=channel)) == 1
    assert len(incident.messages("escalation", to=channel)) == 1
    (announced,) = incident.messages("announcement", to=harness.slack.channel("incidents"))
    assert f"#{channel.name}" in announced
    (page,) = incident.messages("page", to=harness.bob.dm())
    assert f"#{channel.name}" in page


@dataclass(frozen=True)
class Shown:
    """The messages and channels in Slack, read once for many incidents: the keys of messages, and
    the channels."""

    said: Counter[str]
    channels: list[str]

    @classmethod
    def by(cls, harness: Harness) -> "Shown":
        said = Counter(each.payload["key"] for each in everything_said(harness.slack))
        return cls(said, [each["name"] for each in harness.slack.channels()])


def agrees(harness: Harness, incident: Incident, shown: Shown | None = None) -> core.Incident:
    """Check that Slack shows exactly what the store knows, and that the next timer is set."""
    shown = shown or Shown.by(harness)
    known = known_of(harness, incident)
    left = [each for each in pending_effects(known) if not each.heavy]
    assert not left, f"{incident.id} is not finished: {left}"
    assert not known.failed, known.failed
    _is_said(shown, known)
    _looks_right(harness, shown, known)
    with harness.asks_the_store() as redis:
        due = redis.zscore(f"muster:{{{TEAM}}}:due", incident.id)
    expected = next_due(known)
    assert due == (expected and int(expected.timestamp() * 1000)), f"{incident.id} due at {due}"
    return known


def _is_said(shown: Shown, known: core.Incident) -> None:
    """Check that each message was posted once, and none without a reason."""
    here = {key: times for key, times in shown.said.items() if key.startswith(f"{known.id}/")}
    assert here == {f"{key_prefix(known)}{key}": 1 for key in known.said}
    wanted = {each.key for each in outbound_messages(known)}
    assert known.said.keys() <= wanted, f"said for no reason: {known.said.keys() - wanted}"


def _looks_right(harness: Harness, shown: Shown, known: core.Incident) -> None:
    """Check its channel: the members, and everything above the messages."""
    assert known.channel
    channel = Channel(harness.slack, known.channel)
    assert len([each for each in shown.channels if each.endswith(slug(known.title))]) == 1
    assert {_id(harness, each) for each in channel.members} >= {
        *(known.declarer, *known.roles.values()),
        *(each.lstrip("@") for each in paged(known)),
    }
    assert _plain(channel.topic) == _plain(topic(known))
    assert [each.kind for each in channel.pins] == ["card"]
    links = [each["link"] for each in channel.bookmarks]
    assert len(links) == len(set(links))


def known_of(harness: Harness, incident: Incident) -> core.Incident:
    """The incident, as the store has it."""
    with harness.asks_the_store() as redis:
        found: core.Incident = open_store(redis, TEAM).streams.state(incident.id)
        return found


def is_finished(harness: Harness, incident: Incident) -> bool:
    """Whether nothing is left to do for it now."""
    prefix = f"muster:{{{TEAM}}}:"
    with harness.asks_the_store() as redis:
        return redis.zscore(f"{prefix}again", incident.id) is None


def every_draft_is_written(harness: Harness) -> None:
    with harness.asks_the_store() as redis:
        until(lambda: not redis.zcard(f"muster:{{{TEAM}}}:draft"), within=180, what="every draft")


def each_thing_was_said_once(harness: Harness) -> None:
    said = Counter(message.payload["key"] for message in everything_said(harness.slack))
    assert not {key: times for key, times in said.items() if times > 1}


def said_late(nag: Message) -> bool:
    """Whether the text says how late it is and when it was due."""
    return re.search(r"\((?:\d+[dhms] ?)+ late; due [-\d ]*\d\d:\d\d", nag.text) is not None


def slug(title: str) -> str:
    return title.lower().replace(" ", "-")


def _id(harness: Harness, name: str) -> str:
    return harness.person(name).id if name != "muster" else name


def _plain(topic: str) -> str:
    """The text without the commander, because Slack shows a name and we wrote an id."""
    return topic.partition("Commander:")[0]
