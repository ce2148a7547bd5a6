"""Histories of the previous release, in which paging more people took the acknowledgement back:
running pages continue as before, until the first event written under the new rule.

`before_rule_2.json` was written by that release: the history up to a moment, the pending effects,
and the pages that the release itself sent after that, with times.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.incident.events import Acknowledged, Escalated, Event, Posted, Recorded
from bot.incident.evolve import replay
from bot.incident.policy import Policy
from bot.incident.roles import AssignRole
from bot.incident.updates import PostUpdate
from bot.kinds import KINDS
from bot.paging.commands import Acknowledge
from bot.paging.events import FORGETS, KEEPS
from bot.paging.state import page_key
from bot.store.codec import dump, load
from tests.story import ANA, BOB, CARL, SAM, Story

OLD: dict[str, Any] = json.loads((Path(__file__).parent / "before_rule_2.json").read_text())
HISTORIES: dict[str, Any] = OLD["histories"]
KIND = KINDS.of("INC-1")


def upgraded(name: str) -> Story:
    """The story at the time of the upgrade."""
    kept = HISTORIES[name]
    policy = TypeAdapter(Policy).validate_python(OLD["policies"][kept["facts"]["policy"]])
    story = Story(policy)
    story.records = [
        load(KIND, json.dumps(line), seq, lambda _, __: policy)
        for seq, line in enumerate(kept["events"], start=1)
    ]
    story.incident = replay("INC-1", story.records)
    story.now = story.records[-1].at
    return story


def since(story: Story, name: str) -> list[Recorded]:
    return story.records[len(HISTORIES[name]["events"]) :]


@pytest.mark.parametrize("name", HISTORIES)
def test_nothing_that_slack_shows_is_touched_by_the_upgrade(name: str) -> None:
    assert upgraded(name).todo() == HISTORIES[name]["facts"]["todo"]


@pytest.mark.parametrize("name", HISTORIES)
def test_the_same_people_are_paged_at_the_same_time_with_the_same_keys(name: str) -> None:
    story, facts = upgraded(name), HISTORIES[name]["facts"]
    story.at(facts["now"])
    story.until(facts["until"])

    events = [(f"{each.at:%H:%M}", each, each.event) for each in since(story, name)]
    fired = [(at, each, event) for at, each, event in events if isinstance(event, Escalated)]
    aimed = [[at, page_key(each, to)] for at, each, event in fired for to in event.targets]
    sent = [[at, it.key] for at, _, it in events if isinstance(it, Posted) and _is_page(it)]
    assert (aimed, sent) == (facts["pages"], facts["posted"])


def _is_page(event: Posted) -> bool:
    return event.key.startswith("page:")


def test_the_first_event_of_the_new_rule_brings_back_who_is_on_it() -> None:
    story = upgraded("raised after who is next had acknowledged")
    assert (story.incident.acknowledged_by, story.incident.paging.rule) == ("", FORGETS)

    assert "10:15 pages @U0SAM" in story.until("10:15")

    assert (story.incident.acknowledged_by, story.incident.paging.rule) == (SAM, KEEPS)
    assert [each for each in story.until("10:30") if "pages" in each] == [
        "10:30 pages @U0BOSS, #leads"
    ]
    assert [each for each in story.until("10:50") if "pages" in each] == [
        "10:45 pages @U0PAT",
        "10:50 pages nobody",
        "10:50 pages @U0BOSS, #leads",
    ]


def test_a_button_that_was_there_before_still_ends_it() -> None:
    story = upgraded("escalated after an acknowledgement")

    assert story.at("10:35", Acknowledge(), BOB) == [Acknowledged(KEEPS)]
    assert [each for each in story.until("10:59") if "pages" in each] == []
    assert story.incident.paging.acknowledged_by == (BOB,)


@pytest.mark.parametrize("does", [AssignRole("ic", CARL), PostUpdate("Looking.")])
def test_acting_on_an_unacknowledged_incident_acknowledges(does: Any) -> None:
    story = upgraded("escalated after an acknowledgement")

    assert Acknowledged(KEEPS) in story.at("10:35", does, CARL)
    assert story.incident.paging.acknowledged_by == (BOB, CARL)


@pytest.mark.parametrize("name", HISTORIES)
def test_events_of_the_new_release_replay_to_the_same_state(name: str) -> None:
    story, facts = upgraded(name), HISTORIES[name]["facts"]
    story.at(facts["now"])
    story.until("11:30")
    story.at("11:31", Acknowledge(), by=ANA)

    lines = [dump(KIND, each.event, each.at, each.by)[0] for each in story.records]
    again = [
        load(KIND, line, seq, lambda _, __: story.policy)
        for seq, line in enumerate(lines, start=1)
    ]
    assert replay("INC-1", again) == story.incident == story.replayed()


def test_yesterday_nothing_told_which_rule_it_was_written_under() -> None:
    kinds: dict[str, Event] = {}
    for name in HISTORIES:
        kinds |= {type(each.event).__name__: each.event for each in upgraded(name).records}
    ruled = {name: event for name, event in kinds.items() if hasattr(event, "rule")}

    assert ruled.keys() == {
        "Acknowledged",
        "Declared",
        "Escalated",
        "SeverityChanged",
        "StageChanged",
    }
    assert {event.rule for event in ruled.values()} == {FORGETS}
