"""Handoffs: who is asked, who can respond, what ends an offer, and who is notified."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.incident.events import (
    Acknowledged,
    HandoffDeclined,
    HandoffOffered,
    HandoffWithdrawn,
    RoleAssigned,
    Stage,
)
from bot.incident.handoffs import AcceptRole, DeclineRole, OfferRole, WithdrawOffer
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.merging import CloseAsMerged
from bot.incident.offers import ending, offer_of, waiting
from bot.incident.policy import Policy
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.timeline import timeline
from bot.incident.updates import PostUpdate
from bot.streams.event import Command
from tests.story import ANA, BOB, CARL, ROLES, Story, declared, minutes, only

PLAIN = only()
TIMED = Policy(
    PLAIN.severities, tuple(replace(each, handoff_within=minutes(10)) for each in ROLES)
)
BAD_USERS = [(ANA, "Name the person"), (BOB, "They're already Incident Commander")]


def offering(by: str = ANA, policy: Policy = PLAIN) -> Story:
    """Bob is commander, and Carl is asked to take over."""
    story = declared(policy=policy)
    story.at("10:01", AssignRole("ic", BOB), by=BOB)
    story.at("10:02", OfferRole("ic", CARL), by=by)
    return story


def number(story: Story) -> int:
    """The number of the newest offer."""
    return [each.seq for each in story.records if isinstance(each.event, HandoffOffered)][-1]


def told(story: Story, when: str, command: Command | None = None, by: str = ANA) -> list[str]:
    """The messages caused by offers."""
    before = len(story.said)
    story.at(when, command, by)
    return [each for each in story.said[before:] if each.startswith(("handoff", "handover"))]


# --- offered -------------------------------------------------------------------------------


def test_a_role_changes_hands_when_it_is_accepted_and_not_before() -> None:
    story = offering(by=BOB)
    assert story.said[-1] == f"handoff @{CARL}"
    assert story.incident.roles == {"ic": BOB}

    assert story.at("10:05", AcceptRole("ic", number(story)), by=CARL) == [
        RoleAssigned("ic", CARL)
    ]
    assert story.incident.roles == {"ic": CARL}
    assert waiting(story.incident, "ic") is None


def test_the_briefing_comes_when_it_is_theirs() -> None:
    story = offering()
    story.at("10:05", AcceptRole("ic", number(story)), by=CARL)

    assert f"briefing @{CARL}" in story.said


def test_accepting_command_acknowledges() -> None:
    story = declared()
    story.at("10:02", OfferRole("ic", CARL))

    happened = story.at("10:03", AcceptRole("ic", number(story)), by=CARL)
    assert happened == [RoleAssigned("ic", CARL), Acknowledged()]


def test_an_open_role_is_an_invitation() -> None:
    story = declared(policy=PLAIN)

    assert story.at("10:02", OfferRole("ol", CARL)) == [HandoffOffered("ol", CARL, "")]


@pytest.mark.parametrize(("user", "why"), BAD_USERS)
def test_nothing_is_offered_to_oneself_or_to_the_holder(user: str, why: str) -> None:
    story = declared(policy=PLAIN)
    story.at("10:01", AssignRole("ic", BOB), by=BOB)

    with pytest.raises(Refused, match=why):
        story.at("10:02", OfferRole("ic", user), by=ANA)


def test_to_ask_the_same_person_again_is_no_news() -> None:
    story = offering()

    assert story.at("10:03", OfferRole("ic", CARL), by=BOB) == []


# --- answered ------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [AcceptRole, DeclineRole])
@pytest.mark.parametrize("by", [ANA, BOB])
def test_only_who_is_asked_may_answer(answer: type[AcceptRole], by: str) -> None:
    story = offering()

    with pytest.raises(Refused, match="Only the person who was asked"):
        story.at("10:03", answer("ic", number(story)), by=by)


@pytest.mark.parametrize("answer", [AcceptRole, DeclineRole])
def test_an_answer_to_what_nobody_asked_is_refused(answer: type[AcceptRole]) -> None:
    with pytest.raises(Refused, match="Only the person who was asked"):
        offering().at("10:03", answer("ic", 1), by=CARL)


@pytest.mark.parametrize("answer", [AcceptRole, DeclineRole])
def test_two_clicks_are_one(answer: type[AcceptRole]) -> None:
    story = offering()
    story.at("10:03", answer("ic", number(story)), by=CARL)

    assert story.at("10:03", answer("ic", number(story)), by=CARL) == []


def test_a_new_offer_after_declining_ignores_the_old_response() -> None:
    story = offering()
    first = number(story)
    assert story.at("10:03", DeclineRole("ic", first), by=CARL) == [HandoffDeclined("ic")]
    story.at("10:04", OfferRole("ic", CARL))

    with pytest.raises(Refused, match="already been answered or withdrawn"):
        story.at("10:05", AcceptRole("ic", first), by=CARL)
    assert story.at("10:05", AcceptRole("ic", number(story)), by=CARL) == [
        RoleAssigned("ic", CARL)
    ]


ENDINGS: dict[str, Command] = {
    "withdrawn": WithdrawOffer("ic"),
    "a newer offer": OfferRole("ic", "U0DAN"),
    "somebody takes it": AssignRole("ic", ANA),
    "closed": ChangeStage(Stage.CANCELLED),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_an_ended_offer_stays_ended(how: str) -> None:
    story = offering()
    story.at("10:03", ENDINGS[how], by=ANA)
    if how == "closed":
        story.at("10:04", Reopen(), by=ANA)

    assert ending(story.incident, story.records[number(offering()) - 1]) is not None
    for answer in (AcceptRole, DeclineRole):
        with pytest.raises(Refused, match="already been answered or withdrawn"):
            story.at("10:05", answer("ic", number(offering())), by=CARL)


def test_somebody_elses_role_and_an_update_end_nothing() -> None:
    story = offering()
    story.at("10:03", AssignRole("ol", ANA))
    story.at("10:03", PostUpdate("Looking."))
    story.at("10:03", UnassignRole("ic"), by=BOB)

    assert story.at("10:04", AcceptRole("ic", number(story)), by=CARL) == [
        RoleAssigned("ic", CARL)
    ]


def test_there_is_nothing_to_withdraw_where_nobody_is_asked() -> None:
    story = offering()
    assert story.at("10:03", WithdrawOffer("ic")) == [HandoffWithdrawn("ic")]

    assert story.at("10:04", WithdrawOffer("ic")) == []
    assert story.at("10:04", WithdrawOffer("ol")) == []


# --- who is notified -----------------------------------------------------------------------


def test_offerer_and_holder_are_notified_of_others_actions() -> None:
    story = declared(policy=PLAIN)
    story.at("10:01", AssignRole("ic", BOB), by=BOB)

    assert told(story, "10:02", OfferRole("ic", CARL), ANA) == [
        f"handoff @{CARL}",
        f"handover @{BOB}",
    ]
    assert told(story, "10:03", DeclineRole("ic", number(story)), CARL) == [f"handover @{ANA}"]
    story.at("10:04", OfferRole("ic", CARL), by=ANA)
    accepted = AcceptRole("ic", number(story))
    assert told(story, "10:05", accepted, CARL) == [f"handover @{ANA}", f"handover @{BOB}"]


def test_withdrawing_ones_own_offer_is_not_notified() -> None:
    assert told(offering(by=BOB), "10:03", WithdrawOffer("ic"), BOB) == []
    assert told(offering(by=BOB), "10:03", WithdrawOffer("ic"), ANA) == [f"handover @{BOB}"]


def test_the_offerer_is_notified_of_another_offer_or_assignment() -> None:
    newer, taken = OfferRole("ic", "U0DAN"), AssignRole("ic", ANA)

    assert told(offering(by=BOB), "10:03", newer, ANA) == ["handoff @U0DAN", f"handover @{BOB}"]
    assert told(offering(by=BOB), "10:03", taken, ANA) == [f"handover @{BOB}"]


def test_outdated_messages_are_not_sent() -> None:
    story = declared(policy=PLAIN)
    story.slack_is_away()
    story.at("10:02", OfferRole("ic", CARL))
    story.at("10:03", WithdrawOffer("ic"))
    story.slack_is_back()
    story.at("10:04")

    assert f"handoff @{CARL}" not in story.said


def test_the_message_is_drawn_again_with_what_it_tells_and_at_the_end_once() -> None:
    story = offering()
    edit = f"edit:handoff:{number(story)}"

    def edits() -> int:
        return [each.key for each in story.done].count(edit)

    story.at("10:03", PostUpdate("Rolled back."))
    assert edits() == 1
    story.at("10:04", DeclineRole("ic", number(story)), by=CARL)
    assert edits() == 2
    story.at("10:05", PostUpdate("It is back."))
    assert edits() == 2


def test_a_private_incidents_offer_is_edited_only_for_its_visible_facts() -> None:
    story = declared("SEV1", private=True)
    story.at("10:02", OfferRole("ol", CARL))
    edit = f"edit:handoff:{number(story)}"
    story.at("10:03", PostUpdate("Rolled back."))
    assert edit not in [each.key for each in story.done]
    story.at("10:04", ChangeSeverity("SEV0"))

    assert edit in [each.key for each in story.done]


def test_an_unreachable_recipient_ends_the_offer_and_notifies_the_offerer() -> None:
    story = declared(policy=TIMED)
    story.slack_refuses("handoff:")

    assert told(story, "10:02", OfferRole("ic", BOB)) == [f"handover @{ANA}"]
    assert waiting(story.incident, "ic") is None
    assert story.until("12:00") == []


# --- unanswered ----------------------------------------------------------------------------


def test_an_offer_that_nobody_answers_is_told_once_to_whoever_made_it() -> None:
    story = offering(policy=TIMED)

    assert story.until("10:11") == []
    assert story.until("12:00") == ["10:12 HandoffUnanswered"]
    assert story.said[-1] == f"handover @{ANA}"
    offered = waiting(story.incident, "ic")
    assert offered == offer_of(story.incident, story.incident.history[-1])
    assert story.at("12:01", AcceptRole("ic", number(story)), by=CARL) == [
        RoleAssigned("ic", CARL)
    ]


@pytest.mark.parametrize("how", ENDINGS)
def test_an_ended_offer_is_not_reported_as_unanswered(how: str) -> None:
    story = offering(policy=TIMED)
    story.at("10:03", ENDINGS[how], by=ANA)
    asked = [each for each in story.until("10:12") if "Unanswered" in each]

    assert asked == []


def test_the_time_to_answer_begins_when_it_can_be_read() -> None:
    story = declared(policy=TIMED)
    story.slack_is_away()
    story.at("10:02", OfferRole("ic", CARL))
    story.slack_is_back()
    story.at("11:00")

    assert story.until("12:00") == ["11:10 HandoffUnanswered"]


def test_the_timeline_has_what_was_decided_and_not_what_was_whispered() -> None:
    story = offering(policy=TIMED)
    story.until("10:12")
    story.at("10:13", DeclineRole("ic", number(story)), by=CARL)

    assert [each.text for each in timeline(story.incident)][3:] == [
        f"Asked <@{CARL}> to be Incident Commander",
        "Declined to be Incident Commander",
    ]


def test_a_merged_incidents_offers_end() -> None:
    story, other = offering(), declared(policy=PLAIN).incident
    story.at("10:03", CloseAsMerged(replace(other, id="INC-2")))

    assert waiting(story.incident, "ic") is None
