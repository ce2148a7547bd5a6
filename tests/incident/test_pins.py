"""Pinned messages are in the timeline with their current text; unpinned, edited and deleted as in
Slack."""

from bot.incident.events import (
    CLOCK,
    ChannelOpened,
    PinDeleted,
    PinRead,
    PostmortemDrafted,
    Stage,
)
from bot.incident.kind import INCIDENT
from bot.incident.lifecycle import ChangeStage
from bot.incident.pins import FollowDeletion, FollowEdit, How, PinMessage, UnpinMessage
from bot.incident.timeline import DELETED, NO_TEXT, NOT_READ, Entry, timeline
from bot.streams.event import Command
from tests.story import ANA, BOB, CARL, Story, clock, declared, only

SAID = "Errors began with the deploy."  # by Carl
AT = f"{clock('09:58').timestamp():.6f}"


def pinned(story: Story) -> list[Entry]:
    return [each for each in timeline(story.incident) if each.kind == "pinned"]


def pin(*commands: object, story: Story | None = None) -> Story:
    story = story or declared(policy=only())
    for number, command in enumerate(commands):
        story.at(f"10:{10 + number}", command, by=BOB)  # type: ignore[arg-type]
    return story


def is_no_news(story: Story, when: str, command: Command) -> bool:
    before = story.incident.version
    story.at(when, command, by=BOB)
    return story.incident.version == before


def test_it_stands_where_it_was_written_and_says_who_pinned_it() -> None:
    story = pin(PinMessage(AT))

    first = timeline(story.incident)[0]
    assert (first.at, first.by, first.kind) == (clock("09:58"), CARL, "pinned")
    assert (first.text, first.pinned_by) == (SAID, BOB)
    assert first.said is not None
    assert (first.said.channel, first.said.ts) == ("C0INC", AT)


def test_it_is_in_the_record_before_slack_has_read_it_out() -> None:
    story = declared(policy=only())
    story.slack_is_away()
    pin(PinMessage(AT), story=story)

    assert [each.text for each in pinned(story)] == [NOT_READ]
    assert story.todo() == [f"read:{AT}"]
    story.slack_is_back()
    assert story.deliver() == [f"read:{AT}"]
    assert [each.text for each in pinned(story)] == [SAID]


def test_a_message_is_read_once() -> None:
    story = pin(PinMessage(AT, CARL, "by a shortcut"))

    assert [each.text for each in pinned(story)] == ["by a shortcut"]
    assert f"read:{AT}" not in [each.key for each in story.done]


def test_the_same_person_pins_once() -> None:
    story = pin(PinMessage(AT))

    assert story.at("10:20", PinMessage(AT), by=BOB) == []


def test_it_stays_until_the_last_of_them_takes_it_out() -> None:
    story = pin(PinMessage(AT))
    story.at("10:20", PinMessage(AT), by=ANA)
    story.at("10:21", UnpinMessage(AT), by=BOB)
    assert [each.pinned_by for each in pinned(story)] == [ANA]

    story.at("10:22", UnpinMessage(AT), by=ANA)
    assert pinned(story) == []
    assert story.at("10:23", UnpinMessage(AT), by=ANA) == []


def test_only_the_person_who_pinned_can_unpin() -> None:
    story = pin(PinMessage(AT))

    assert story.at("10:20", UnpinMessage(AT), by=CARL) == []
    assert len(pinned(story)) == 1


def test_an_edit_shows_and_is_marked() -> None:
    story = pin(PinMessage(AT), FollowEdit(AT, CARL, "It was the config."))

    assert [each.text for each in pinned(story)] == ["It was the config. (edited)"]
    assert is_no_news(story, "10:30", FollowEdit(AT, CARL, "It was the config."))


def test_an_edit_that_overtakes_the_reading_stays() -> None:
    story = declared(policy=only())
    story.slack_is_away()
    pin(PinMessage(AT), FollowEdit(AT, CARL, "It was the config."), story=story)
    story.slack_is_back()

    assert story.deliver() == []
    story._happen(
        [PinRead(AT, CARL, "It was the deploy.")], CLOCK
    )  # read before the edit, recorded after it
    assert [each.text for each in pinned(story)] == ["It was the config. (edited)"]


def test_an_older_edit_that_is_told_late_is_no_news() -> None:
    second = FollowEdit(AT, CARL, "It was the config.", "1795281390.000000")
    first = FollowEdit(AT, CARL, "It was the disk.", "1795281389.000000")
    story = pin(PinMessage(AT), second)

    assert is_no_news(story, "10:30", first)
    assert is_no_news(story, "10:31", second)
    assert [each.text for each in pinned(story)] == ["It was the config. (edited)"]


def test_an_edit_that_was_read_already_is_no_news() -> None:
    story = declared(policy=only())
    story.slack_is_away()
    pin(PinMessage(AT), story=story)
    story._happen([PinRead(AT, CARL, "It was the config.", "1795281390.000000")], CLOCK)

    older = FollowEdit(AT, CARL, "It was the disk.", "1795281389.000000")
    assert is_no_news(story, "10:30", older)
    assert [each.text for each in pinned(story)] == ["It was the config."]


def test_a_deleted_message_says_so_without_its_words() -> None:
    story = pin(PinMessage(AT), FollowDeletion(AT))

    assert [(each.by, each.text) for each in pinned(story)] == [(CARL, DELETED)]
    assert is_no_news(story, "10:30", FollowDeletion(AT))
    assert is_no_news(story, "10:31", FollowEdit(AT, CARL, "too late"))


def test_a_message_deleted_before_reading_is_not_read() -> None:
    story = declared(policy=only())
    story.slack_is_away()
    pin(PinMessage(AT), FollowDeletion(AT), story=story)

    assert story.todo() == []
    assert [each.text for each in pinned(story)] == [DELETED]


def test_events_of_unpinned_messages_are_ignored() -> None:
    story = declared(policy=only())

    assert is_no_news(story, "10:10", FollowEdit(AT, CARL, "words"))
    assert is_no_news(story, "10:11", FollowDeletion(AT))


def test_messages_can_be_pinned_after_closing() -> None:
    story = declared(policy=only())
    story.at("10:05", ChangeStage(Stage.CANCELLED))
    pin(PinMessage(AT), story=story)

    assert [each.text for each in pinned(story)] == [SAID]


def test_nothing_is_read_in_a_channel_that_is_gone() -> None:
    story = declared(policy=only())
    story.slack_refuses("read:", "is_archived")
    pin(PinMessage(AT), story=story)

    assert story.incident.channel_lost == "is_archived"
    assert [each.text for each in pinned(story)] == [NOT_READ]
    assert isinstance(story.records[1].event, ChannelOpened)


def test_a_deletion_after_the_draft_asks_for_a_new_one() -> None:
    story = pin(PinMessage(AT))
    drafted = PostmortemDrafted("https://acme.slack.com/files/1", 0)
    story._happen([drafted], CLOCK)
    assert "draft" not in [each.key for each in INCIDENT.heavy_effects(story.incident)]

    story.at("10:30", FollowDeletion(AT), by=BOB)
    assert "draft" in [each.key for each in INCIDENT.heavy_effects(story.incident)]


def test_a_deletion_that_the_draft_found_asks_for_none() -> None:
    story = pin(PinMessage(AT))
    story._happen([PostmortemDrafted("https://acme.slack.com/files/1", 0), PinDeleted(AT)], CLOCK)

    assert [each.text for each in pinned(story)] == [DELETED]
    assert list(INCIDENT.heavy_effects(story.incident)) == []


def test_slacks_own_pin_counts_once_and_anybody_removes_it() -> None:
    story = pin(PinMessage(AT, how=How.SLACK))
    assert story.at("10:20", PinMessage(AT, how=How.SLACK), by=ANA) == []
    assert [each.pinned_by for each in pinned(story)] == [BOB]

    story.at("10:21", UnpinMessage(AT, How.SLACK), by=ANA)
    assert pinned(story) == []


def test_each_way_of_pinning_is_taken_back_by_itself() -> None:
    story = pin(*(PinMessage(AT, how=how) for how in How))
    for number, how in enumerate(How):
        assert [each.pinned_by for each in pinned(story)] == [BOB]
        story.at(f"10:2{number}", UnpinMessage(AT, how), by=BOB)
    assert pinned(story) == []


def test_the_pinned_card_is_not_an_entry() -> None:
    story = declared(policy=only())
    card = story.incident.said["card"].ts
    assert story.at("10:20", PinMessage(card, how=How.SLACK), by=ANA) == []
    assert pinned(story) == []


def test_a_reply_is_linked_in_its_thread() -> None:
    story = pin(PinMessage(AT, CARL, "in a thread", thread_ts="1.5"))
    said = pinned(story)[0].said
    assert said is not None
    assert (said.ts, said.thread_ts) == (AT, "1.5")


def test_an_apps_message_is_told_under_the_apps_name() -> None:
    story = pin(PinMessage(AT, "", "DB is down", app="Nagios"))
    assert [(each.app, each.pinned_by) for each in pinned(story)] == [("Nagios", BOB)]


def test_a_message_without_text_says_so() -> None:
    story = pin(PinMessage(AT, CARL, ""))
    assert [each.text for each in pinned(story)] == [NO_TEXT]
