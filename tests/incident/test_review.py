"""When a postmortem is due."""

from datetime import timedelta

from bot.incident.events import PostmortemDrafted, Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.review import peak, review_due
from bot.incident.row import read_row, row_of, summary
from bot.incident.severity import ChangeSeverity
from bot.incident.undoing import Undo
from tests.story import ANA, Story, clock, declared

WITHIN = timedelta(hours=48)  # SEV0 and SEV1; the others need none
LINK = "https://x.org/draft"


def resolved(severity: str = "SEV0") -> Story:
    story = declared(severity)
    story.at("10:30", ChangeStage(Stage.RESOLVED, "Rolled back."))
    return story


def test_it_is_due_so_long_after_the_end_until_it_is_closed() -> None:
    story = declared("SEV0")
    assert review_due(story.incident) is None
    story.at("10:30", ChangeStage(Stage.RESOLVED, "Rolled back."))
    assert review_due(story.incident) == clock("10:30") + WITHIN
    story.at("10:40", Reopen("It is back."))
    assert review_due(story.incident) is None
    story.at("11:00", ChangeStage(Stage.RESOLVED, "Rolled back."))
    assert review_due(story.incident) == clock("11:00") + WITHIN
    story.at("12:00", ChangeStage(Stage.CLOSED, "Reviewed."))
    assert review_due(story.incident) is None


def test_a_severity_that_needs_none_has_none() -> None:
    assert review_due(resolved("SEV2").incident) is None


def test_the_worst_severity_counts_also_if_it_was_lowered() -> None:
    story = declared("SEV0")
    story.at("10:20", ChangeSeverity("SEV2"))
    story.at("10:30", ChangeStage(Stage.RESOLVED, "Rolled back."))
    assert peak(story.incident).id == "SEV0"
    assert review_due(story.incident) == clock("10:30") + WITHIN


def test_a_severity_that_was_undone_does_not_count() -> None:
    story = declared("SEV2")
    mistake = story.incident.version + 1
    story.at("10:20", ChangeSeverity("SEV0"), by=ANA)
    assert peak(story.incident).id == "SEV0"
    story.at("10:21", Undo(mistake), by=ANA)
    story.at("10:30", ChangeStage(Stage.RESOLVED, "Rolled back."))
    assert peak(story.incident).id == "SEV2"
    assert review_due(story.incident) is None


def test_its_row_has_the_link_of_the_draft() -> None:
    story = resolved()
    row = row_of(story.incident)
    assert row.postmortem is not None
    assert (row.postmortem.due, row.postmortem.link) == (clock("10:30") + WITHIN, "")
    story._happen([PostmortemDrafted(LINK, story.incident.asked_draft)], ANA)
    row = read_row("INC-1", summary(story.incident))
    assert row.postmortem is not None
    assert row.postmortem.link == LINK
