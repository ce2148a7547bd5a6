"""Reminders that are due at the same time are one message; a newer one takes over the buttons."""

from dataclasses import replace

from bot.incident.audit import Sent, audit
from bot.incident.effects import EditMessage
from bot.incident.nag_parts import asked, name_of, open_requests
from bot.incident.outbound import outbound_messages
from bot.incident.roles import AssignRole
from bot.incident.timeline import timeline
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge
from bot.streams.message import OutboundMessage
from tests.story import ANA, BOB, POLICY, Story, clock, declared, minutes, only

BOTH = only(update_every=minutes(30), commander_within=minutes(30), commander_every=minutes(10))


def nags(story: Story) -> list[OutboundMessage]:
    return [each for each in outbound_messages(story.incident) if each.kind.name == "nag"]


def reasons(story: Story) -> list[list[str]]:
    """The reminders of each nag, its reason first."""
    return [[name_of(each) for each in asked(story.incident, nag.about)] for nag in nags(story)]


def buttons(story: Story) -> list[list[str]]:
    """The reminders for which each nag has buttons."""
    return [open_requests(story.incident, each.about) for each in nags(story)]


def test_what_is_due_at_once_is_one_message_and_the_update_is_its_reason() -> None:
    story = declared("SEV1", POLICY)
    story.until("10:30")

    assert reasons(story) == [
        ["ack"],
        ["commander"],
        ["ack", "role"],
        ["commander"],
        ["ack"],
        ["update", "commander", "role"],
    ]
    assert story.said.count("nag here") == 6


def test_after_downtime_all_that_is_overdue_is_one_message() -> None:
    story = declared("SEV1", POLICY)
    story.at("12:00")

    assert reasons(story) == [["update", "ack", "commander", "role"]]


def test_what_is_due_a_little_later_comes_along() -> None:
    story = declared(policy=only(
        ack_within=minutes(30), commander_within=minutes(31), commander_every=minutes(30)
    ))  # fmt: skip
    assert story.until("10:30") == ["10:30 asks for ack", "10:30 asks for commander"]
    assert reasons(story) == [["ack", "commander"]]
    assert story.until("11:00") == []
    assert story.until("11:01") == ["11:01 asks for commander"]  # it keeps its interval


def test_what_is_due_a_little_before_an_update_waits_for_it_and_the_update_is_on_time() -> None:
    story = declared(policy=BOTH)
    story.at("10:01", PostUpdate("Looking."))

    assert story.until("10:30") == []
    assert story.until("10:31") == ["10:31 asks for update", "10:31 asks for commander"]


def test_an_update_never_comes_before_it_is_due() -> None:
    story = declared(policy=only(update_every=minutes(31), ack_within=minutes(10)))
    assert story.until("10:30:59") == ["10:10 asks for ack"]


def test_what_is_minutes_apart_stays_apart() -> None:
    story = declared(policy=only(ack_within=minutes(10), commander_within=minutes(13)))
    assert story.until("11:00") == ["10:10 asks for ack", "10:13 asks for commander"]


def test_a_policy_frozen_by_an_earlier_release_keeps_separate_messages() -> None:
    story = declared(policy=replace(BOTH, together=False))
    story.at("10:30")

    assert [each.key for each in nags(story)] == [f"nag:{each}" for each in _seqs(story)]
    assert len(nags(story)) == 2


def _seqs(story: Story) -> list[int]:
    return [each.about.seq for each in nags(story)]


def test_the_newest_has_the_buttons_of_all_that_is_open() -> None:
    story = declared("SEV1", POLICY)
    story.until("10:10")

    assert buttons(story) == [[], ["commander", "ack"]]
    edited = [each.key for each in story.done if isinstance(each, EditMessage)]
    assert f"edit:{nags(story)[0].key}" in edited


def test_before_the_newer_one_is_posted_the_older_keeps_its_buttons() -> None:
    story = declared("SEV1", POLICY)
    story.until("10:05")
    story.slack_is_away()
    story.until("10:10")

    assert buttons(story)[0] == ["ack"]


def test_each_part_is_answered_by_itself() -> None:
    story = declared(policy=BOTH)
    story.at("10:30")
    assert buttons(story) == [["update", "commander"]]

    story.at("10:31", PostUpdate("Rolling back."), by=BOB)
    assert buttons(story) == [["commander"]]
    story.at("10:32", AssignRole("ic", BOB), by=BOB)
    assert buttons(story) == [[]]


def test_what_is_settled_before_it_is_sent_is_not_asked_nor_told() -> None:
    story = declared(policy=BOTH)
    story.slack_is_away()
    story.at("10:30")
    story.at("10:31", PostUpdate("Rolling back."), by=BOB)
    story.slack_is_back()
    story.at("10:32")

    assert reasons(story) == [["commander"]]
    assert _told(story) == ["Reminder: no commander"]
    sent = {name_of(each.message.about): each.sent for each in _audited(story) if each.message}
    assert sent == {"update": None, "commander": clock("10:32")}


def test_log_and_timeline_list_each_part_as_what_it_was() -> None:
    story = declared(policy=BOTH)
    story.at("10:40")
    story.at("10:45", PostUpdate("Rolling back."), by=BOB)

    assert _told(story) == ["Reminder: status update due", "Reminder: no commander"]
    assert [(each.due, each.answer and each.answer.by) for each in _audited(story)] == [
        (clock("10:30"), BOB),
        (clock("10:30"), None),
    ]
    links = {each.said for each in timeline(story.incident) if each.kind == "nag"}
    assert len(links) == 1
    assert None not in links


def test_a_reminder_that_was_never_sent_is_not_in_the_timeline() -> None:
    story = declared(policy=only(update_every=minutes(30)))
    story.slack_is_away()
    story.at("10:30")
    story.at("10:31", PostUpdate("Rolling back."))
    story.slack_is_back()
    story.at("10:32")

    assert _told(story) == []


def _told(story: Story) -> list[str]:
    return [each.text for each in timeline(story.incident) if each.kind == "nag"]


def _audited(story: Story) -> list[Sent]:
    rows = audit(story.incident)
    return [each for each in rows if each.message and each.message.kind.name == "nag"]


def test_an_acknowledgement_of_anybody_takes_its_button_from_the_newest() -> None:
    story = declared("SEV1", POLICY)
    story.until("10:10")
    story.at("10:11", Acknowledge(), by=ANA)

    assert buttons(story)[-1] == ["commander"]
