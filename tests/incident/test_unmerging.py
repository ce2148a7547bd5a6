"""Undoing a merge: both go on as if it had not been, with what people did since."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.incident.events import Event, MergedFromUndone, MergedIntoUndone, Stage, TaskCancelled
from bot.incident.evolve import replay
from bot.incident.handoffs import OfferRole
from bot.incident.lifecycle import ChangeStage
from bot.incident.merging import AbsorbIncident
from bot.incident.offers import ending, offers_of
from bot.incident.row import row_of
from bot.incident.severity import ChangeSeverity
from bot.incident.tasks import AddTask, FinishTask
from bot.incident.unmerging import UndoAbsorbing, UndoMerge
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge
from bot.streams.event import Command
from tests.incident.test_merging import merge, other
from tests.story import ANA, BOB, CARL, PAT, Story, declared


def undo(
    here: Story, there: Story, when: str = "10:04", by: str = ANA
) -> tuple[list[Event], list[Event]]:
    before, after = there.incident, here.incident
    return here.at(when, UndoAbsorbing(before), by), there.at(when, UndoMerge(after), by)


def test_both_are_as_before() -> None:
    here, there = declared("SEV3"), other()
    was, and_was = here.incident, there.incident
    merge(here, there)
    assert (here.incident.severity_id, there.incident.stage) == ("SEV1", Stage.MERGED)
    taken, ended = undo(here, there)
    assert [each.lowered for each in taken if isinstance(each, MergedFromUndone)] == [True]
    assert [type(each) for each in ended] == [MergedIntoUndone]
    for story, before in ((here, was), (there, and_was)):
        now = story.incident
        assert row_of(now) == row_of(before)
        assert now.paging.run == before.paging.run
        assert (now.roles, now.reached, now.stage) == (before.roles, before.reached, before.stage)
        assert (now.merged, now.merged_from) == (None, ())
        assert now == replay(now.id, story.records)


def test_the_escalation_goes_on_at_the_right_one_and_repeats_nothing() -> None:
    alone = other()
    expected = [each for each in alone.until("10:30") if "pages" in each]
    here, there = declared("SEV3"), other()
    merge(here, there)
    undo(here, there)
    assert [each for each in there.until("10:30") if "pages" in each] == expected
    assert not [each for each in here.until("10:30") if "pages" in each]


def test_an_escalation_that_people_of_the_other_one_had_ended_goes_on() -> None:
    here, there = declared("SEV1"), other()
    there.at("10:01", Acknowledge(), by=PAT)
    merge(here, there)
    assert here.incident.paging.run is not None
    assert here.incident.paging.run.ended
    undo(here, there)
    assert not here.incident.paging.acknowledged_by
    assert any("pages" in each for each in here.until("10:30"))
    assert there.incident.paging.acknowledged_by == (PAT,)
    assert not any("pages" in each for each in there.until("10:30"))


def test_who_acknowledged_meanwhile_is_on_both() -> None:
    here, there = declared("SEV3"), other()
    merge(here, there)
    here.at("10:03", Acknowledge(), by=CARL)
    undo(here, there)
    for story in (here, there):
        assert story.incident.paging.acknowledged_by == (CARL,)
        assert not any("pages" in each for each in story.until("10:30"))


def test_what_people_did_since_stays() -> None:
    here, there = declared("SEV3"), other()
    there.at("10:01", AddTask("Restart the pods", BOB), by=BOB)
    there.at("10:01", AddTask("Tell support", BOB), by=BOB)
    merge(here, there)
    here.at("10:03", FinishTask(1), by=BOB)
    here.at("10:03", PostUpdate("Rolled back."), by=BOB)
    here.at("10:03", ChangeSeverity("SEV0"), by=BOB)
    taken, _ = undo(here, there)
    assert [each for each in taken if isinstance(each, TaskCancelled)] == [
        TaskCancelled(2, "undone")
    ]
    assert here.incident.severity_id == "SEV0"
    assert [each.number for each in there.incident.open_tasks] == [1, 2]


def test_an_offer_is_open_again() -> None:
    here, there = declared("SEV3"), other()
    there.at("10:01", OfferRole("ic", CARL), by=BOB)
    merge(here, there)
    (offered,) = offers_of(there.incident, "ic")
    assert ending(there.incident, offered) is not None
    undo(here, there)
    assert ending(there.incident, offered) is None


def test_what_comes_due_is_as_before() -> None:
    alone, there, here = other(), other(), declared("SEV3")
    merge(here, there)
    undo(here, there)
    assert there.until("11:30") == alone.until("11:30")


@pytest.mark.parametrize(
    ("first", "when", "by", "why"),
    [
        (None, "10:20", ANA, "more than ten minutes ago"),
        (None, "10:04", BOB, f"<@{ANA}> merged them"),
        (ChangeStage(Stage.RESOLVED, "over"), "10:04", ANA, "is resolved by now"),
    ],
)
def test_what_is_late_or_has_moved_on_or_anothers_is_refused(
    first: Command | None, when: str, by: str, why: str
) -> None:
    here, there = declared("SEV3"), other()
    merge(here, there)
    if first:
        here.at("10:03", first, by=BOB)
    with pytest.raises(Refused, match=why):
        here.at(when, UndoAbsorbing(there.incident), by)


def test_it_can_be_merged_again_and_undone_again() -> None:
    here, there = declared("SEV3"), other()
    for minute in (2, 4):
        merge(here, there, f"10:0{minute}")
        assert [each.incident for each in here.incident.merged_from] == ["INC-7"]
        undo(here, there, f"10:0{minute + 1}")
    assert (here.incident.severity_id, there.incident.stage) == ("SEV3", Stage.INVESTIGATING)
    with pytest.raises(Refused):
        here.at("10:06", UndoAbsorbing(there.incident))


def test_a_third_one_stays_merged() -> None:
    here, there, third = declared("SEV3"), other(), other()
    third.incident = replace(third.incident, id="INC-8")
    merge(here, there)
    here.at("10:03", AbsorbIncident(third.incident))
    undo(here, there)
    assert [each.incident for each in here.incident.merged_from] == ["INC-8"]
