"""Subscribers: which updates they get, and until when."""

import pytest

from bot.errors import Refused
from bot.incident.access import may_act
from bot.incident.audit import audit
from bot.incident.card import problems
from bot.incident.deactivation import LeaveWorkspace
from bot.incident.events import CLOCK, Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.members import RecordJoin, RecordLeave
from bot.incident.subscribers import mail_key, of_user
from bot.incident.subscriptions import (
    SUBSCRIPTIONS_MAX,
    ConfirmSubscription,
    EndSubscription,
    Subscribe,
    Unsubscribe,
    parse_address,
)
from bot.incident.timeline import timeline
from bot.incident.updates import PostUpdate
from bot.streams.access import NO_GRANTS
from bot.streams.actor import User
from tests.story import ANA, BOB, CARL, Story, clock, declared

OWN, OTHER = "bob@example.com", "team@other.example"
TO_BOB = f"subscription @{BOB}"
HELLO = PostUpdate("Rolled back.")


def told(story: Story) -> list[str]:
    """The messages sent to subscribers, in order."""
    return [each for each in story.said if each.startswith("subscription ")]


def mails_due(story: Story) -> list[str]:
    """The key of each mail that was due, sent or not."""
    due = [each.key for each in audit(story.incident) if each.key.startswith("mail:")]
    assert len(set(due)) == len(due)
    return due


def number(story: Story) -> int:
    return max(story.incident.subscriptions)


def test_a_subscriber_is_told_of_each_update_from_then_on() -> None:
    story = declared()
    story.at("10:01", HELLO)
    story.at("10:02", Subscribe(), by=BOB)
    assert told(story) == []
    story.at("10:05", HELLO)
    story.at("10:06", HELLO, by=BOB)
    assert told(story) == [TO_BOB, TO_BOB]


def test_a_subscriber_is_told_of_stages_and_a_stage_with_an_update_once() -> None:
    story = declared()
    story.at("10:01", Subscribe(), by=BOB)
    story.at("10:05", PostUpdate("It was the deploy.", stage=Stage.IDENTIFIED))
    assert told(story) == [TO_BOB]
    story.at("10:09", ChangeStage(Stage.RESOLVED))
    assert told(story) == [TO_BOB, TO_BOB]


def test_subscribing_twice_is_once() -> None:
    story = declared()
    story.at("10:01", Subscribe(), by=BOB)
    assert story.at("10:02", Subscribe(), by=BOB) == []
    story.at("10:05", HELLO)
    assert told(story) == [TO_BOB]


def test_unsubscribed_people_get_no_more_updates() -> None:
    story = declared()
    story.at("10:01", Subscribe(), by=BOB)
    story.at("10:01", Subscribe(OWN), by=BOB)
    story.at("10:02", Unsubscribe(), by=BOB)
    before = told(story)
    story.at("10:05", HELLO)
    assert told(story) == before
    assert story.at("10:06", Unsubscribe(), by=BOB) == []


def test_one_address_can_be_unsubscribed_alone() -> None:
    story = declared()
    story.at("10:01", Subscribe(), by=BOB)
    story.at("10:01", Subscribe(OWN), by=BOB)
    story.at("10:02", Unsubscribe(OWN), by=BOB)
    before = told(story)
    story.at("10:05", HELLO)
    assert told(story)[len(before) :] == [TO_BOB]


def test_pending_updates_are_dropped_when_unsubscribing() -> None:
    story = declared()
    story.at("10:01", Subscribe(), by=BOB)
    story.slack_is_away()
    story.at("10:05", HELLO)
    story.at("10:06", Unsubscribe(), by=BOB)
    story.slack_is_back()
    story.at("10:07")
    assert told(story) == []


def test_ones_own_address_is_used_at_once() -> None:
    story = declared()
    story.at("10:01", Subscribe(OWN), by=BOB)
    assert told(story) == [TO_BOB]  # the confirmation
    story.at("10:05", HELLO)
    assert told(story)[1:] == [f"subscription mailto:{OWN}"]


def test_another_address_hears_nothing_but_the_question_until_it_is_confirmed() -> None:
    story = declared()
    story.at("10:01", Subscribe(OTHER), by=BOB)
    asked = [TO_BOB, f"subscription mailto:{OTHER}"]
    assert told(story) == asked
    story.at("10:05", HELLO)
    assert told(story) == asked
    assert len(mails_due(story)) == 1
    story.at("10:06", ConfirmSubscription(number(story)), by=BOB)
    story.at("10:07", ConfirmSubscription(number(story)), by=BOB)
    story.at("10:09", HELLO)
    assert told(story) == [*asked, TO_BOB, f"subscription mailto:{OTHER}"]


def test_a_link_works_for_a_day() -> None:
    story = declared()
    story.at("10:01", Subscribe(OTHER), by=BOB)
    with pytest.raises(Refused, match="expired"):
        story.at("34:01", ConfirmSubscription(number(story)), by=BOB)
    story.at("34:02", Subscribe(OTHER), by=BOB)
    assert story.at("34:03", ConfirmSubscription(number(story)), by=BOB)


def test_a_link_that_was_withdrawn_confirms_nothing() -> None:
    story = declared()
    story.at("10:01", Subscribe(OTHER), by=BOB)
    first = number(story)
    story.at("10:02", Subscribe(OTHER), by=BOB)
    for ended in (first, 999):
        with pytest.raises(Refused, match="has ended"):
            story.at("10:03", ConfirmSubscription(ended), by=BOB)


def test_a_private_incident_is_mailed_to_no_other_address() -> None:
    story = declared(private=True)
    story.at("10:01", Subscribe(OTHER), by=ANA)
    assert told(story) == [f"subscription @{ANA}"]
    assert mails_due(story) == []
    with pytest.raises(Refused):
        story.at("10:02", ConfirmSubscription(number(story)), by=ANA)
    story.at("10:03", Subscribe("ana@example.com"), by=ANA)
    before = told(story)
    story.at("10:05", HELLO)
    assert told(story)[len(before) :] == ["subscription mailto:ana@example.com"]


def test_a_private_incident_is_told_to_nobody_who_may_not_see_it() -> None:
    story = declared(private=True)
    with pytest.raises(Refused):
        story.at("10:01", Subscribe(), by=BOB)
    story.at("10:02", RecordJoin(BOB), by=BOB)
    story.at("10:03", Subscribe(), by=BOB)
    story.at("10:03", Subscribe(OWN), by=BOB)
    before = told(story)
    story.slack_is_away()
    story.at("10:05", HELLO)
    story.at("10:06", RecordLeave(BOB), by=BOB)
    story.slack_is_back()
    story.at("10:07", HELLO)
    story.at("10:08", RecordJoin(BOB), by=BOB)
    story.at("10:09", HELLO)
    assert told(story) == before
    assert story.replayed() == story.incident


def test_having_been_a_subscriber_lets_nobody_act_on_a_private_incident() -> None:
    story = declared(private=True)
    story.at("10:02", RecordJoin(BOB), by=BOB)
    story.at("10:03", Subscribe(), by=BOB)
    story.at("10:04", HELLO)
    assert may_act(User(BOB), story.incident, NO_GRANTS).allowed
    story.at("10:06", RecordLeave(BOB), by=BOB)
    assert not may_act(User(BOB), story.incident, NO_GRANTS).allowed


@pytest.mark.parametrize("end", [Stage.RESOLVED, Stage.CANCELLED])
def test_deactivated_people_get_no_more_updates(end: Stage) -> None:
    story = declared()
    story.at("10:01", Subscribe(OWN), by=BOB)
    story.at("10:02", ChangeStage(end))
    story.at("10:05", LeaveWorkspace(BOB), by=CLOCK)
    assert of_user(story.incident, BOB) == []


def test_a_person_has_five_subscriptions_at_most() -> None:
    story = declared()
    story.at("10:01", Subscribe(), by=BOB)
    for count in range(1, SUBSCRIPTIONS_MAX):
        story.at("10:02", Subscribe(f"b{count}@other.example"), by=BOB)
    with pytest.raises(Refused, match="5 subscriptions"):
        story.at("10:03", Subscribe("one@more.example"), by=BOB)
    assert story.at("10:04", Subscribe(), by=CARL)
    story.at("10:05", Unsubscribe("b1@other.example"), by=BOB)
    assert story.at("10:06", Subscribe("one@more.example"), by=BOB)


def test_two_subscribers_with_one_address_get_one_mail() -> None:
    story = declared()
    for person in (BOB, CARL):
        story.at("10:01", Subscribe(OTHER), by=person)
        story.at("10:02", ConfirmSubscription(number(story)), by=person)
    before = len(told(story))
    story.at("10:05", HELLO)
    assert told(story)[before:] == [f"subscription mailto:{OTHER}"]
    assert len(mails_due(story)) == 3  # two confirmation requests, one update
    story.at("10:06", EndSubscription(min(story.incident.subscriptions)), by=BOB)
    story.at("10:07", HELLO)
    assert told(story)[before + 1 :] == [f"subscription mailto:{OTHER}"]


def test_a_mail_that_was_refused_is_told_to_the_subscriber_and_stands_in_the_audit() -> None:
    story = declared()
    story.at("10:01", Subscribe(OWN), by=BOB)
    before = told(story)
    story.slack_refuses("mail:", "in doubt")
    story.at("10:05", HELLO)
    assert told(story)[len(before) :] == [TO_BOB]
    (mail,) = (each for each in audit(story.incident) if each.key.startswith("mail:"))
    assert mail.refused == "in doubt"
    assert problems(story.incident) == []  # no one else can fix it


def test_the_timeline_tells_nobody_who_reads_along() -> None:
    story = declared()
    before = timeline(story.incident)
    story.at("10:01", Subscribe(OTHER), by=BOB)
    story.at("10:02", ConfirmSubscription(number(story)), by=BOB)
    story.at("10:03", Unsubscribe(), by=BOB)
    assert timeline(story.incident) == before


def test_keys_and_failures_show_no_address() -> None:
    assert OTHER not in mail_key(7, OTHER)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "ana",
            "@example.com",
            "ana@",
            "ana@localhost",
            "a b@example.com",
            "a@b@example.com",
        ),
        *("ana@example.com\nBcc: all@example.com", "ana@example.com, bob@example.com"),
        *('"ana"@example.com', "<ana@example.com>", f"{'a' * 65}@example.com", "ana@exämple.com"),
        f"ana@{'a' * 250}.com",
    ],
)
def test_an_invalid_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="isn't an e-mail address"):
        parse_address(typed)


def test_requests_are_dated_for_their_links() -> None:
    story = declared()
    story.at("10:01", Subscribe(OTHER), by=BOB)
    assert story.incident.subscriptions[number(story)].requested_at == clock("10:01")
