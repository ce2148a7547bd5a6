"""Visibility of a private incident: its members, until they leave, and no one else."""

from bot.incident.access import may_act
from bot.incident.declaring import Declare
from bot.incident.events import HandoffWithdrawn, MemberJoined, RoleEmptied, TaskAssigned
from bot.incident.handoffs import OfferRole
from bot.incident.members import RecordJoin, RecordLeave, may_see
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.tasks import AddTask
from bot.paging.commands import Page
from bot.streams.access import NO_GRANTS
from bot.streams.actor import User
from tests.story import ANA, BOB, CARL, PAT, POLICY, Story, declared, only


def seen_by(story: Story) -> set[str]:
    return {user for user in (ANA, BOB, CARL, PAT) if may_see(User(user), story.incident)}


def private() -> Story:
    return declared(policy=only(), private=True)


def test_a_public_one_is_for_everybody() -> None:
    story = declared(policy=only())
    story.at("10:01", RecordLeave(ANA), by=ANA)

    assert seen_by(story) == {ANA, BOB, CARL, PAT}
    assert story.at("10:02", RecordJoin(BOB), by=BOB) == []


def test_a_private_one_is_for_whoever_declared_it() -> None:
    assert seen_by(private()) == {ANA}


def test_role_holders_may_see_it_even_after_losing_the_role() -> None:
    story = private()
    story.at("10:01", AssignRole("ol", BOB))
    assert seen_by(story) == {ANA, BOB}

    story.at("10:02", UnassignRole("ol"))
    assert seen_by(story) == {ANA, BOB}  # they are in the channel


def test_channel_members_may_see_it_until_they_leave() -> None:
    story = private()
    joined = story.at("10:01", RecordJoin(CARL), by=CARL)
    assert joined == []  # it isn't a decision
    assert seen_by(story) == {ANA, CARL}
    assert isinstance(story.records[-1].event, MemberJoined)
    version = story.incident.version
    story.at("10:02", RecordJoin(CARL), by=CARL)
    assert story.incident.version == version

    story.at("10:03", RecordLeave(CARL), by=CARL)
    assert seen_by(story) == {ANA}
    version = story.incident.version
    story.at("10:04", RecordLeave(CARL), by=CARL)
    assert story.incident.version == version


def test_a_declarer_who_left_the_channel_may_not_see_it() -> None:
    story = private()
    story.at("10:01", RecordLeave(ANA), by=ANA)

    assert seen_by(story) == set()
    assert "member:U0ANA" not in story.todo()  # no one is invited again


def test_a_person_who_left_is_invited_again_for_a_role() -> None:
    story = private()
    story.at("10:01", AssignRole("ol", BOB))
    story.at("10:02", RecordLeave(BOB), by=BOB)
    before = [each.key for each in story.done]
    story.at("10:03", AssignRole("scribe", BOB))

    assert [each.key for each in story.done].count("member:U0BOB") == 1 + before.count(
        "member:U0BOB"
    )
    assert seen_by(story) == {ANA, BOB}


def test_paged_people_may_answer_and_see_it_once_invited() -> None:
    story = declared(private=True)
    assert may_see(User(PAT), story.incident)
    assert not may_act(User(BOB), story.incident, NO_GRANTS).allowed


def test_paged_people_who_cannot_be_invited_may_only_answer() -> None:
    story = Story()
    story.slack_refuses("member:U0PAT", "user_is_restricted")
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY, private=True))

    assert not may_see(User(PAT), story.incident)
    assert may_act(User(PAT), story.incident, NO_GRANTS).allowed


def test_people_who_leave_a_private_one_give_up_what_they_had_there() -> None:
    story = private()
    story.at("10:01", AssignRole("ol", BOB))
    story.at("10:02", AddTask("Restart the pods", BOB))
    story.at("10:03", OfferRole("scribe", BOB))

    assert story.at("10:04", RecordLeave(BOB), by=BOB) == [
        RoleEmptied("ol"),
        HandoffWithdrawn("scribe"),
        TaskAssigned(1, ""),
    ]
    assert seen_by(story) == {ANA}
    assert not may_act(User(BOB), story.incident, NO_GRANTS).allowed
    assert story.replayed() == story.incident


def test_an_old_page_or_offer_lets_no_one_back_in() -> None:
    story = declared(private=True)
    story.at("10:01", RecordJoin(BOB), by=BOB)
    story.at("10:01", OfferRole("scribe", BOB))
    for user in (PAT, BOB):
        story.at("10:02", RecordLeave(user), by=user)
        assert not may_act(User(user), story.incident, NO_GRANTS).allowed

    story.at("10:03", Page((PAT,), "we need you again"))
    assert may_act(User(PAT), story.incident, NO_GRANTS).allowed
    assert not may_act(User(BOB), story.incident, NO_GRANTS).allowed
