"""Events from Slack: pins, edits, deletions, and changes to the channel."""

import json
from typing import Any

import pytest

from bot.incident.slices import STORED_AS
from bot.wiring.connection import open_store
from sandbox.driver import Seen
from tests.e2e.test_may_see import private
from tests.harness import Harness, until
from tests.harness.incident import TEAM, Incident


def told(incident: Incident) -> list[dict[str, Any]]:
    """The pinned entries of the timeline, as the operator sees them."""
    said = incident.harness.muster("timeline", incident.id, "--json")
    rows: list[dict[str, Any]] = json.loads(said.stdout)
    return [row for row in rows if row["kind"] == "pinned"]


def timeline(harness: Harness, incident: Incident) -> Seen:
    said = harness.ana.types("/incident timeline", incident.channel)
    assert said is not None
    return said


@pytest.mark.transports
def test_a_pinned_message_is_in_the_timeline(either: Harness) -> None:
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


def test_a_reply_is_pinned_and_deleted(harness: Harness) -> None:
    incident = harness.declares()
    root = harness.ana.says("What do we know?", incident.channel)
    harness.ana.types("max_pool was lowered to 5", incident.channel, thread=root)
    reply = incident.channel.messages(words="max_pool")[-1]
    root.reacts("eyes", as_=harness.ana)
    reply.reacts("pushpin", as_=harness.ana)
    until(lambda: "max_pool was lowered" in timeline(harness, incident), what="the reply is read")
    assert "What do we know?" not in timeline(harness, incident)
    link = told(incident)[0]["permalink"]
    assert link.endswith(f"?thread_ts={root.ts}&cid={incident.channel.id}")
    assert (
        f"?thread_ts={root.ts}&amp;cid=" in timeline(harness, incident).blocks[1]["text"]["text"]
    )
    reply.deletes(as_=harness.ana)
    until(lambda: "(message deleted)" in timeline(harness, incident), what="deleted")
    assert "max_pool" not in timeline(harness, incident)


def test_slacks_own_pin_and_the_round_pushpin_count(harness: Harness) -> None:
    incident = harness.declares()
    own = harness.ana.says("The cache was cold", incident.channel)
    own.pinned(as_=harness.ana)
    round_one = harness.ana.says("The disk was full", incident.channel)
    round_one.reacts("round_pushpin", as_=harness.ana)
    until(
        lambda: (
            {"The cache was cold", "The disk was full"}
            <= {each["text"] for each in told(incident)}
        ),
        what="both in the timeline",
    )
    assert len(told(incident)) == 2  # Muster's own pinned card isn't
    own.pinned(as_=harness.ana)  # takes it away
    round_one.reacts("round_pushpin", as_=harness.ana)
    until(lambda: told(incident) == [], what="taken out")


def test_a_pin_outside_of_an_incident_is_nobodys(harness: Harness) -> None:
    said = harness.ana.says("Lunch?", "general")
    before = len(harness.slack.violations())
    said.reacts("pushpin", as_=harness.ana)
    harness.rests()
    assert len(harness.slack.violations()) == before
    assert said.again().text == "Lunch?"


def test_a_pin_waits_for_the_store(harness: Harness) -> None:
    incident = harness.declares()
    said = harness.ana.says("The cache was cold.", incident.channel)
    harness.rests()
    harness.kill_the_store()
    said.reacts("pushpin", as_=harness.ana)
    until(lambda: "store unavailable" in harness.logs(), what="it could not be written")
    harness.revive_the_store()
    harness.slack.moves("2m")  # Slack resends unacknowledged events
    until(lambda: "cache was cold" in timeline(harness, incident), within=15, what="pinned")
    unheard = {each["what"] for each in harness.slack.forgives()}
    assert unheard == {"no acknowledgement of reaction_added within 3 seconds"}


def test_an_archived_channel_is_told_at_once(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    harness.ana.archives(incident.channel)
    notice = incident.expects("notice", "lost its channel", to=harness.ana.dm())
    assert "unarchive it and invite Muster again" in notice
    harness.ana.unarchives(incident.channel)
    harness.ana.types("/incident note still on it", incident.channel)
    harness.ana.invites("muster", incident.channel)
    harness.ana.types("/incident update Still down", incident.channel)
    incident.channel.expects("Still down", kind="update")


def test_a_bot_that_was_removed_by_mistake_rejoins_and_says_so(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    harness.ana.removes("muster", incident.channel)
    incident.channel.expects("has rejoined, because the incident is still open", kind="notice")
    harness.ana.types("/incident update Still down", incident.channel)
    incident.channel.expects("Still down", kind="update")
    harness.rests()
    assert not incident.messages("notice", to=harness.ana.dm())
    harness.ana.removes("muster", incident.channel)  # they mean it
    notice = incident.expects("notice", "was removed from the channel", to=harness.ana.dm())
    assert "invite it again" in notice
    harness.rests()
    assert "muster" not in incident.channel.members


def test_a_bot_that_was_removed_from_a_private_channel_waits_outside(harness: Harness) -> None:
    incident = private(harness)
    harness.rests()
    harness.ana.removes("muster", incident.channel)
    incident.expects("notice", "was removed from the channel", to=harness.ana.dm())


def test_a_removed_bot_that_cannot_rejoin_says_so_and_comes_back(harness: Harness) -> None:
    incident = harness.declares()
    harness.slack.fails("conversations.join", error="missing_scope")
    harness.bob.joins(incident.channel)
    harness.bob.types("/incident role ic", incident.channel)
    incident.expects("briefing", to=harness.bob.dm())
    harness.rests()
    harness.ana.removes("muster", incident.channel)
    notice = incident.expects("notice", "lost its channel", to=harness.bob.dm())
    assert "was removed from the channel" in notice
    harness.ana.types("/incident severity sev0 payments too", incident.channel)
    harness.rests()  # it was tried, and refused
    harness.ana.invites("muster", incident.channel)
    incident.channel.expects("SEV0", kind="severity")
    assert len(incident.messages("notice", to=harness.bob.dm())) == 1


def test_an_update_while_the_bot_is_removed_is_answered_as_pending(
    harness: Harness,
) -> None:
    incident = harness.declares()
    harness.rests()
    harness.slack.fails("conversations.join", error="missing_scope")
    harness.ana.removes("muster", incident.channel)
    incident.expects("notice", "lost its channel", to=harness.ana.dm())
    harness.rests()
    said = harness.ana.types("/incident update Still down", incident.channel)
    assert said is not None
    assert "Update saved." in said
    assert "Not posted yet: Muster was removed from" in said
    harness.rests()
    harness.ana.invites("muster", incident.channel)
    incident.channel.expects("Still down", kind="update")


def test_a_new_name_is_followed(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.renames(incident.channel, f"incident-{incident.id.lower()}-checkout")
    until(lambda: "ChannelRenamed" in kinds(harness, incident), what="followed")


def kinds(harness: Harness, incident: Incident) -> list[str]:
    """The kinds of all recorded events."""
    with harness.asks_the_store() as redis:
        return [
            STORED_AS[type(each.event)]
            for each in open_store(redis, TEAM).streams.read(incident.id)
        ]
