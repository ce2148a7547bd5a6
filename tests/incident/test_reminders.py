"""Reminders: when they are due, how often, what resolves them, and what happens to late ones."""

from datetime import timedelta

import pytest

from bot.incident.events import Reminded, Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.notes import AddNote
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge
from tests.story import ANA, BOB, POLICY, Story, clock, declared, minutes, only

PACED = only(update_every=minutes(30))


def nags(story: Story) -> int:
    return story.said.count("nag here")


# --- update reminder -----------------------------------------------------------------------


def test_an_update_is_asked_for_at_the_severitys_pace_until_it_comes() -> None:
    story = declared(policy=PACED)

    assert story.until("11:40") == [
        "10:30 asks for update",
        "11:00 asks for update",
        "11:30 asks for update",
    ]
    story.at("11:40", PostUpdate("Rolling back."))
    assert story.until("12:10") == ["12:10 asks for update"]
    assert nags(story) == 4


def test_the_pace_counts_from_the_last_update() -> None:
    story = declared(policy=PACED)
    story.at("10:29", PostUpdate("Looking."))

    assert story.until("10:58") == []
    assert story.due() == "10:59"


@pytest.mark.parametrize("when", ["10:29", "10:29:59"])
def test_nothing_is_asked_before_its_time(when: str) -> None:
    assert declared(policy=PACED).at(when) == []


def test_other_actions_do_not_count_as_updates() -> None:
    story = declared(policy=PACED)
    story.at("10:10", AddNote("The graph is back."))
    story.at("10:20", AssignRole("ic", BOB), by=BOB)

    assert story.until("10:30") == ["10:30 asks for update"]


@pytest.mark.parametrize("stage", [Stage.RESOLVED, Stage.CANCELLED])
def test_when_it_is_over_no_update_is_asked_for(stage: Stage) -> None:
    story = declared(policy=PACED)
    story.at("10:10", ChangeStage(stage))

    assert (story.until("20:00"), story.due()) == ([], None)


def test_mitigated_is_not_over() -> None:
    story = declared(policy=PACED)
    story.at("10:10", ChangeStage(Stage.MITIGATED))

    assert story.until("10:30") == ["10:30 asks for update"]


def test_reopened_the_pace_begins_anew() -> None:
    story = declared(policy=PACED)
    story.at("10:10", ChangeStage(Stage.RESOLVED))

    assert len(story.at("15:00", Reopen("It is back."))) == 1  # nothing is overdue yet
    assert story.until("15:30") == ["15:30 asks for update"]


def test_a_promise_is_kept_instead_of_the_pace_and_then_the_pace_is_back() -> None:
    story = declared(policy=PACED)
    story.at("10:10", PostUpdate("Restoring a backup.", next_update=timedelta(hours=2)))

    assert story.until("13:15") == ["12:10 asks for update", "12:40 asks for update",
                                    "13:10 asks for update"]  # fmt: skip


def test_a_promise_holds_until_the_next_update() -> None:
    story = declared(policy=PACED)
    story.at("10:10", PostUpdate("Restoring.", next_update=timedelta(hours=2)))
    story.at("10:20", PostUpdate("It failed."))

    assert story.due() == "10:50"


def test_a_promise_does_not_outlive_its_severity() -> None:
    story = declared("SEV2")
    story.at("10:10", PostUpdate("Restoring.", next_update=timedelta(hours=4)))
    story.at("10:12", ChangeSeverity("SEV0"))
    story.at("10:13", Acknowledge())

    assert "10:25 asks for update" in story.until("10:25")


def test_a_severity_without_a_pace_asks_for_no_updates() -> None:
    story = declared("SEV3")

    assert (story.until("20:00"), story.due()) == ([], None)


# --- late ----------------------------------------------------------------------------------


def test_after_downtime_comes_one_late_nag_and_then_the_pace_from_there() -> None:
    story = declared(policy=PACED)

    assert story.at("14:20") == [Reminded("update", clock("10:30"))]
    assert story.until("15:25") == ["14:50 asks for update", "15:20 asks for update"]


def test_a_nag_that_is_a_little_late_keeps_the_beat() -> None:
    story = declared(policy=PACED)
    story.at("10:30:20")

    assert story.due() == "11:00"


def test_while_slack_is_away_no_second_nag_is_waiting_behind_the_first() -> None:
    story = declared(policy=PACED)
    story.slack_is_away()
    assert story.until("14:00") == ["10:30 asks for update"]

    story.slack_is_back()
    story.at("14:10")

    assert nags(story) == 1
    assert story.until("14:45") == ["14:40 asks for update"]


def test_a_nag_that_was_never_delivered_is_dropped_when_the_update_comes() -> None:
    story = declared(policy=PACED)
    story.slack_is_away()
    story.at("10:30")
    story.at("10:31", PostUpdate("Rolling back."))
    story.slack_is_back()
    story.at("10:32")

    assert nags(story) == 0
    assert story.until("11:01") == ["11:01 asks for update"]
    assert nags(story) == 1


def test_an_update_in_the_same_moment_as_the_nag_answers_it() -> None:
    story = declared(policy=PACED)
    story.slack_is_away()
    story.at("10:30")
    story.at("10:30", PostUpdate("Rolling back."))
    story.slack_is_back()

    assert "nag:" not in " ".join(story.todo())
    assert story.due() == "11:00"


def test_a_nag_that_slack_refuses_is_not_the_last_one() -> None:
    story = declared(policy=PACED)
    story.slack_refuses("nag:", "msg_too_long")

    assert story.until("11:10") == ["10:30 asks for update", "11:00 asks for update"]


# --- severity changes ----------------------------------------------------------------------


def test_a_worse_severity_asks_at_its_own_pace() -> None:
    story = declared("SEV2")
    story.at("10:01", AssignRole("ic", BOB), by=BOB)
    story.at("10:02", ChangeSeverity("SEV0"))
    story.at("10:02", Acknowledge())
    for role in ("cl", "ol", "scribe"):
        story.at("10:02", AssignRole(role, BOB))

    assert story.until("10:46") == [
        "10:15 asks for update",
        "10:30 asks for update",
        "10:45 asks for update",
    ]


def test_a_reminder_made_overdue_by_a_worse_severity_is_due_at_the_change() -> None:
    story = declared("SEV2")

    happened = story.at("10:40", ChangeSeverity("SEV0"))

    assert Reminded("update", clock("10:40")) in happened
    assert Reminded("commander", clock("10:40")) in happened


def test_a_milder_severity_takes_back_a_nag_that_was_not_delivered() -> None:
    story = declared("SEV0")
    story.at("10:01", Acknowledge())
    story.slack_is_away()
    story.at("10:20")
    story.at("10:21", ChangeSeverity("SEV2"))
    story.slack_is_back()
    story.at("10:22")

    assert nags(story) == 0
    assert story.until("12:00") == ["12:00 asks for update"]


def test_from_nagging_to_none() -> None:
    story = declared("SEV0")
    story.until("10:30")
    story.at("10:31", ChangeSeverity("SEV3"))

    assert (story.until("20:00"), story.due()) == ([], None)


# --- commander -----------------------------------------------------------------------------

COMMANDED = only(commander_within=minutes(10), commander_every=minutes(5))


def test_a_commander_is_asked_for_until_there_is_one() -> None:
    story = declared(policy=COMMANDED)

    assert story.until("10:16") == ["10:10 asks for commander", "10:15 asks for commander"]
    story.at("10:17", AssignRole("ic", BOB))
    assert story.until("20:00") == []


def test_when_the_commander_leaves_the_wait_begins_anew() -> None:
    story = declared(policy=COMMANDED)
    story.at("10:01", AssignRole("ic", BOB))
    story.at("12:00", UnassignRole("ic"))

    assert story.until("12:11") == ["12:10 asks for commander"]


def test_without_a_second_pace_it_is_asked_once() -> None:
    story = declared(policy=only(commander_within=minutes(10)))

    assert story.until("20:00") == ["10:10 asks for commander"]


# --- acknowledgement -----------------------------------------------------------------------

ACKED = only(ack_within=minutes(5), ack_every=minutes(10))


def test_an_acknowledgement_is_asked_for_until_it_comes() -> None:
    story = declared(policy=ACKED)

    assert story.until("10:16") == ["10:05 asks for ack", "10:15 asks for ack"]
    story.at("10:17", Acknowledge(), by=BOB)
    assert story.until("20:00") == []


@pytest.mark.parametrize("stage", [Stage.MITIGATED, Stage.RESOLVED])
def test_once_the_impact_is_over_nobody_is_asked_whether_they_are_on_it(stage: Stage) -> None:
    story = declared(policy=ACKED)
    story.at("10:04", ChangeStage(stage))

    assert story.until("20:00") == []


def test_when_the_impact_is_back_the_question_is_too() -> None:
    story = declared(policy=ACKED)
    story.at("10:04", ChangeStage(Stage.MITIGATED))
    story.at("10:10", ChangeStage(Stage.INVESTIGATING))

    assert story.until("10:10") == []
    assert nags(story) == 1


# --- roles ---------------------------------------------------------------------------------

ROLED = only(roles=("ic", "ol", "scribe"), roles_within=minutes(10), roles_every=minutes(10))


def test_roles_are_asked_for_until_all_are_held() -> None:
    story = declared(policy=ROLED)

    assert story.until("10:10") == ["10:10 asks for role"]
    story.at("10:12", AssignRole("ol", BOB))
    assert story.until("10:20") == ["10:20 asks for role"]
    story.at("10:22", AssignRole("scribe", BOB))
    assert story.until("20:00") == []


def test_the_commander_is_not_asked_for_twice_over() -> None:
    story = declared(policy=only(roles=("ic",), roles_within=minutes(10)))

    assert story.until("20:00") == []


def test_a_worse_severity_asks_for_its_roles_from_then_on() -> None:
    story = declared("SEV3")
    story.at("11:00", ChangeSeverity("SEV1"))
    story.at("11:01", AssignRole("ic", ANA))

    assert "11:15 asks for role" in story.until("11:15")


def test_a_role_that_is_left_is_asked_for_again_after_the_same_wait() -> None:
    story = declared(policy=ROLED)
    story.at("10:01", AssignRole("ol", BOB))
    story.at("10:01", AssignRole("scribe", BOB))
    story.at("11:00", UnassignRole("ol"))

    assert story.until("11:10") == ["11:10 asks for role"]


# --- all reminders -------------------------------------------------------------------------


def test_a_night_nobody_answers() -> None:
    story = declared("SEV1", POLICY)

    assert story.until("10:30") == [
        "10:05 asks for ack",
        "10:05 pages @U0SAM",
        "10:10 asks for commander",
        "10:15 asks for ack",
        "10:15 asks for role",
        "10:20 asks for commander",
        "10:20 pages @U0BOSS, #leads",
        "10:25 asks for ack",
        "10:30 asks for update",
        "10:30 asks for commander",
        "10:30 asks for role",
    ]


def test_time_that_stands_still_brings_nothing_twice() -> None:
    story = declared()
    story.at("10:30")

    assert [story.at("10:30") for _ in range(5)] == [[]] * 5
