"""Milestones: corrected within bounds, keeping the first value."""

import pytest

from bot.errors import Refused
from bot.incident.declaring import Declare
from bot.incident.events import MilestoneCorrected, Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.milestones import CorrectMilestone, reached_at
from bot.incident.severity import ChangeSeverity
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


def test_a_mistaken_resolution_does_not_block_the_true_time() -> None:
    story = mitigated()
    story.at("11:00", ChangeStage(Stage.RESOLVED))
    story.at("12:00", Reopen())
    story.at("12:10", correct("mitigated", "10:50"))
    assert reached_at(story.incident, "mitigated") == clock("10:50")
    story.at("12:20", MITIGATED)
    story.at("12:30", ChangeStage(Stage.RESOLVED))

    story.at("12:40", correct("mitigated", "11:30"))
    story.at("12:41", correct("resolved", "11:40"))
    assert reached_at(story.incident, "mitigated") == clock("11:30")
    assert reached_at(story.incident, "resolved") == clock("11:40")


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
