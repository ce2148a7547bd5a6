"""Whom reminders ask, and who is asked instead of somebody who is away."""

from dataclasses import replace
from typing import Any

import pytest

from bot.incident.asking import candidates, choices, whom
from bot.incident.events import Posted, Reminded
from bot.incident.evolve import evolve
from bot.incident.outbound import outbound_messages
from bot.incident.roles import AssignRole
from bot.messages.render import render_message
from bot.paging.commands import Acknowledge
from bot.streams.record import Recorded
from tests.messages.response_cases import voice
from tests.story import ANA, BOB, CARL, PAT, SAM, Story, clock, declared

REMINDERS = ["update", "ack", "commander", "progress", "role"]


def staffed(**how: Any) -> Story:
    story = declared("SEV1", **how)
    story.at("10:01", AssignRole("ic", BOB), BOB)
    story.at("10:02", AssignRole("ol", CARL), CARL)
    return story


@pytest.mark.parametrize(
    ("reminder", "first"), [("update", BOB), ("progress", BOB), ("role", BOB), ("commander", ANA)]
)
def test_the_holder_is_asked_and_if_they_are_away_the_next_responder(
    reminder: str, first: str
) -> None:
    incident = staffed().incident
    order = candidates(incident, reminder)
    assert order[0] == first
    assert set(order) == {ANA, BOB, CARL}
    assert whom(incident, reminder, frozenset()) == first
    assert whom(incident, reminder, frozenset({first})) == order[1]
    assert whom(incident, reminder, frozenset(order[:2])) == order[2]


@pytest.mark.parametrize("reminder", REMINDERS)
def test_if_everybody_is_away_it_is_still_the_holder(reminder: str) -> None:
    incident = staffed().incident
    every = candidates(incident, reminder)
    assert whom(incident, reminder, frozenset(every)) == every[0]


def test_the_communications_lead_is_asked_for_updates_before_the_commander() -> None:
    story = staffed()
    story.at("10:03", AssignRole("cl", ANA))
    assert candidates(story.incident, "update")[:2] == [ANA, BOB]


def test_who_was_paged_before_is_asked_to_acknowledge_next() -> None:
    story = declared("SEV1")
    story.until("10:06")  # the secondary is paged, too
    assert candidates(story.incident, "ack") == [SAM, PAT, ANA]


def test_who_acknowledged_is_a_responder() -> None:
    story = declared("SEV1")
    story.at("10:01", Acknowledge(), BOB)
    assert candidates(story.incident, "commander") == [ANA, BOB]


def test_of_a_private_incident_only_members_are_asked() -> None:
    story = declared("SEV1", private=True)
    story.until("10:06")
    asked = candidates(story.incident, "ack")
    assert asked[0] == SAM  # who was paged about it
    assert set(asked[1:]) <= story.incident.members


def test_nobody_is_looked_up_where_there_is_no_choice() -> None:
    story = declared("SEV2")
    (nag,) = [each for each in story.at("10:30") if isinstance(each, Reminded)]
    (lead,) = [each for each in story.incident.history if each.event == nag]
    assert choices(story.incident, lead) == []


def test_a_posted_one_goes_on_asking_the_same_person() -> None:
    story = staffed()
    story.slack_is_away()
    story.until("10:32")
    incident = story.incident
    (nag,) = [each for each in outbound_messages(incident) if each.kind.name == "nag"][-1:]
    lead = nag.about.seq
    receipt = Posted(nag.key, "C1", "1.2", away=(BOB,))
    incident = evolve(incident, Recorded(receipt, clock("10:32"), "clock", incident.version + 1))
    assert incident.nags_away == {lead: frozenset({BOB})}
    shown = render_message(incident, nag, voice("11:00")).text
    assert shown.startswith(f"<@{CARL}> Status update due")
    assert f"You're asked because <@{BOB}> is away." in shown


def test_somebody_who_stands_in_is_told_once_why() -> None:
    story = staffed()
    story.slack_is_away()
    story.until("10:40")  # the update and the progress are asked of the same commander
    nag = [each for each in outbound_messages(story.incident) if each.kind.name == "nag"][-1]
    shown = render_message(
        story.incident, nag, replace(voice("10:40"), away=frozenset({BOB}))
    ).text
    assert shown.startswith(f"<@{CARL}> Status update due")
    assert shown.count("You're asked because") == 1
