"""Whatever Slack delivers several times at once, to any bot, happens once and gets one answer."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import pytest

from sandbox.driver import Channel, Message, Seen
from tests.faults.trials import THOROUGH, Trials
from tests.faults.whole import each_thing_was_said_once
from tests.house import House, Incident, channels_of, until

COPIES = 5


@pytest.fixture(scope="module", params=["socket", "http"])
def _shared(request: pytest.FixtureRequest) -> Iterator[House]:
    with House(request.param, also=("bot-2",)) as house:
        yield house


@pytest.fixture
def house(_shared: House) -> Iterator[House]:
    """With two bots, each payload coming five times, in turn to the one and the other."""
    _shared.slack.duplicates(COPIES)
    yield _shared
    _shared.tidy()
    _shared.check_slack()


def test_a_declaration_five_times_at_once_is_one_incident(house: House, trials: Trials) -> None:
    titles = [house.title(f"By {way}") for way in ("form", "shortcut", "command")]
    _fills(house.ana.types("/incident"), title=titles[0], severity="SEV1")
    _fills(house.ana.shortcut("declare", patience=2), title=titles[1], severity="SEV1")
    house.ana.types(f"/incident declare sev1 {titles[-1]}")
    house.rests()
    declared = [each for each in house.records() if each["title"] in titles]
    assert [each["title"] for each in declared] == titles
    for each in declared:
        assert len(channels_of(house.slack, each["id"])) == 1
        house.declared.append(Incident(house, each["id"]))
    announced = [m.payload["incident"] for m in house.slack.channel("incidents").messages()]
    assert all(announced.count(each["id"]) == 1 for each in declared)
    trials.add(5, f"{COPIES} copies of each")


def test_declaring_the_same_anyway_five_times_at_once_is_one_more(
    house: House, trials: Trials
) -> None:
    title = house.declares().record["title"]
    asked = house.bob.types(f"/incident declare sev1 {title}")
    assert asked is not None
    assert "Nothing new was created" in asked
    insisted = asked.click("Declare another one anyway", patience=2)
    house.incident(insisted)
    house.rests()
    assert [each["title"] for each in house.records()].count(title) == 2
    trials.add(2)


Act = Callable[[House, Incident], object]


class Way(NamedTuple):
    """What somebody does, what it writes, and what kind of message it has said, how often: in
    the channel, or to somebody."""

    act: Act
    event: str
    kind: str = ""
    times: int = 1
    to: str = ""


WAYS: dict[str, Way] = {
    "the command role": Way(lambda h, i: _types(h, i, "role ol @dan"), "RoleGiven", "role"),
    "the command update": Way(lambda h, i: _types(h, i, "update hello"), "UpdatePosted", "update"),
    "the command severity": Way(
        lambda h, i: _types(h, i, "sev sev0"), "SeverityChanged", "severity"
    ),
    "the command note": Way(lambda h, i: _types(h, i, "note seen"), "Noted"),
    "the command ack": Way(lambda h, i: _types(h, i, "ack"), "Acknowledged", "ack"),
    "the command status": Way(
        lambda h, i: _types(h, i, "status identified"), "StageChanged", "stage"
    ),
    "the command resolve": Way(lambda h, i: _types(h, i, "resolve"), "StageChanged", "postmortem"),
    "the page's button": Way(lambda h, i: _page(h, i).click("ack"), "Acknowledged", "ack"),
    "the card's button": Way(
        lambda h, i: i.card.click("role_take", as_=h.ana), "RoleGiven", "role"
    ),
    "the form of an update": Way(
        lambda h, i: _fills(i.card.click("update_open", as_=h.ana, patience=2), text="hello"),
        "UpdatePosted",
        "update",
    ),
    "the form of a resolution": Way(
        lambda h, i: _fills(
            i.card.click("resolve_open", as_=h.ana, patience=2), text="Rolled back"
        ),
        "StageChanged",
        "postmortem",
    ),
    "the form of a role": Way(
        lambda h, i: _fills(_types(h, i, "role"), role="cl", user="U0CLEO"),
        "RoleGiven",
        "role",
    ),
    "the command handoff": Way(
        lambda h, i: _types(h, i, "handoff ic @dan"), "HandoffOffered", "handoff", to="dan"
    ),
    "the form of a handoff": Way(
        lambda h, i: _fills(_types(h, i, "handoff"), role="ol", user="U0DAN"),
        "HandoffOffered",
        "handoff",
        to="dan",
    ),
    "the button Accept": Way(
        lambda h, i: _offered(h, i).click("handoff_accept", patience=2), "RoleGiven", "role"
    ),
    "the button Decline": Way(
        lambda h, i: _offered(h, i).click("handoff_decline", patience=2),
        "HandoffDeclined",
        "handover",
        to="ana",
    ),
    "an offer taken back": Way(
        lambda h, i: (_offered(h, i), _types(h, i, "handoff ic none")), "HandoffWithdrawn"
    ),
    "the command task": Way(
        lambda h, i: _types(h, i, "task Restart the pods @dan"), "TaskAdded", "task", to="dan"
    ),
    "the form of a task": Way(
        lambda h, i: _fills(
            h.ana.shortcut("task_from_message", h.ana.says("Restart it", i.channel), patience=2)
        ),
        "TaskAdded",
        "task-change",
    ),
    "a task given": Way(
        lambda h, i: (_types(h, i, "task Restart the pods"), _types(h, i, "task 1 @dan")),
        "TaskGiven",
        "task",
        to="dan",
    ),
    "a task done": Way(
        lambda h, i: (_types(h, i, "task Restart the pods"), _types(h, i, "task done 1")),
        "TaskDone",
        "task-change",
        2,
    ),
    "a task dropped": Way(
        lambda h, i: (_types(h, i, "task Restart the pods"), _types(h, i, "task drop 1")),
        "TaskDropped",
        "task-change",
        2,
    ),
    "the button Done": Way(
        lambda h, i: _task(h, i).click("task_done"), "TaskDone", "task-change", 2
    ),
    "the command snooze": Way(
        lambda h, i: _types(h, i, "snooze 20m the backup restores"), "Snoozed", "snooze"
    ),
    "the command page": Way(
        lambda h, i: _types(h, i, "page @dan look"), "Paged", "page", to="dan"
    ),
    "the command merge": Way(
        lambda h, i: _types(h, i, f"merge {h.declares('sev3').id}"), "Absorbed", "merged"
    ),
    "the button Join it instead": Way(
        lambda h, i: _again(h, i).click("join_instead", patience=2), "ReportedToo", "report"
    ),
    "the command milestone": Way(
        lambda h, i: _types(h, i, "milestone declared 5m ago"), "MilestoneCorrected", "milestone"
    ),
    "a pushpin": Way(
        lambda h, i: h.ana.says("It began at 14:02", i.channel).reacts("pushpin", as_=h.ana),
        "Pinned",
    ),
    "a pushpin taken away": Way(
        lambda h, i: _pinned(h, i).reacts("pushpin", as_=h.ana), "Unpinned"
    ),
    "the command role none": Way(
        lambda h, i: (_types(h, i, "role ol @dan"), _types(h, i, "role ol none")),
        "RoleEmptied",
        "role",
        2,
    ),
    "a task opened again": Way(
        lambda h, i: (
            _types(h, i, "task Restart the pods"),
            _types(h, i, "task done 1"),
            _types(h, i, "task reopen 1"),
        ),
        "TaskReopened",
        "task-change",
        3,
    ),
    "the button of another page": Way(
        lambda h, i: (_types(h, i, "ack"), _paged_by_hand(h, i).click("ack")),
        "PageAnswered",
        "ack",
        2,
    ),
    "the command postmortem": Way(
        lambda h, i: _types(h, i, "postmortem"), "PostmortemAsked", "postmortem"
    ),
    "a message's menu": Way(
        lambda h, i: h.ana.shortcut("add_to_timeline", h.ana.says("At 14:02", i.channel)),
        "Pinned",
    ),
}


def test_whatever_is_done_five_times_at_once_happens_once(house: House, trials: Trials) -> None:
    """In a sample, every other way over the one transport, and the rest over the other."""
    first = ("socket", "http").index(house.transport)
    ways = WAYS if THOROUGH else dict(islice(WAYS.items(), first, None, 2))
    done: list[tuple[Way, Incident]] = []
    for way in ways.values():
        incident = house.declares()
        way.act(house, incident)
        done.append((way, incident))
    for way, incident in done:
        until(partial(_has, incident, way.event), what=way.event)
        if way.kind:
            incident.expects(way.kind, to=_place(house, way, incident), within=15)
    house.rests()
    for way, incident in done:
        assert incident.happened.count(way.event) == 1, way
        said = incident.messages(way.kind, to=_place(house, way, incident)) if way.kind else []
        assert len(said) == (way.times if way.kind else 0), way
    each_thing_was_said_once(house)
    trials.add(len(ways), f"{COPIES} copies of each")


def test_the_form_of_a_snooze_counts_once(house: House, trials: Trials) -> None:
    incident = house.declares()
    house.moves("30m")
    nag = incident.channel.expects("Snooze", kind="nag")
    form = nag.click("snooze", as_=house.ana, patience=2)
    _fills(form, **{"for": "20m", "reason": "The backup restores"})
    incident.channel.expects("The backup restores", kind="snooze")
    house.rests()
    assert incident.happened.count("Snoozed") == len(incident.messages("snooze")) == 1
    trials.add(2, f"{COPIES} copies of each")


def test_an_answer_to_a_click_is_told_once(house: House) -> None:
    incident = house.declares()
    house.bob.joins(incident.channel)
    house.rests()
    told = len(house.bob.ephemerals())
    not_yet = house.slack.fails("chat.update", pause=True)  # the card still shows the button
    incident.card.click("role_take", as_=house.ana)
    said = incident.card.click("role_take", as_=house.bob, patience=2)
    not_yet.releases()
    assert said is not None
    assert "@ana is Incident Commander already" in said
    house.rests()
    assert len(house.bob.ephemerals()) == told + 1
    _fills(incident.card.click("update_open", as_=house.bob, patience=2), text="the last word")
    assert not house.bob.views()


def _types(house: House, incident: Incident, text: str) -> Seen | None:
    return house.ana.types(f"/incident {text}", incident.channel)


def _page(house: House, incident: Incident) -> Message:
    return incident.expects("page", to=house.bob.dm())


def _paged_by_hand(house: House, incident: Incident) -> Message:
    _types(house, incident, "page @dan look")
    return incident.expects("page", to=house.person("dan").dm())


def _pinned(house: House, incident: Incident) -> Message:
    said = house.ana.says("It began at 14:02", incident.channel)
    said.reacts("pushpin", as_=house.ana)
    until(partial(_has, incident, "Pinned"), what="pinned")
    return said


def _place(house: House, way: Way, incident: Incident) -> Channel:
    return house.person(way.to).dm() if way.to else incident.channel


def _offered(house: House, incident: Incident) -> Message:
    _types(house, incident, "handoff ic @dan")
    return incident.expects("handoff", to=house.person("dan").dm())


def _task(house: House, incident: Incident) -> Message:
    _types(house, incident, "task Restart the pods @dan")
    return incident.expects("task", to=house.person("dan").dm())


def _again(house: House, incident: Incident) -> Seen:
    """Who declares the same is asked."""
    asked = house.bob.types(f"/incident declare sev1 {incident.record['title']}")
    assert asked is not None
    return asked


def _has(incident: Incident, event: str) -> bool:
    return event in incident.happened


def _fills(form: Seen | None, **values: Any) -> None:
    assert form is not None
    assert form.view is not None, form.text
    assert form.view.submits(**values) is None
