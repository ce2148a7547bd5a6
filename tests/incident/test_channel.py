"""The incident's channel is renamed, lost or back; a person who can act is notified."""

from bot.incident.card import problems
from bot.incident.channel import RecordChannelBack, RecordChannelLost, RecordChannelName
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.roles import AssignRole
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge
from tests.story import ANA, BOB, declared, only

REMOVED = RecordChannelLost("not_in_channel")
GONE = RecordChannelLost("is_archived")


def test_the_commander_is_told_at_once_and_once() -> None:
    story = declared(policy=only())
    story.at("10:01", AssignRole("ic", BOB), by=BOB)

    assert story.hears(GONE, "10:10", by=ANA) == [f"notice @{BOB}"]
    assert story.hears(GONE, "10:11", by=ANA) == []


def test_without_a_commander_the_declarer_is() -> None:
    story = declared(policy=only())

    assert story.hears(RecordChannelLost("channel_not_found"), "10:10") == [f"notice @{ANA}"]


def test_a_removed_bot_rejoins_and_says_so_in_the_channel() -> None:
    story = declared(policy=only())

    assert story.hears(REMOVED, "10:10") == ["notice here"]
    assert story.incident.has_channel


def test_removed_again_at_once_it_stays_out() -> None:
    story = declared(policy=only())
    story.at("10:10", REMOVED)

    assert story.hears(REMOVED, "10:15") == [f"notice @{ANA}"]
    assert not story.incident.has_channel
    story.at("10:16", RecordChannelBack())
    assert story.hears(REMOVED, "10:40") == ["notice here"]


def test_a_bot_that_may_not_rejoin_says_so_and_tries_once_more_next_time() -> None:
    story = declared(policy=only())
    story.slack_refuses("rejoin", "missing_scope")

    assert story.hears(REMOVED, "10:10") == [f"notice @{ANA}"]
    story.at("10:30", RecordChannelBack())
    assert ("rejoin", "missing_scope") not in problems(story.incident)
    story.slack_refuses("nothing")
    assert story.hears(REMOVED, "10:50") == ["notice here"]


def test_it_never_rejoins_a_private_channel() -> None:
    story = declared(policy=only(), private=True)

    assert story.hears(REMOVED, "10:10") == [f"notice @{ANA}"]


def test_pending_messages_are_sent_when_the_channel_is_back() -> None:
    story = declared(policy=only())
    story.at("10:01", Acknowledge())
    story.at("10:10", GONE)
    story.slack_refuses("", "is_archived")  # the first attempt finds out; no second notification
    assert story.hears(PostUpdate("Still down."), "10:12") == []
    story.slack_refuses("nothing")

    assert story.hears(RecordChannelBack(), "10:20") == ["update here"]


def test_lost_again_it_is_told_again() -> None:
    story = declared(policy=only())
    story.at("10:10", GONE)
    story.at("10:11", RecordChannelBack())

    assert story.hears(GONE, "10:12") == [f"notice @{ANA}"]


def test_it_is_back_only_if_it_was_gone() -> None:
    story = declared(policy=only())

    version = story.incident.version
    story.at("10:10", RecordChannelBack())
    assert story.incident.version == version


def test_archiving_the_channel_of_a_closed_incident_is_not_reported() -> None:
    story = declared(policy=only())
    story.at("10:05", ChangeStage(Stage.CANCELLED))

    assert story.hears(GONE, "10:10") == []
    assert story.incident.channel_lost == ""


def test_a_new_name_is_followed() -> None:
    story = declared(policy=only())
    story.at("10:10", RecordChannelName("incident-checkout"))

    assert story.incident.channel_name == "incident-checkout"
    version = story.incident.version
    story.at("10:11", RecordChannelName("incident-checkout"))
    assert story.incident.version == version


def test_reopened_with_an_archived_channel_it_gets_another() -> None:
    story = declared(policy=only())
    story.at("10:05", ChangeStage(Stage.CANCELLED))
    story.is_archived("C0INC")

    said = story.hears(Reopen("It is back."), "10:10")
    assert story.incident.channel == "C0NEW"
    assert {"stage here", "notice here", "card here"} <= set(said)
    assert f"notice @{ANA}" not in story.said
    assert story.incident.shown["pin"] == story.incident.said["card"].ts
    assert f"member:{ANA}" in story.incident.shown
    assert story.todo() == []
    assert story.replayed() == story.incident
