"""Merging two incidents, decided on both."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.incident.declaring import Declare
from bot.incident.drafting import RequestPostmortem
from bot.incident.events import (
    Event,
    MergedFrom,
    MergedInto,
    SeverityChanged,
    Stage,
    TaskAdded,
)
from bot.incident.incident import Incident
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.notes import AddNote
from bot.incident.pins import PinMessage
from bot.incident.roles import AssignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.tasks import AddTask, FinishTask
from bot.incident.timeline import timeline
from bot.paging.commands import Acknowledge
from bot.streams.event import Command
from tests.story import BOB, CARL, PAT, POLICY, SAM, Story, clock, declared, only


def other(*, private: bool = False) -> Story:
    """INC-7: declared by Bob, with Carl as scribe, and an escalation to come."""
    story = Story()
    story.incident = Incident("INC-7")
    story.at("10:00", Declare("Payments fail", "SEV1", POLICY, private=private), by=BOB)
    story.at("10:01", AssignRole("scribe", CARL), by=BOB)
    return story


def merge(here: Story, there: Story, when: str = "10:02") -> tuple[list[Event], list[Event]]:
    before, after = there.incident, here.incident
    return here.at(when, AbsorbIncident(before)), there.at(when, CloseAsMerged(after))


def test_acknowledging_counts_as_working_on_it() -> None:
    here, there = declared(policy=only()), other(private=True)
    there.at("10:01", Acknowledge(), by=PAT)
    here.incident = replace(here.incident, private=True)
    (absorbed, *_), _ = merge(here, there)

    assert isinstance(absorbed, MergedFrom)
    assert absorbed.people == (BOB, CARL, PAT)
    assert PAT in here.incident.members


def test_the_other_ends_and_goes_on_here() -> None:
    here, there = declared(policy=only()), other()
    taken, ended = merge(here, there)

    card = there.incident.said["card"].ts
    assert taken == [MergedFrom("INC-7", "Payments fail", (BOB, CARL), "C0INC", card)]
    assert ended == [MergedInto("INC-1", "C0INC")]
    assert there.incident.stage is Stage.MERGED
    assert {"member:U0BOB", "member:U0CARL"} <= here.incident.shown.keys()
    assert here.replayed() == here.incident
    assert [(each.kind, each.text) for each in timeline(here.incident)][-1] == (
        "merge",
        "Merged INC-7: Payments fail",
    )
    link = timeline(here.incident)[-1].said
    assert link
    assert (link.channel, link.ts) == ("C0INC", card)


def test_the_worse_severity_and_its_escalation_survive() -> None:
    here, there = declared("SEV3"), other()
    assert here.incident.paging.run is None
    taken, _ = merge(here, there)
    assert taken[0] == SeverityChanged("SEV1", "INC-7 was SEV1")
    assert here.incident.severity_id == "SEV1"
    here.until("10:10")
    assert f"page @{PAT}" in here.said
    here.at("10:11", Acknowledge(), by=PAT)
    here.until("12:00")
    assert here.said.count(f"page @{SAM}") <= 1
    assert here.replayed() == here.incident


def test_who_is_on_a_worse_one_is_on_it_here_and_no_one_is_paged_again() -> None:
    here, there = declared("SEV3"), other()
    there.at("10:01", Acknowledge(), by=PAT)
    merge(here, there)
    assert here.incident.severity_id == "SEV1"
    assert here.incident.paging.acknowledged_by == (PAT,)
    here.until("13:00")
    assert not [each for each in here.said if each.startswith("page ")]


def test_a_milder_one_changes_no_severity() -> None:
    here, there = declared("SEV0"), other()
    taken, _ = merge(here, there)
    assert isinstance(taken[0], MergedFrom)
    assert here.incident.severity_id == "SEV0"


def test_nobody_is_asked_or_paged_there_any_more() -> None:
    here, there = declared(policy=only()), other()
    assert there.due() == "10:05"
    merge(here, there)

    assert there.due() is None
    assert there.until("24:00") == []
    assert f"page @{SAM}" not in there.said
    assert f"page @{PAT}" in there.said  # before it was merged


def test_its_open_tasks_go_on_here() -> None:
    here, there = declared(policy=only()), other()
    here.at("10:01", AddTask("Look at the graphs"))
    there.at("10:01", AddTask("Restart the pods", CARL, clock("11:00"), "C0INC/1.1"), by=BOB)
    there.at("10:01", AddTask("Done by now"), by=BOB)
    there.at("10:01", FinishTask(2), by=BOB)
    taken, _ = merge(here, there)

    assert taken[1:] == [TaskAdded(2, "Restart the pods", CARL, clock("11:00"), "C0INC/1.1")]
    assert f"task @{CARL}" in here.said


def test_merged_again_is_no_news() -> None:
    here, there = declared(policy=only()), other()
    merge(here, there)

    assert here.at("10:03", AbsorbIncident(there.incident)) == []


@pytest.mark.parametrize(
    "command",
    [
        Reopen(),
        AddNote("It is back."),
        RequestPostmortem(),
        ChangeStage(Stage.CLOSED),
        ChangeSeverity("SEV0"),
        AddTask("Look again"),
        AbsorbIncident(declared(policy=only()).incident),
    ],
)
def test_every_command_on_a_merged_incident_names_the_other(command: Command) -> None:
    here, there = declared(policy=only()), other()
    merge(here, there)
    with pytest.raises(Refused, match=r"INC-7 was merged into INC-1\. Type it in <#C0INC>"):
        there.at("10:03", command)
    there.at("10:04", PinMessage("1893492000.000100"))  # its timeline may still be completed


def test_a_private_one_is_not_named_where_others_read() -> None:
    here, there = declared(policy=only(), private=True), other()
    merge(here, there)

    assert timeline(there.incident)[-1].text == "Merged into a private incident"
    with pytest.raises(Refused, match=r"INC-7 was merged into a private incident\."):
        there.at("10:03", Reopen())


def test_refused_merges() -> None:
    here = declared(policy=only())
    before = here.incident
    for there, why in (
        (here, "INC-1 can't be merged into itself"),
        (other(private=True), "INC-7 is private and INC-1 isn't"),
        (ended(ChangeStage(Stage.CANCELLED)), "INC-7 is already cancelled"),
        (ended(ChangeStage(Stage.RESOLVED)), "INC-7 is already resolved"),
        (ended(CloseAsMerged(Incident("INC-2"))), "INC-7 was merged into INC-2."),
    ):
        with pytest.raises(Refused, match=why):
            here.at("10:03", AbsorbIncident(there.incident))
        assert here.incident == before


def test_nothing_goes_on_in_what_is_resolved() -> None:
    here = declared(policy=only())
    here.at("10:02", ChangeStage(Stage.RESOLVED))
    with pytest.raises(Refused, match="INC-1 is resolved, so nothing can be merged into it"):
        here.at("10:03", AbsorbIncident(other().incident))


def test_two_simultaneous_merges_into_each_other_end_in_one() -> None:
    here, there = declared(policy=only()), other()
    merge(here, there)
    with pytest.raises(Refused, match="INC-7 was merged into INC-1"):
        there.at("10:03", AbsorbIncident(here.incident))


def ended(command: Command) -> Story:
    story = other()
    story.at("10:02", command, by=BOB)
    return story
