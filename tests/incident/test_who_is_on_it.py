"""Paging more people never takes an acknowledgement back: who acknowledged, and whether paging
runs, are two separate facts."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.incident.deactivation import LeaveWorkspace
from bot.incident.declaring import Declare
from bot.incident.escalation import is_escalating, still_asks
from bot.incident.events import (
    Acknowledged,
    Escalated,
    HandoffOffered,
    MergedFrom,
    PageAnswered,
    Paged,
    RoleAssigned,
    Stage,
    UpdatePosted,
)
from bot.incident.handoffs import AcceptRole, OfferRole
from bot.incident.incident import Incident
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.milestones import reached_at
from bot.incident.policy import Policy
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.snoozing import Snooze
from bot.incident.timeline import timeline
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge, EscalateNow, Page
from bot.paging.policy import Chain, Step
from bot.streams.event import Command
from tests.story import (
    ANA,
    BOB,
    BOSS,
    CARL,
    DEFAULT,
    ON_CALL,
    PAT,
    POLICY,
    SAM,
    Story,
    clock,
    declared,
    minutes,
    only,
)

ESCALATE = EscalateNow(ON_CALL)
STALLS = only(DEFAULT, stalled_after=minutes(30), ack_within=minutes(5), ack_every=minutes(5))
NOBODY_ELSE = "There's no one else in line to page"


def chained(*steps: Step, repeat: int = 0, pause: float = 0) -> Policy:
    """A severity that stalls after half an hour, and a chain with these steps."""
    return only(
        Chain("own", steps, repeat, pause=minutes(pause)),
        stalled_after=minutes(30),
        ack_within=minutes(5),
        ack_every=minutes(5),
    )


def stalled(policy: Policy = STALLS, by: str = BOB, *, private: bool = False) -> Story:
    """An incident acknowledged at 10:01, with no progress for half an hour."""
    story = declared(policy=policy, private=private)
    story.at("10:01", Acknowledge(), by=by)
    assert "10:31 asks for progress" in story.until("10:31")
    return story


def on_it(story: Story) -> tuple[str, ...]:
    return story.incident.paging.acknowledged_by


def paged(story: Story, when: str) -> list[str]:
    """Who is paged until then."""
    return [each for each in story.until(when) if "pages" in each]


def targets(happened: Sequence[object]) -> list[tuple[str, ...]]:
    return [each.targets for each in happened if isinstance(each, Escalated)]


# --- escalate ------------------------------------------------------------------------------


def test_the_commander_is_neither_forgotten_nor_paged_about_his_own_incident() -> None:
    story = declared(policy=STALLS)
    story.at("10:01", Acknowledge(), by=PAT)
    story.at("10:02", AssignRole("ic", PAT), by=PAT)
    story.until("10:32")
    story.at("10:33", ESCALATE, by=ANA)

    assert on_it(story) == (PAT,)
    brought = story.until("10:59")
    assert brought == [f"10:48 pages @{BOSS}, #leads"]  # without a reminder to acknowledge
    assert paged(story, "11:08") == ["11:03 pages nobody", f"11:03 pages @{SAM}"]


def test_pages_run_until_one_of_those_who_were_asked_acknowledges() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    assert is_escalating(story.incident)

    assert story.at("10:34", Acknowledge(), by=BOB) == []  # he acknowledged already
    assert paged(story, "10:48") == [f"10:48 pages @{BOSS}, #leads"]
    assert story.at("10:50", Acknowledge(), by=BOSS) == [Acknowledged()]
    assert not is_escalating(story.incident)
    assert paged(story, "11:19") == []
    assert on_it(story) == (BOB, BOSS)


def test_somebody_else_who_comes_forward_ends_it_too() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)

    assert story.at("10:34", Acknowledge(), by=CARL) == [Acknowledged()]
    assert paged(story, "11:03") == []


def test_each_page_names_who_answered_it() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    first, second = (each for each in story.incident.history if isinstance(each.event, Escalated))
    assert not still_asks(story.incident, first)
    assert still_asks(story.incident, second)

    before = story.incident.shown[f"page:{first.seq}:{PAT}"]
    story.at("10:40", Acknowledge(), by=SAM)
    assert story.incident.shown[f"page:{first.seq}:{PAT}"] == before
    assert not still_asks(story.incident, second)


def test_the_first_acknowledgement_is_the_milestone() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:40", Acknowledge(), by=SAM)

    assert reached_at(story.incident, "acknowledged") == clock("10:01")
    assert story.incident.acknowledged_at == clock("10:01")


def test_escalated_again_it_goes_on_down_the_line() -> None:
    policy = chained(
        Step((f"@{PAT}",)), Step((f"@{SAM}",), minutes(60)), Step((f"@{BOSS}",), minutes(60))
    )
    story = stalled(policy)
    assert targets(story.at("10:33", ESCALATE, by=ANA)) == [(f"@{SAM}",)]
    with pytest.raises(Refused, match="already escalated"):
        story.at("10:34", ESCALATE, by=CARL)
    story.until("11:03")

    assert targets(story.at("11:04", ESCALATE, by=CARL)) == [(f"@{BOSS}",)]
    steps = [each for each in story.incident.history if isinstance(each.event, Escalated)]
    assert [still_asks(story.incident, each) for each in steps] == [False, True, True]
    assert on_it(story) == (BOB,)


def test_a_person_paged_a_moment_ago_is_not_the_next_in_line() -> None:
    policy = chained(
        Step((f"@{PAT}",)),
        Step((f"@{SAM}",), minutes(90)),
        Step((f"@{SAM}", f"@{BOB}", f"@{BOSS}"), minutes(90)),
    )
    story = stalled(policy)
    story.at("10:33", ESCALATE, by=ANA)
    story.until("11:03")

    (fired,) = story.at("11:04", ESCALATE, by=ANA)

    assert fired == Escalated(
        2,
        clock("11:04"),
        (f"@{BOSS}",),
        (f"@{SAM}: already paged", f"@{BOB}: already on it"),
        then="no one",
    )


def test_an_unanswered_manual_page_counts_as_asked() -> None:
    story = stalled()
    story.at("10:31", Page((SAM,)), by=BOB)
    story.until("11:01")

    assert targets(story.at("11:02", ESCALATE, by=ANA)) == [(), (f"@{BOSS}", "#leads")]


def test_they_are_asked_again_if_there_is_nobody_else() -> None:
    policy = chained(Step((f"@{PAT}",)), Step((f"@{SAM}",), minutes(90)))
    story = stalled(policy)
    story.at("10:31", Page((SAM,)), by=BOB)
    story.until("11:01")

    assert targets(story.at("11:02", ESCALATE, by=ANA)) == [(f"@{SAM}",)]


def test_the_same_person_in_several_steps_is_passed_over_in_all_of_them() -> None:
    policy = chained(
        Step((f"@{PAT}",)), Step((f"@{PAT}",), minutes(5)), Step((f"@{SAM}",), minutes(5))
    )
    story = stalled(policy, by=PAT)

    assert targets(story.at("10:33", ESCALATE, by=ANA)) == [(), (f"@{SAM}",)]


def test_if_nobody_else_is_left_that_is_said_and_nothing_happens() -> None:
    policy = chained(
        Step((f"@{PAT}",)), Step((f"@{BOB}", "oncall:third"), minutes(5)), repeat=1, pause=5
    )
    story = stalled(policy)
    story.at("10:31", Acknowledge(), by=PAT)
    story.at("10:32", Page((PAT,)), by=ANA)
    story.at("10:32", Acknowledge(), by=PAT)
    story.until("11:02")
    before = story.incident

    with pytest.raises(Refused, match=NOBODY_ELSE) as refused:
        story.at("11:03", ESCALATE, by=ANA)
    assert f"<@{BOB}>: already on it" in str(refused.value)
    assert "no one is on call for third" in str(refused.value)
    assert story.incident == before


def test_after_the_end_of_the_chain_there_is_nobody() -> None:
    story = stalled(chained(Step((f"@{PAT}",))))

    with pytest.raises(Refused, match="Everyone in line was already paged"):
        story.at("10:33", ESCALATE, by=ANA)


def test_the_question_names_whom_it_would_page() -> None:
    policy = chained(Step((f"@{PAT}",)), Step((f"@{BOB}",), minutes(5)), Step((f"@{SAM}",)))
    story = stalled(policy)

    assert targets(story.at("10:33", ESCALATE, by=ANA)) == [(), (f"@{SAM}",)]


def test_a_private_incident_asks_no_channel() -> None:
    story = stalled(private=True)
    story.at("10:33", ESCALATE, by=ANA)

    assert paged(story, "10:48") == [f"10:48 pages @{BOSS}"]
    assert on_it(story) == (BOB,)


def test_a_page_that_slack_has_not_taken_waits_for_somebody_new() -> None:
    story = stalled()
    story.slack_is_away()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", Acknowledge(), by=BOB)
    assert [key for key in story.todo() if key.startswith("page:")]

    story.at("10:35", Acknowledge(), by=CARL)
    assert not [key for key in story.todo() if key.startswith("page:")]


def test_a_page_that_was_settled_before_it_arrived_is_not_sent_when_more_people_are_asked() -> (
    None
):
    story = Story(STALLS)
    story.slack_is_away()
    story.at("10:00", Declare("Checkout is down", "SEV1", STALLS))
    story.at("10:01", Acknowledge(), by=BOB)
    story.until("10:31")
    story.at("10:33", ESCALATE, by=ANA)
    story.slack_is_back()
    story.at("10:34")

    assert [each for each in story.said if each.startswith("page")] == [f"page @{SAM}"]


def test_the_timeline_has_both() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:40", Acknowledge(), by=SAM)

    told = [
        (each.by, each.text) for each in timeline(story.incident) if each.kind in ("ack", "page")
    ]
    assert told[1:] == [(BOB, "Acknowledged"), (ANA, f"Paged <@{SAM}>"), (SAM, "Acknowledged")]


# --- actions that acknowledge --------------------------------------------------------------


def test_posting_an_update_acknowledges_an_unacknowledged_incident() -> None:
    story = declared(policy=STALLS)

    happened = story.at("10:03", PostUpdate("Looking."), by=CARL)

    assert happened == [Acknowledged(), UpdatePosted("Looking.")]
    assert story.at("10:04", PostUpdate("Found it."), by=ANA) == [UpdatePosted("Found it.")]
    assert on_it(story) == (CARL,)


@pytest.mark.parametrize("stage", [Stage.RESOLVED, Stage.CANCELLED])
def test_resolving_with_an_update_does_not_acknowledge(stage: Stage) -> None:
    story = declared(policy=STALLS)
    story.at("10:03", PostUpdate("A false alarm.", stage=stage), by=CARL)

    assert on_it(story) == ()


def test_a_paged_persons_update_acknowledges() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)

    assert story.at("10:34", PostUpdate("Looking."), by=CARL) == [UpdatePosted("Looking.")]
    assert Acknowledged() in story.at("10:35", PostUpdate("With Bob."), by=SAM)
    assert not is_escalating(story.incident)


@pytest.mark.parametrize("does", [AssignRole("ic", SAM), PostUpdate("Looking.")])
def test_commanders_and_authors_of_updates_are_not_the_next_in_line(does: Command) -> None:
    story = declared(policy=STALLS)
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:02", does, by=SAM)
    story.until("10:32")

    assert on_it(story) == (BOB,)
    assert targets(story.at("10:33", ESCALATE, by=ANA)) == [(), (f"@{BOSS}", "#leads")]


def test_being_named_commander_does_not_acknowledge() -> None:
    story = declared(policy=STALLS)
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:02", AssignRole("ic", SAM), by=ANA)
    story.until("10:32")

    assert targets(story.at("10:33", ESCALATE, by=ANA)) == [(f"@{SAM}",)]


def test_a_role_that_was_handed_over_leaves_both_on_it() -> None:
    story = declared(policy=STALLS)
    story.at("10:01", AssignRole("ic", PAT), by=PAT)
    (offered,) = story.at("10:02", OfferRole("ic", SAM), by=PAT)
    assert isinstance(offered, HandoffOffered)
    seq = next(each.seq for each in story.incident.history if each.event == offered)
    assert story.at("10:03", AcceptRole("ic", seq), by=SAM) == [RoleAssigned("ic", SAM)]
    story.until("10:33")

    assert targets(story.at("10:34", ESCALATE, by=ANA)) == [(), (f"@{BOSS}", "#leads")]
    assert on_it(story) == (PAT,)


@pytest.mark.parametrize("goes", [UnassignRole("ic"), LeaveWorkspace(BOB)])
def test_a_commander_who_leaves_stays_who_acknowledged(goes: Command) -> None:
    story = declared(policy=STALLS)
    story.at("10:01", AssignRole("ic", BOB), by=BOB)
    story.at("10:02", goes, by=BOB)

    assert on_it(story) == (BOB,)
    assert story.until("10:31") == []


def test_a_snooze_changes_nothing_of_it() -> None:
    story = stalled(only(DEFAULT, stalled_after=minutes(30), update_every=minutes(120)))
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", Snooze(minutes(20), "The backup restores."), by=BOB)

    assert paged(story, "10:48") == [f"10:48 pages @{BOSS}, #leads"]
    assert on_it(story) == (BOB,)


def test_answering_a_manual_page_stops_escalation_like_any_new_responder() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", Page((CARL,)), by=ANA)

    assert story.at("10:35", Acknowledge(), by=CARL) == [Acknowledged()]
    assert not is_escalating(story.incident)
    page = next(each for each in story.incident.history if isinstance(each.event, Paged))
    assert story.incident.paging.answered[CARL] > page.seq


def test_a_responder_answers_only_their_manual_page() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", Page((BOB,)), by=ANA)

    assert story.at("10:35", Acknowledge(), by=BOB) == [PageAnswered()]
    assert is_escalating(story.incident)


# --- severity ------------------------------------------------------------------------------


def test_a_worse_severity_passes_over_who_is_on_it() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge(), by=PAT)
    happened = story.at("10:10", ChangeSeverity("SEV0"))

    assert targets(happened) == [(), (f"@{SAM}",)]
    assert on_it(story) == (PAT,)
    assert paged(story, "10:25") == [f"10:25 pages @{BOSS}, #leads"]
    story.at("10:26", Acknowledge(), by=SAM)
    assert paged(story, "12:00") == []
    assert on_it(story) == (PAT, SAM)


def test_raised_and_lowered_it_is_as_it_was() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:10", ChangeSeverity("SEV0"))
    story.at("10:11", ChangeSeverity("SEV1"))

    assert on_it(story) == (BOB,)
    assert [each for each in story.until("11:00") if "pages" in each or "ack" in each] == []


def test_raised_again_it_asks_again() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge(), by=PAT)
    for when, severity in (("10:10", "SEV0"), ("10:11", "SEV1"), ("10:12", "SEV0")):
        story.at(when, ChangeSeverity(severity))

    assert paged(story, "10:27") == [f"10:27 pages @{BOSS}, #leads"]
    assert on_it(story) == (PAT,)


def test_raised_twice_in_a_moment_each_is_asked_once() -> None:
    story = declared("SEV2")
    story.at("10:01", Acknowledge(), by=BOB)
    story.slack_is_away()
    story.at("10:10", ChangeSeverity("SEV1"))
    story.at("10:10", ChangeSeverity("SEV0"))
    story.slack_is_back()
    story.at("10:11")

    assert [each for each in story.said if each.startswith("page")] == [f"page @{PAT}"]
    assert on_it(story) == (BOB,)


@pytest.mark.parametrize(("lowered", "goes_on"), [("SEV1", True), ("SEV2", False)])
def test_half_way_back_is_still_worse_than_they_took_it(lowered: str, goes_on: bool) -> None:
    everywhere = tuple(replace(each, escalation="default") for each in POLICY.severities)
    story = declared("SEV2", replace(POLICY, severities=everywhere))
    story.at("10:01", Acknowledge(), by=BOB)
    story.at("10:10", ChangeSeverity("SEV1"))
    story.at("10:11", ChangeSeverity("SEV0"))
    story.at("10:12", ChangeSeverity(lowered))

    assert is_escalating(story.incident) is goes_on
    assert paged(story, "10:16") == ([f"10:16 pages @{SAM}"] if goes_on else [])


def test_a_milder_severity_does_not_stop_who_was_asked_by_hand() -> None:
    policy = replace(
        POLICY,
        severities=tuple(replace(each, stalled_after=minutes(30)) for each in POLICY.severities),
    )
    story = declared("SEV0", policy)
    story.at("10:01", Acknowledge(), by=BOB)
    story.until("10:31")
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", ChangeSeverity("SEV1"))

    assert paged(story, "10:48") == [f"10:48 pages @{BOSS}, #leads"]


def test_if_all_in_line_are_on_it_the_channel_is_told_that_nobody_else_is_paged() -> None:
    chain = Chain("default", (Step((f"@{PAT}",)),))
    story = declared("SEV1", replace(POLICY, chains=(chain,)))
    story.at("10:01", Acknowledge(), by=PAT)
    happened = story.at("10:10", ChangeSeverity("SEV0"))

    assert targets(happened) == [()]
    assert story.said[-2] == "escalation here"  # then the announcement's thread
    assert on_it(story) == (PAT,)


# --- stage, merge --------------------------------------------------------------------------


def test_when_a_mitigation_fails_those_who_were_asked_still_are() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", ChangeStage(Stage.MITIGATED))
    assert paged(story, "10:50") == []
    story.at("10:51", ChangeStage(Stage.INVESTIGATING))

    assert f"10:51 pages @{BOSS}, #leads" in [
        f"10:51 pages {', '.join(each.event.targets)}"
        for each in story.incident.history
        if isinstance(each.event, Escalated)
    ]
    assert on_it(story) == (BOB,)


def test_an_answer_during_a_mitigation_counts_when_it_fails() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", ChangeStage(Stage.MITIGATED))
    assert story.at("10:35", Acknowledge(), by=SAM) == [Acknowledged()]
    story.at("10:51", ChangeStage(Stage.INVESTIGATING))

    assert paged(story, "11:10") == []


def test_reopened_they_have_it_again_also_if_more_people_had_been_asked() -> None:
    story = stalled()
    story.at("10:33", ESCALATE, by=ANA)
    story.at("10:34", ChangeStage(Stage.RESOLVED))
    story.at("10:50", Reopen())

    assert paged(story, "11:19") == []
    assert on_it(story) == (BOB,)


def other(severity: str = "SEV1") -> Story:
    story = Story()
    story.incident = Incident("INC-7")
    story.at("10:00", Declare("Payments fail", severity, POLICY), by=BOB)
    return story


def merged(severity: str = "SEV1", *, here_by: str = "") -> Story:
    """Carl has acknowledged INC-7, which is merged into INC-1."""
    here, there = declared("SEV1"), other(severity)
    there.at("10:01", Acknowledge(), by=CARL)
    if here_by:
        here.at("10:01", Acknowledge(), by=here_by)
    before, after = there.incident, here.incident
    here.at("10:02", AbsorbIncident(before))
    there.at("10:02", CloseAsMerged(after))
    assert there.until("12:00") == []
    return here


def test_after_a_merge_responders_of_both_are_kept() -> None:
    story = merged(here_by=PAT)

    assert on_it(story) == (PAT, CARL)
    assert [each for each in story.until("10:09") if "page" in each or "ack" in each] == []
    assert story.replayed() == story.incident


def test_acknowledging_an_equally_severe_merged_incident_counts() -> None:
    story = merged()

    assert on_it(story) == (CARL,)
    assert [each for each in story.until("10:09") if "page" in each or "ack" in each] == []
    assert reached_at(story.incident, "acknowledged") == clock("10:02")


def test_acknowledging_a_milder_merged_incident_counts_but_paging_continues() -> None:
    story = merged("SEV2")

    assert on_it(story) == (CARL,)
    assert [each for each in story.until("10:09") if "page" in each or "ack" in each] == [
        f"10:05 pages @{SAM}"
    ]
    assert story.at("10:09", Acknowledge(), by=CARL) == []
    assert story.at("10:09", Acknowledge(), by=SAM) == [Acknowledged()]


def test_merging_an_unacknowledged_incident_keeps_paging() -> None:
    here = declared("SEV1")
    here.at("10:02", AbsorbIncident(other().incident))
    absorbed = next(
        each.event for each in here.incident.history if isinstance(each.event, MergedFrom)
    )

    assert (absorbed.on_it, absorbed.answers) == ((), False)
    assert is_escalating(here.incident)
