"""An incident that was reopened in a new channel: the old one links to it as soon as it can."""

import json
from functools import partial

from bot.wiring.connection import open_store
from sandbox.driver.channel import Channel
from tests.harness import TEAM, Harness, Incident, until


def reopened(harness: Harness, incident: Incident, old: Channel) -> Channel:
    """Cancelled, archived and reopened: its new channel."""
    name = f"{old.name}-2"
    harness.ana.types("/incident cancel a false alarm", old)
    harness.rests()
    harness.ana.archives(old)
    harness.rests()
    harness.ana.types(f"/incident reopen {incident.id} it is back", "general")
    until(lambda: name in [each["name"] for each in harness.slack.channels()], what="a new one")
    new = harness.slack.channel(name)
    new.expects("it is back", kind="stage")
    harness.rests()
    return new


def calls_about(harness: Harness, channel: Channel) -> int:
    """How many calls of ours named this channel."""
    return sum(each["args"].get("channel") == channel.id for each in harness.slack.calls())


def test_unarchived_a_public_one_links_to_the_new_one_once(either: Harness) -> None:
    incident = either.declares("sev3")
    old, ana = incident.channel, either.ana
    new = reopened(either, incident, old)
    asked = calls_about(either, old)
    ana.types("/incident update Still down", new)
    new.expects("Still down", kind="update")
    either.moves("2h")
    either.rests()
    assert calls_about(either, old) == asked, "nothing is tried while it's archived"

    ana.unarchives(old)
    link = old.expects(f"continues in #{new.name}", kind="notice")
    assert incident.id in link
    ana.removes("muster", old)
    ana.invites("muster", old)
    either.rests()
    ana.archives(old)
    ana.unarchives(old)
    either.rests()
    assert len(old.messages("notice")) == 1
    assert "Slack refused" not in str(new.messages("card")[0].shape)
    assert not incident.messages("notice", to=ana.dm())


def test_commands_in_the_old_channel_mean_the_incident(harness: Harness) -> None:
    incident = harness.declares("sev3")
    old, ana = incident.channel, harness.ana
    new = reopened(harness, incident, old)
    ana.unarchives(old)
    old.expects(f"continues in #{new.name}", kind="notice")

    said = ana.types("/incident update Half of it is up", old)
    assert said is not None
    assert f"#{new.name}" in said
    new.expects("Half of it is up", kind="update")
    said = ana.types("/incident status", old)
    assert said is not None
    assert incident.id in said
    ana.types("/incident mitigate rolled back", old)
    new.expects("rolled back", kind="stage")
    ana.leaves(old)  # she's still in the new one
    harness.rests()
    with harness.asks_the_store() as redis:
        assert open_store(redis, TEAM).streams.state(incident.id).left == frozenset()
    assert not old.messages("update")
    assert len(old.messages("notice")) == 1


def test_a_private_one_links_when_muster_is_invited_and_lets_nobody_in(harness: Harness) -> None:
    ana, bob, title = harness.ana, harness.bob, harness.title("Somebody is inside")
    form = ana.types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, severity="SEV3", private=["private"]) is None
    incident = harness.found(title).whole()
    old = incident.channel
    new = reopened(harness, incident, old)
    assert new.private
    ana.unarchives(old)
    harness.rests()
    assert not old.messages("notice")

    ana.invites(bob, old)
    bob.invites("muster", old)
    link = old.expects(f"continues in #{new.name}", kind="notice")
    assert title not in link.text
    bob.invites(harness.cleo, old)
    harness.rests()
    for outsider in (bob, harness.cleo):
        said = outsider.types("/incident status", old)
        assert said is not None
        assert title not in said.text
        assert title not in str(outsider.types("/incident list"))
    assert set(new.members) == {"ana", "muster"}
    ana.leaves(old)
    harness.rests()
    seen = ana.types("/incident list")
    assert seen is not None
    assert title in seen
    assert len(old.messages("notice")) == 1


def test_archived_again_at_once_it_links_the_next_time(harness: Harness) -> None:
    incident = harness.declares("sev3")
    old, ana = incident.channel, harness.ana
    new = reopened(harness, incident, old)
    archived = harness.slack.fails("conversations.join", error="is_archived", channel=old.id)
    ana.unarchives(old)
    archived.met()
    harness.rests()
    ana.archives(old)
    archived.stops()
    asked = calls_about(harness, old)
    ana.types("/incident update Still down", new)
    new.expects("Still down", kind="update")
    harness.moves("2h")
    harness.rests()
    assert calls_about(harness, old) == asked
    assert "Slack refused" not in str(new.messages("card")[0].shape)

    ana.unarchives(old)
    old.expects(f"continues in #{new.name}", kind="notice")
    harness.rests()
    assert len(old.messages("notice")) == 1


def test_if_the_answer_to_the_post_is_lost_there_is_one_link(harness: Harness) -> None:
    incident = harness.declares("sev3")
    old, ana = incident.channel, harness.ana
    new = reopened(harness, incident, old)
    harness.slack.fails("chat.postMessage", reset=True, when="after", times=1, channel=old.id)
    ana.unarchives(old)
    old.expects(f"continues in #{new.name}", kind="notice")
    harness.rests()
    assert len(old.messages("notice")) == 1
    assert [each["method"] for each in harness.slack.calls("conversations.history")]


def test_messages_of_both_channels_are_in_the_timeline_and_stay_there(harness: Harness) -> None:
    incident = harness.declares("sev3")
    old, ana = incident.channel, harness.ana
    before = ana.says("The deploy began at noon", old)
    before.reacts("pushpin", as_=ana)
    harness.rests()
    new = reopened(harness, incident, old)
    ana.unarchives(old)
    old.expects(f"continues in #{new.name}", kind="notice")
    after = ana.says("I wrote this in the wrong channel", old)
    after.reacts("pushpin", as_=ana)
    for each in (before, after):
        until(partial(_tells, harness, incident, each.text), what="in the timeline")

    ana.types("/incident resolve rolled back", new)
    ana.types("/incident postmortem", new)
    new.expects(kind="postmortem")
    for each in (before, after):  # a draft of the resolution may be there first
        until(partial(_drafted, harness, each.text), what="in the draft")
    told = json.loads(harness.muster("timeline", incident.id, "--json").stdout)
    pinned = {str(each) for each in told if "pinned" in str(each)}
    for message in (before, after):
        (entry,) = (each for each in pinned if message.text in each)
        assert f"/{old.id}/" in entry


def _drafted(harness: Harness, text: str) -> bool:
    return text in (harness.slack.files()[-1]["content"] or "")


def _tells(harness: Harness, incident: Incident, text: str) -> bool:
    return text in harness.muster("timeline", incident.id).stdout
