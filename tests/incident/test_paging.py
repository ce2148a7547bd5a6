"""Manual pages: recipients, text, responses, and that the chain isn't affected."""

import pytest

from bot.errors import Refused
from bot.incident.events import Acknowledged, PageAnswered, Paged, Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.roles import AssignRole
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge, Page
from bot.streams.event import Command
from tests.story import ANA, BOB, BOSS, CARL, PAT, POLICY, SAM, Story, declared, minutes, only

PAGE_BOB = Page((BOB,), "The database won't come up.")
STALLED = only(POLICY.chains[0], stalled_after=minutes(30))


def test_it_reaches_them_in_a_direct_message_and_the_channel_is_told() -> None:
    story = declared("SEV2")

    said = story.hears(PAGE_BOB, "10:10")

    assert said == [f"page @{BOB}", "paged here"]
    assert f"member:{BOB}" in [each.key for each in story.done]


def test_the_channel_is_told_when_it_is_known_whether_it_reached_them() -> None:
    story = declared("SEV2")
    story.slack_is_away()
    story.at("10:10", PAGE_BOB)
    assert "paged:" not in " ".join(story.todo())

    story.slack_is_back()
    story.slack_refuses("page:", "user_disabled")
    assert "paged here" in story.hears(Page((CARL,)), "10:11")


def test_the_chain_goes_on_as_it_was() -> None:
    story = declared()
    story.at("10:02", PAGE_BOB)

    assert [each for each in story.until("10:20") if "pages" in each] == [
        f"10:05 pages @{SAM}",
        f"10:20 pages @{BOSS}, #leads",
    ]


def test_an_answer_to_it_acknowledges_the_incident_if_nobody_has() -> None:
    story = declared()
    story.at("10:02", PAGE_BOB)

    assert story.at("10:03", Acknowledge(), by=BOB) == [Acknowledged()]
    assert story.at("10:04", Acknowledge(), by=BOB) == []
    assert not [each for each in story.until("10:25") if "pages" in each]


def test_acknowledging_the_incident_does_not_answer_anothers_manual_page() -> None:
    story = declared()
    story.at("10:02", PAGE_BOB)
    story.at("10:03", Acknowledge(), by=PAT)
    page = next(each for each in story.incident.history if isinstance(each.event, Paged))
    assert f"page:{page.seq}:{BOB}" in story.incident.shown

    assert story.at("10:04", Acknowledge(), by=CARL) == []
    assert story.at("10:05", Acknowledge(), by=BOB) == [PageAnswered()]
    assert story.at("10:06", Acknowledge(), by=BOB) == []
    assert story.incident.acknowledged_by == PAT


def test_an_answered_page_says_how_the_incident_ended() -> None:
    story = declared()
    story.at("10:02", PAGE_BOB)
    story.at("10:03", Acknowledge(), by=BOB)
    before = len(story.done)
    story.at("10:04", ChangeStage(Stage.RESOLVED))

    page = next(each for each in story.incident.history if isinstance(each.event, Paged))
    assert f"edit:page:{page.seq}:{BOB}" in [each.key for each in story.done[before:]]


def test_taking_command_answers_the_page() -> None:
    story = declared()
    story.at("10:01", Acknowledge(), by=PAT)
    story.at("10:02", PAGE_BOB)

    assert PageAnswered() in story.at("10:03", AssignRole("ic", BOB), by=BOB)


def test_oneself_may_be_paged() -> None:
    assert declared().at("10:02", Page((ANA,), "Does it work?")) == [Paged(ANA, "Does it work?")]


@pytest.mark.parametrize("stage", [Stage.RESOLVED, Stage.CANCELLED])
def test_for_what_is_over_nobody_is_paged(stage: Stage) -> None:
    story = declared()
    story.at("10:02", ChangeStage(stage))
    before = story.incident

    with pytest.raises(Refused, match="reopen"):
        story.at("10:10", PAGE_BOB)
    assert story.incident == before


def test_undelivered_pages_of_a_closed_incident_are_dropped() -> None:
    story = declared("SEV2")
    story.slack_is_away()
    story.at("10:10", PAGE_BOB)
    story.at("10:11", ChangeStage(Stage.RESOLVED))
    story.slack_is_back()
    story.at("10:12")

    assert f"page @{BOB}" not in story.said


# --- no progress ---------------------------------------------------------------------------


def stalled() -> Story:
    """Bob acknowledged at 10:01, then nothing happened for half an hour."""
    story = declared(policy=STALLED)
    story.at("10:01", Acknowledge(), by=BOB)
    assert story.until("10:31") == ["10:31 asks for progress"]
    return story


def test_reminders_about_missing_progress_repeat_until_there_is_some() -> None:
    story = stalled()
    story.at("10:40", PostUpdate("Still looking."))

    assert story.until("11:31") == ["11:01 asks for progress", "11:31 asks for progress"]
    story.at("11:40", ChangeStage(Stage.IDENTIFIED))
    assert story.until("12:10") == ["12:10 asks for progress"]


@pytest.mark.parametrize("moves", [AssignRole("ol", CARL), Page((CARL,)), Acknowledge()])
def test_actions_that_count_as_progress(moves: Command) -> None:
    story = declared(policy=only(stalled_after=minutes(30)))
    story.at("10:20", moves)

    assert story.until("10:50") == ["10:50 asks for progress"]


def test_a_chain_that_is_running_moves_it() -> None:
    story = declared(policy=STALLED)

    assert [each for each in story.until("10:49") if "progress" in each] == []


@pytest.mark.parametrize("stage", [Stage.MITIGATED, Stage.RESOLVED])
def test_once_the_impact_is_over_it_may_take_its_time(stage: Stage) -> None:
    story = stalled()
    story.at("10:40", ChangeStage(stage))

    assert story.until("20:00") == []


def test_severities_that_name_no_time_may_stand_still() -> None:
    story = declared(policy=only())

    assert (story.until("20:00"), story.due()) == ([], None)
