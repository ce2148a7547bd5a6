"""Escalation: who is paged, when, in which order, and what stops it."""

import pytest

from bot.errors import Refused
from bot.incident.declaring import Declare
from bot.incident.escalation import still_asks
from bot.incident.events import Acknowledged, Escalated, RoleAssigned, Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.notes import AddNote
from bot.incident.policy import Policy
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge, EscalateNow
from bot.paging.policy import Chain, Step
from bot.streams.event import Command
from tests.story import (
    ANA,
    BOB,
    BOSS,
    DEFAULT,
    ON_CALL,
    PAT,
    SAM,
    Story,
    clock,
    declared,
    minutes,
    only,
)

PAGED = only(DEFAULT)


def pages(story: Story) -> list[str]:
    return [each for each in story.said if each.startswith("page")]


def test_the_first_is_paged_at_once_the_next_after_each_wait_and_then_all_over_again() -> None:
    story = declared(policy=PAGED)

    assert pages(story) == ["page @U0PAT"]
    assert story.until("20:00") == [
        "10:05 pages @U0SAM",
        "10:20 pages @U0BOSS, #leads",
        "10:35 pages @U0PAT",
        "10:40 pages @U0SAM",
        "10:55 pages @U0BOSS, #leads",
        "11:10 ChainEnded",
    ]
    assert story.due() is None


def test_a_step_remembers_its_number_when_it_was_due_and_at_whom_it_was_aimed() -> None:
    story = declared(policy=PAGED)

    assert story.at("10:05:03") == [Escalated(1, clock("10:05"), (f"@{SAM}",), then="others")]


@pytest.mark.parametrize(
    "answer",
    [
        Acknowledge(),
        AssignRole("ic", BOB),
        PostUpdate("Looking."),
        ChangeStage(Stage.MITIGATED),
        ChangeStage(Stage.RESOLVED),
        ChangeStage(Stage.CANCELLED),
    ],
)
def test_actions_that_stop_paging(answer: Command) -> None:
    story = declared(policy=PAGED)
    story.at("10:04", answer, by=BOB)

    assert story.until("20:00") == []


@pytest.mark.parametrize(
    "no_answer",
    [
        AssignRole("ic", BOB),  # by Ana; Bob hasn't responded
        AssignRole("ol", ANA),
        AddNote("Looking."),
        ChangeStage(Stage.IDENTIFIED),
    ],
)
def test_actions_that_do_not_stop_paging(no_answer: Command) -> None:
    story = declared(policy=PAGED)
    story.at("10:04", no_answer, by=ANA)

    assert story.until("10:05") == ["10:05 pages @U0SAM"]


def test_taking_command_acknowledges() -> None:
    story = declared(policy=PAGED)

    assert story.at("10:01", AssignRole("ic", BOB), by=BOB) == [
        RoleAssigned("ic", BOB),
        Acknowledged(),
    ]
    assert story.incident.acknowledged_by == BOB


def test_a_named_commander_acknowledges_by_taking_command() -> None:
    story = declared(policy=PAGED)
    story.at("10:01", AssignRole("ic", BOB), by=ANA)

    assert story.at("10:02", AssignRole("ic", BOB), by=BOB) == [Acknowledged()]


def test_the_first_acknowledgement_counts() -> None:
    story = declared(policy=PAGED)

    assert story.at("10:01", Acknowledge(), by=BOB) == [Acknowledged()]
    assert story.at("10:02", Acknowledge(), by=SAM) == []
    assert story.at("10:03", AssignRole("ic", SAM), by=SAM) == [RoleAssigned("ic", SAM)]
    assert story.incident.acknowledged_by == BOB


def test_a_commander_who_leaves_does_not_take_the_acknowledgement_along() -> None:
    story = declared(policy=PAGED)
    story.at("10:01", AssignRole("ic", BOB), by=BOB)
    story.at("10:02", UnassignRole("ic"), by=BOB)

    assert story.until("20:00") == []


# --- no one to page ------------------------------------------------------------------------


def test_a_step_that_reaches_nobody_is_recorded_and_skipped_at_once() -> None:
    story = Story(PAGED)
    story.on_call = {"primary": [], "secondary": [SAM]}

    happened = story.at("10:00", declare(PAGED))

    assert happened[1:] == [
        Escalated(0, clock("10:00"), (), ("no one is on call for primary",)),
        Escalated(1, clock("10:00"), (f"@{SAM}",), then="others"),
    ]
    assert story.until("10:15") == ["10:15 pages @U0BOSS, #leads"]


def test_skipped_steps_are_reported_in_one_line() -> None:
    story = Story(PAGED)
    story.on_call = {}

    story.at("10:00", declare(PAGED))

    assert story.said.count("escalation here") == 1


def test_nobody_at_all_is_told_once_not_in_every_round() -> None:
    policy = only(Chain("empty", (Step(("oncall:primary",)), Step(("oncall:secondary",))), 3,
                        pause=minutes(15)))  # fmt: skip
    story = Story(policy)
    story.on_call = {}
    story.at("10:00", declare(policy))

    assert story.until("20:00") == [
        "10:15 pages nobody",
        "10:15 pages nobody",
        "10:30 pages nobody",
        "10:30 pages nobody",
        "10:45 pages nobody",
        "10:45 pages nobody",
        "10:45 ChainEnded",
    ]
    assert story.said.count("escalation here") == 1


def test_a_page_that_slack_refuses_for_good_does_not_keep_the_next_waiting() -> None:
    story = Story(PAGED)
    story.slack_refuses("page:2:U0PAT")

    happened = story.at("10:00", declare(PAGED))

    assert [each.step for each in happened if isinstance(each, Escalated)] == [0, 1]
    assert pages(story) == ["page @U0SAM"]


def test_one_of_two_refused_is_no_reason_to_hurry() -> None:
    story = Story(PAGED)
    story.on_call = {"primary": [PAT, BOB], "secondary": [SAM]}
    story.slack_refuses("page:2:U0PAT")

    story.at("10:00", declare(PAGED))

    assert story.until("10:05") == ["10:05 pages @U0SAM"]


def test_two_on_call_are_both_paged_and_nobody_twice() -> None:
    policy = only(Chain("both", (Step(("oncall:primary", "oncall:secondary", f"@{PAT}")),)))
    story = Story(policy)
    story.on_call = {"primary": [PAT, SAM], "secondary": [SAM]}

    story.at("10:00", declare(policy))

    assert pages(story) == ["page @U0PAT", "page @U0SAM"]


def test_on_call_is_looked_up_when_the_step_fires() -> None:
    story = declared(policy=PAGED)
    story.on_call = {"primary": [ANA], "secondary": [BOB]}

    assert story.until("10:05") == ["10:05 pages @U0BOB"]


def test_the_chain_is_the_one_it_was_declared_under() -> None:
    story = declared(policy=PAGED)
    story.policy = only(Chain("default", (Step((f"@{BOSS}",)),)))

    assert story.until("10:05") == ["10:05 pages @U0SAM"]


def test_a_private_incident_is_never_told_to_a_channel() -> None:
    story = declared(policy=PAGED, private=True)
    story.until("20:00")

    assert not [each for each in story.said if "#" in each or "announce" in each]
    steps = [each.event for each in story.incident.history if isinstance(each.event, Escalated)]
    assert steps[2].missed == ("#leads isn't told about private incidents",)


# --- late ----------------------------------------------------------------------------------


def test_after_downtime_the_steps_keep_their_distance() -> None:
    story = declared(policy=PAGED)

    assert story.at("12:00") == [Escalated(1, clock("10:05"), (f"@{SAM}",), then="others")]
    assert story.until("12:16") == ["12:15 pages @U0BOSS, #leads"]


def test_after_an_outage_of_slack_nobody_wakes_up_to_two_pages() -> None:
    story = Story(PAGED)
    story.slack_is_away()
    story.at("10:00", declare(PAGED))
    story.until("10:36")
    story.slack_is_back()
    story.at("10:37")

    assert sorted(pages(story)) == ["page #leads", "page @U0BOSS", "page @U0PAT", "page @U0SAM"]


def test_a_page_that_was_never_delivered_is_dropped_when_somebody_acknowledges() -> None:
    story = Story(PAGED)
    story.slack_is_away()
    story.at("10:00", declare(PAGED))
    story.at("10:01", Acknowledge(), by=BOB)
    story.slack_is_back()
    story.at("10:02")

    assert pages(story) == []


# --- severity and stage --------------------------------------------------------------------


def test_a_worse_severity_pages_by_its_chain_and_keeps_who_is_on_it() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:10", ChangeSeverity("SEV0"))

    assert pages(story) == ["page @U0PAT"] * 2
    assert story.incident.acknowledged_by == BOB
    assert "10:15 pages @U0SAM" in story.until("10:15")


def test_a_milder_severity_does_not() -> None:
    story = declared("SEV0")
    story.at("10:03", ChangeSeverity("SEV1"))

    assert pages(story) == ["page @U0PAT"]
    assert "10:05 pages @U0SAM" in story.until("10:05")


def test_a_milder_severity_leaves_the_acknowledgement_as_it_is() -> None:
    story = declared("SEV0")
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:03", ChangeSeverity("SEV1"))

    assert story.incident.acknowledged_by == BOB


def test_a_severity_without_a_chain_ends_it() -> None:
    story = declared("SEV1")
    story.at("10:03", ChangeSeverity("SEV3"))

    assert story.until("20:00") == []


def test_a_severity_with_a_chain_begins_it() -> None:
    story = declared("SEV3")
    story.at("10:03", ChangeSeverity("SEV1"))

    assert pages(story) == ["page @U0PAT"]


def test_correcting_the_severity_afterwards_pages_nobody_and_forgets_nothing() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:02", ChangeStage(Stage.RESOLVED))
    story.at("10:30", ChangeSeverity("SEV0", "it was worse than we thought"))

    assert story.until("20:00") == []
    assert story.incident.acknowledged_by == BOB


def test_reopened_and_never_acknowledged_it_pages_again() -> None:
    story = declared(policy=PAGED)
    story.at("10:02", ChangeStage(Stage.RESOLVED))
    story.at("11:00", Reopen())

    assert pages(story) == ["page @U0PAT"] * 2
    assert story.until("11:05") == ["11:05 pages @U0SAM"]


def test_reopened_by_those_who_had_it_it_pages_nobody() -> None:
    story = declared(policy=PAGED)
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:02", ChangeStage(Stage.RESOLVED))
    story.at("11:00", Reopen())

    assert story.until("20:00") == []


def test_when_a_mitigation_fails_paging_goes_on() -> None:
    story = declared(policy=PAGED)
    story.at("10:02", ChangeStage(Stage.MITIGATED))
    assert story.until("10:30") == []

    happened = story.at("10:31", ChangeStage(Stage.INVESTIGATING))

    assert Escalated(1, clock("10:05"), (f"@{SAM}",), then="others") in happened


def test_steps_without_a_wait_fire_together() -> None:
    policy = only(Chain("fast", (Step((f"@{PAT}",)), Step((f"@{SAM}",)))))

    assert pages(declared(policy=policy)) == ["page @U0PAT", "page @U0SAM"]


def test_a_chain_may_begin_with_a_wait() -> None:
    policy = only(Chain("slow", (Step((f"@{PAT}",), after=minutes(10)),)))
    story = declared(policy=policy)

    assert pages(story) == []
    assert story.until("10:10") == ["10:10 pages @U0PAT"]


def declare(policy: Policy) -> Command:
    return Declare("Checkout is down", "SEV1", policy)


# --- escalating early ----------------------------------------------------------------------

STALLED = only(DEFAULT, stalled_after=minutes(30))


def stalled() -> Story:
    """Bob acknowledged at 10:01, then nothing happened for half an hour."""
    story = declared(policy=STALLED)
    story.at("10:01", Acknowledge(), by=BOB)
    assert story.until("10:31") == ["10:31 asks for progress"]
    return story


def test_escalating_pages_the_next_until_another_person_acknowledges() -> None:
    story = stalled()

    (fired,) = story.at("10:33", EscalateNow(ON_CALL), by=ANA)

    assert fired == Escalated(1, clock("10:33"), (f"@{SAM}",), then="others")
    assert (story.said[-2:], story.incident.acknowledged_by) == (
        [f"page @{SAM}", "escalation here"],
        BOB,
    )
    assert story.until("10:48") == [f"10:48 pages @{BOSS}, #leads"]
    story.at("10:50", Acknowledge(), by=SAM)
    assert not [each for each in story.until("11:19") if "pages" in each]


def test_the_page_that_was_answered_asks_no_more() -> None:
    story = stalled()
    story.at("10:33", EscalateNow(ON_CALL), by=ANA)

    first, second = (each for each in story.incident.history if isinstance(each.event, Escalated))
    assert not still_asks(story.incident, first)
    assert still_asks(story.incident, second)


def test_two_who_want_more_people_at_once_want_the_same() -> None:
    story = stalled()
    story.at("10:33", EscalateNow(ON_CALL), by=ANA)
    before = story.incident

    with pytest.raises(Refused, match="already escalated"):
        story.at("10:33", EscalateNow(ON_CALL), by=BOB)
    assert story.incident == before


def test_at_the_end_of_the_chain_is_nobody() -> None:
    chain = Chain("short", (Step((f"@{PAT}",)),))
    story = declared(policy=only(chain, stalled_after=minutes(30)))
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:31")

    with pytest.raises(Refused, match="Everyone in line was already paged"):
        story.at("10:33", EscalateNow(ON_CALL), by=ANA)


def test_a_step_that_reaches_nobody_is_skipped_by_hand_too() -> None:
    story = stalled()

    happened = story.at("10:33", EscalateNow({}), by=ANA)

    assert [each.targets for each in happened if isinstance(each, Escalated)] == [
        (),
        (f"@{BOSS}", "#leads"),
    ]


def test_people_who_acknowledged_are_not_the_next_in_line() -> None:
    story = declared(policy=STALLED)
    story.at("10:01", Acknowledge(), by=SAM)
    assert story.until("10:31") == ["10:31 asks for progress"]

    happened = story.at("10:33", EscalateNow(ON_CALL), by=ANA)

    assert [each.targets for each in happened if isinstance(each, Escalated)] == [
        (),
        (f"@{BOSS}", "#leads"),
    ]
    assert happened[0] == Escalated(1, clock("10:33"), (), (f"@{SAM}: already on it",))


def test_reopened_it_begins_at_the_first_in_line() -> None:
    story = stalled()
    story.at("10:40", ChangeStage(Stage.RESOLVED))
    story.at("11:00", Reopen())
    assert story.until("11:30") == ["11:30 asks for progress"]

    (fired,) = story.at("11:31", EscalateNow(ON_CALL), by=ANA)

    assert fired == Escalated(0, clock("11:31"), (f"@{PAT}",), then="others")
