"""Whatever Slack delivers several times at once, to any bot, happens once and gets one answer."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import pytest

from sandbox.driver import Channel, Message, Seen
from tests.faults.completeness import each_thing_was_said_once
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, channels_of, until

COPIES = 5


@pytest.fixture(scope="module", params=["socket", "http"])
def _shared(request: pytest.FixtureRequest) -> Iterator[Harness]:
    with Harness(request.param, also=("bot-2",)) as harness:
        yield harness


@pytest.fixture
def harness(_shared: Harness) -> Iterator[Harness]:
    """A harness with two bots; each payload is delivered five times, alternating between them."""
    _shared.slack.duplicates(COPIES)
    yield _shared
    _shared.tidy()
    _shared.check_slack()


def test_a_declaration_delivered_five_times_is_one_incident(
    harness: Harness, trials: Trials
) -> None:
    titles = [harness.title(f"By {way}") for way in ("form", "shortcut", "command")]
    _fills(harness.ana.types("/incident"), title=titles[0], severity="SEV1")
    _fills(harness.ana.shortcut("declare", patience=2), title=titles[1], severity="SEV1")
    harness.ana.types(f"/incident declare sev1 {titles[-1]}")
    harness.rests()
    declared = [each for each in harness.records() if each["title"] in titles]
    assert [each["title"] for each in declared] == titles
    for record in declared:
        assert len(channels_of(harness.slack, record["id"])) == 1
        harness.declared.append(Incident(harness, record["id"]))
    announced = [m.payload["incident"] for m in harness.slack.channel("incidents").messages()]
    assert all(announced.count(each["id"]) == 1 for each in declared)
    trials.add(5, f"{COPIES} copies of each")


def test_declare_anyway_delivered_five_times_is_one_more_incident(
    harness: Harness, trials: Trials
) -> None:
    title = harness.declares().record["title"]
    asked = harness.bob.types(f"/incident declare sev1 {title}")
    assert asked is not None
    assert "Not declared yet" in asked
    insisted = asked.click("Declare anyway", patience=2)
    harness.incident(insisted)
    harness.rests()
    assert [each["title"] for each in harness.records()].count(title) == 2
    trials.add(2)


Act = Callable[[Harness, Incident], object]


class Way(NamedTuple):
    """An action, the events it writes, and the messages it causes: kind and number, in the channel
    or to a person."""

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
    "a resolution undone": Way(
        lambda h, i: _typed(h, i, "resolve it is over").click("undo"), "StageRestored", "undone"
    ),
    "a page undone": Way(
        lambda h, i: _typed(h, i, "page @dan look").click("undo"), "PageWithdrawn", "undone"
    ),
    "the command title": Way(
        lambda h, i: _types(h, i, "title It is DNS"), "TitleChanged", "title"
    ),
    "the command summary": Way(
        lambda h, i: _types(h, i, "summary It is DNS"), "SummaryChanged", "summary"
    ),
    "the command ack": Way(lambda h, i: _types(h, i, "ack"), "Acknowledged", "ack"),
    "the command status": Way(
        lambda h, i: _types(h, i, "status identified"), "StageChanged", "stage"
    ),
    "the command resolve": Way(
        lambda h, i: _types(h, i, "resolve it is over"), "StageChanged", "postmortem"
    ),
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
    "a task changed": Way(
        lambda h, i: (_types(h, i, "task Restart the pods"), _types(h, i, "task 1 by tomorrow")),
        "TaskCorrected",
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
    "a snooze ended": Way(
        lambda h, i: (_types(h, i, "snooze 20m it restores"), _types(h, i, "snooze off")),
        "SnoozeEnded",
        "snooze",
        2,
    ),
    "the command page": Way(
        lambda h, i: _types(h, i, "page @dan look"), "Paged", "page", to="dan"
    ),
    "the command merge": Way(
        lambda h, i: _types(h, i, f"merge {h.declares('sev3').id}"), "Absorbed", "merged"
    ),
    "a merge undone": Way(
        lambda h, i: _typed(h, i, f"merge {h.declares('sev3').id}").click("undo_merge"),
        "MergedFromUndone",
        "merged",
        2,
    ),
    "the button to join instead": Way(
        lambda h, i: _again(h, i).click("join_instead", patience=2), "ReportedToo", "report"
    ),
    "the button Join": Way(
        lambda h, i: _announced(h, i).click("join", as_=h.person("eve"), patience=2), "Joined"
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
    "the command subscribe": Way(
        lambda h, i: (_types(h, i, "subscribe"), _types(h, i, "update hello")),
        "Subscribed",
        "subscription",
        to="ana",
    ),
    "the command unsubscribe": Way(
        lambda h, i: (_types(h, i, "subscribe"), _types(h, i, "unsubscribe")), "Unsubscribed"
    ),
    "a message's menu": Way(
        lambda h, i: h.ana.shortcut("add_to_timeline", h.ana.says("At 14:02", i.channel)),
        "Pinned",
    ),
}


def test_each_action_delivered_five_times_happens_once(harness: Harness, trials: Trials) -> None:
    """A sample runs half of the actions over one transport, and the rest over the other."""
    first = ("socket", "http").index(harness.transport)
    ways = WAYS if THOROUGH else dict(islice(WAYS.items(), first, None, 2))
    done: list[tuple[Way, Incident]] = []
    for way in ways.values():
        incident = harness.declares()
        way.act(harness, incident)
        done.append((way, incident))
    for way, incident in done:
        until(partial(_has, incident, way.event), what=way.event)
        if way.kind:
            incident.expects(way.kind, to=_place(harness, way, incident), within=15)
    harness.rests()
    for way, incident in done:
        assert incident.happened.count(way.event) == 1, way
        said = incident.messages(way.kind, to=_place(harness, way, incident)) if way.kind else []
        assert len(said) == (way.times if way.kind else 0), way
    each_thing_was_said_once(harness)
    trials.add(len(ways), f"{COPIES} copies of each")


def test_the_form_of_a_snooze_counts_once(harness: Harness, trials: Trials) -> None:
    incident = harness.declares()
    harness.moves("30m")
    nag = incident.channel.expects("Snooze", kind="nag")
    form = nag.click("snooze", as_=harness.ana, patience=2)
    _fills(form, **{"for": "20m", "reason": "The backup restores"})
    incident.channel.expects("The backup restores", kind="snooze")
    harness.rests()
    assert incident.happened.count("Snoozed") == len(incident.messages("snooze")) == 1
    trials.add(2, f"{COPIES} copies of each")


def test_a_click_gets_one_reply(harness: Harness) -> None:
    incident = harness.declares()
    harness.bob.joins(incident.channel)
    harness.rests()
    told = len(harness.bob.ephemerals())
    not_yet = harness.slack.fails("chat.update", pause=True)  # keeps the button on the card
    incident.card.click("role_take", as_=harness.ana, patience=0)
    said = incident.card.click("role_take", as_=harness.bob, patience=2)
    not_yet.releases()
    assert said is not None
    assert "@ana is already Incident Commander" in said
    harness.rests()
    assert len(harness.bob.ephemerals()) == told + 1
    _fills(incident.card.click("update_open", as_=harness.bob, patience=2), text="the last word")
    assert not harness.bob.views()


def _types(harness: Harness, incident: Incident, text: str) -> Seen | None:
    return harness.ana.types(f"/incident {text}", incident.channel)


def _typed(harness: Harness, incident: Incident, text: str) -> Seen:
    said = _types(harness, incident, text)
    assert said is not None
    return said


def _page(harness: Harness, incident: Incident) -> Message:
    return incident.expects("page", to=harness.bob.dm())


def _paged_by_hand(harness: Harness, incident: Incident) -> Message:
    _types(harness, incident, "page @dan look")
    return incident.expects("page", to=harness.person("dan").dm())


def _pinned(harness: Harness, incident: Incident) -> Message:
    said = harness.ana.says("It began at 14:02", incident.channel)
    said.reacts("pushpin", as_=harness.ana)
    until(partial(_has, incident, "Pinned"), what="pinned")
    return said


def _place(harness: Harness, way: Way, incident: Incident) -> Channel:
    return harness.person(way.to).dm() if way.to else incident.channel


def _offered(harness: Harness, incident: Incident) -> Message:
    _types(harness, incident, "handoff ic @dan")
    return incident.expects("handoff", to=harness.person("dan").dm())


def _task(harness: Harness, incident: Incident) -> Message:
    _types(harness, incident, "task Restart the pods @dan")
    return incident.expects("task", to=harness.person("dan").dm())


def _announced(harness: Harness, incident: Incident) -> Message:
    return incident.expects("announcement", to=harness.slack.channel("incidents"))


def _again(harness: Harness, incident: Incident) -> Seen:
    """Declare the same again, which asks first."""
    asked = harness.bob.types(f"/incident declare sev1 {incident.record['title']}")
    assert asked is not None
    return asked


def _has(incident: Incident, event: str) -> bool:
    return event in incident.happened


def _fills(form: Seen | None, **values: Any) -> None:
    assert form is not None
    assert form.view is not None, form.text
    assert form.view.submits(**values) is None
