"""A person who holds a role for long gets a private suggestion to hand it over."""

from dataclasses import replace

from bot.incident.events import RoleHeldTooLong, Stage
from bot.incident.handoffs import AcceptRole, DeclineRole, OfferRole
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.policy import Policy
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.timeline import timeline
from tests.story import ANA, BOB, CARL, ROLES, Story, clock, declared, minutes, only

LONG = Policy(
    only().severities, tuple(replace(each, fatigue_after=minutes(240)) for each in ROLES[:2])
)


def commanding() -> Story:
    """Bob has been commander since 10:00."""
    story = declared(policy=LONG)
    story.at("10:00", AssignRole("ic", BOB), by=BOB)
    return story


def asked(story: Story) -> int:
    return story.said.count(f"fatigue @{BOB}")


def test_the_holder_is_asked_once_in_so_long_and_nobody_else_reads_it() -> None:
    story = commanding()

    assert story.until("22:00") == ["14:00 HeldLong", "18:00 HeldLong", "22:00 HeldLong"]
    assert asked(story) == 3
    assert [each.kind for each in timeline(story.incident)] == ["declared", "role", "ack"]


def test_a_role_without_a_length_is_held_for_ever() -> None:
    story = declared(policy=only())
    story.at("10:00", AssignRole("ic", BOB), by=BOB)

    assert story.until("40:00") == []


def test_each_role_has_its_own_time_and_each_holder_a_new_one() -> None:
    story = commanding()
    story.at("11:00", AssignRole("ol", BOB), by=BOB)
    story.at("13:00", AssignRole("ic", CARL), by=CARL)

    assert story.until("17:00") == ["15:00 HeldLong", "17:00 HeldLong"]
    assert story.said[-1] == f"fatigue @{CARL}"


def test_a_person_who_left_the_role_gets_no_suggestion() -> None:
    story = commanding()
    story.at("13:59", UnassignRole("ic"), by=BOB)

    assert story.until("20:00") == []


def test_a_pending_offer_postpones_the_suggestion_until_declined() -> None:
    story = commanding()
    story.at("13:00", OfferRole("ic", CARL), by=BOB)
    assert story.until("15:00") == []

    offer = story.incident.history[-1].seq
    assert RoleHeldTooLong("ic", BOB, clock("14:00")) in story.at(
        "15:00", DeclineRole("ic", offer), by=CARL
    )
    assert story.until("19:00") == ["19:00 HeldLong"]


def test_when_it_is_over_nobody_is_asked_and_reopened_the_time_begins_anew() -> None:
    story = commanding()
    story.at("13:00", ChangeStage(Stage.RESOLVED))
    assert story.until("20:00") == []
    assert len(story.at("20:00", Reopen())) == 1

    assert story.until("24:00") == ["00:00 HeldLong"]


def test_after_a_silence_of_slack_only_the_last_question_is_asked() -> None:
    story = commanding()
    story.slack_is_away()
    story.until("23:00")
    story.slack_is_back()
    story.at("23:00")

    assert asked(story) == 1


def test_a_question_that_somebody_else_answered_is_not_asked() -> None:
    story = commanding()
    story.slack_is_away()
    story.until("14:30")
    story.at("14:31", AssignRole("ic", ANA))
    story.slack_is_back()
    story.at("14:32")

    assert asked(story) == 0


def test_the_question_shows_what_became_of_it() -> None:
    story = commanding()
    story.until("14:00")
    question = story.incident.history[-1].seq

    def edits() -> int:
        return [each.key for each in story.done].count(f"edit:fatigue:{question}")

    story.at("14:05", OfferRole("ic", CARL), by=BOB)
    assert edits() == 1
    story.at("14:06", AcceptRole("ic", story.incident.history[-1].seq), by=CARL)
    assert edits() == 2
