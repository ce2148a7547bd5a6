"""Milestones: corrected within bounds, keeping the first value."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Refused
from bot.incident.declaring import Declare
from bot.incident.events import MilestoneCorrected, Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.milestones import CorrectMilestone, reached_at
from bot.incident.severity import ChangeSeverity
from bot.incident.time_input import NotATime, split
from bot.incident.timeline import timeline
from bot.paging.commands import Acknowledge
from tests.story import ANA, BOB, Story, clock, declared, only

MITIGATED = ChangeStage(Stage.MITIGATED)


def correct(milestone: str, when: str, reason: str = "") -> CorrectMilestone:
    return CorrectMilestone(milestone, clock(when), reason)


def mitigated() -> Story:
    """An incident mitigated at 10:30, acknowledged at 10:20."""
    story = declared(policy=only())
    story.at("10:20", Acknowledge(), by=BOB)
    story.at("10:30", MITIGATED, by=BOB)
    return story


def test_the_time_is_corrected_and_the_first_one_is_kept() -> None:
    story = mitigated()
    happened = story.at("10:40", correct("mitigated", "10:12", "the graphs say so"), by=ANA)

    assert happened == [
        MilestoneCorrected("mitigated", clock("10:12"), clock("10:30"), "the graphs say so")
    ]
    assert story.incident.reached[Stage.MITIGATED] == clock("10:12")
    told = [(f"{each.at:%H:%M}", each.by, each.text) for each in timeline(story.incident)]
    assert told[1] == ("10:12", BOB, "Mitigated")
    assert told[-1] == (
        "10:40",
        ANA,
        "Mitigated at 2030-01-07 10:12 UTC (was 2030-01-07 10:30 UTC): the graphs say so",
    )


def test_it_is_said_in_the_channel_and_the_card_is_drawn_again() -> None:
    story = mitigated()

    assert story.hears(correct("mitigated", "10:12"), "10:40") == ["milestone here"]
    before = len(story.done)
    story.at("10:41", correct("declared", "09:40"))
    assert "edit:card" in [each.key for each in story.done[before:]]
    assert story.incident.declared_at == clock("09:40")


def test_the_same_time_again_is_no_news() -> None:
    story = mitigated()
    story.at("10:40", correct("acknowledged", "10:05"))

    assert story.at("10:41", correct("acknowledged", "10:05")) == []
    assert timeline(story.incident)[1].text == "Acknowledged"
    assert timeline(story.incident)[1].at == clock("10:05")


def test_the_minute_of_the_declaration_is_early_enough() -> None:
    story = Story()
    story.at("10:00:40", Declare("Checkout is down", "SEV1", only()))
    story.at("10:20", Acknowledge(), by=BOB)
    story.at("10:21", correct("acknowledged", "10:00"))

    assert story.incident.corrected["acknowledged"] == clock("10:00:40")
    assert story.at("10:22", correct("acknowledged", "10:00")) == []


def test_an_unrecorded_milestone_can_be_added() -> None:
    story = declared(policy=only())
    story.at("10:30", ChangeStage(Stage.RESOLVED))
    story.at("10:40", correct("mitigated", "10:12"))

    assert story.incident.reached[Stage.MITIGATED] == clock("10:12")
    assert timeline(story.incident)[-1].text == "Mitigated at 2030-01-07 10:12 UTC"


def test_pages_that_run_go_on_whenever_it_was_acknowledged() -> None:
    story = declared("SEV2")
    story.at("10:05", Acknowledge(), by=BOB)
    story.at("10:10", ChangeSeverity("SEV0"))
    story.at("10:11", correct("acknowledged", "10:02"))

    assert reached_at(story.incident, "acknowledged") == clock("10:02")
    assert story.due() == "10:15"


@pytest.mark.parametrize(
    ("milestone", "when", "why"),
    [
        ("mitigated", "10:41", "That's in the future"),
        ("mitigated", "09:59", "was declared after that"),
        ("declared", "10:01", "was declared before that"),
        ("resolved", "10:35", "isn't resolved yet. Use `/incident resolve` first"),
    ],
)
def test_an_impossible_milestone_is_refused(milestone: str, when: str, why: str) -> None:
    story = mitigated()
    before = story.incident

    with pytest.raises(Refused, match=why):
        story.at("10:40", correct(milestone, when))
    assert story.incident is before


def test_impact_and_detection_need_no_event_of_their_own() -> None:
    story = declared(policy=only())

    assert story.hears(correct("detected", "09:58"), "10:05") == ["milestone here"]
    story.at("10:06", correct("impact", "09:40"))
    assert reached_at(story.incident, "impact") == clock("09:40")
    assert reached_at(story.incident, "detected") == clock("09:58")
    assert timeline(story.incident)[-1].text == "Impact began at 2030-01-07 09:40 UTC"
    with pytest.raises(Refused, match="That's in the future"):
        story.at("10:07", correct("impact", "10:08"))


def test_after_reopening_it_was_since_then() -> None:
    story = mitigated()
    story.at("11:00", ChangeStage(Stage.RESOLVED))
    story.at("12:00", Reopen())
    story.at("12:30", ChangeStage(Stage.RESOLVED))

    with pytest.raises(Refused, match="was reopened after that"):
        story.at("12:40", correct("resolved", "11:30"))
    assert story.at("12:41", correct("resolved", "12:10"))


def test_a_stage_that_is_reached_anew_has_a_new_time() -> None:
    story = mitigated()
    story.at("10:40", correct("mitigated", "10:12"))
    story.at("10:50", ChangeStage(Stage.INVESTIGATING))
    story.at("10:55", MITIGATED)

    assert story.incident.reached[Stage.MITIGATED] == clock("10:55")
    assert [each.at for each in timeline(story.incident) if each.text == "Mitigated"] == [
        clock("10:30"),
        clock("10:55"),
    ]


# --- time input ------------------------------------------------------------------------------

NOW = clock("15:00")
BERLIN = ZoneInfo("Europe/Berlin")  # an hour ahead


@pytest.mark.parametrize(
    ("written", "at", "rest"),
    [
        ("14:05", clock("13:05"), ""),
        ("14:05 the graphs say so", clock("13:05"), "the graphs say so"),
        ("14:05, by phone", clock("13:05"), "by phone"),
        ("2030-01-06 23:10 by phone", clock("22:10") - timedelta(days=1), "by phone"),
        ("20m ago", clock("14:40"), ""),
        ("1h 20m ago: rollback", clock("13:40"), "rollback"),
    ],
)
def test_a_moment_as_people_write_it(written: str, at: object, rest: str) -> None:
    assert split(written, NOW, BERLIN) == (at, rest)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "Write `14:05` \\(today, UTC\\)"),
        ("noon", "Write"),
        ("25:00", '"25:00" isn\'t a time; write `14:05`'),
        ("2030-02-30 10:00", '"2030-02-30 10:00" isn\'t a time'),
        ("16:00", "16:00 is in the future; for yesterday, write `2030-01-06 16:00`"),
        ("99999999d ago", "isn't a time"),
        ("400d ago", "isn't a time"),
        ("14:05:09", "Write"),
    ],
)
def test_an_invalid_time_gets_the_right_form(written: str, why: str) -> None:
    with pytest.raises(NotATime, match=why):
        split(written, NOW, UTC)
