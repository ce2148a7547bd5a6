"""When the latest postmortem draft is out of date."""

from bot.incident.drafting import Outdated, RequestPostmortem, outdated
from bot.incident.events import CLOCK, PostmortemDrafted, Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.undoing import Undo
from tests.story import ANA, Story, declared, only


def drafted(story: Story) -> None:
    story._happen([PostmortemDrafted("https://x.org/1", story.incident.asked_draft)], CLOCK)


def resolved() -> Story:
    story = declared(policy=only())
    assert outdated(story.incident) is None
    story.at("10:10", ChangeStage(Stage.RESOLVED), by=ANA)
    drafted(story)
    assert outdated(story.incident) is None
    return story


def test_a_draft_from_before_a_reopening_is_out_of_date() -> None:
    story = resolved()
    story.at("10:12", Reopen(), by=ANA)
    assert outdated(story.incident) is Outdated.REOPENED
    story.at("10:13", RequestPostmortem(), by=ANA)
    assert outdated(story.incident) is Outdated.REPLACED
    drafted(story)
    assert outdated(story.incident) is None


def test_a_draft_of_a_resolution_that_was_undone_is_out_of_date() -> None:
    story = resolved()
    story.at("10:12", Undo(story.incident.history[-1].seq), by=ANA)
    assert story.incident.is_open
    assert outdated(story.incident) is Outdated.REOPENED


def test_a_draft_that_was_requested_early_is_not() -> None:
    story = declared(policy=only())
    story.at("10:10", RequestPostmortem(), by=ANA)
    drafted(story)
    assert outdated(story.incident) is None
