"""Whatever Slack delivers again, minutes later or to both bots at the same moment, gets the
first answer and has no second effect.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from sandbox.driver import Message
from tests.e2e.test_requests import _signed
from tests.faults.completeness import each_thing_was_said_once
from tests.faults.trial_count import Trials
from tests.harness import TEAM, Harness, Incident, answer, until

COPIES = 5

TYPED = (
    *("role ic", "role ic", "ack", "update hello"),
    *("handoff ic <@U0DAN|dan>", "handoff ic none", "handoff ic none"),
    *("task Restart the pods 1m", "task 1 <@U0DAN|dan>", "task done 1", "task reopen 1"),
    *("task drop 1 it is gone", "snooze 20m it restores", "page <@U0DAN|dan> look"),
    *("page secondary look", "milestone declared 5m ago"),
)


@pytest.fixture(scope="module")
def _both() -> Iterator[Harness]:
    with Harness("http", also=("bot-2",)) as harness:
        yield harness


@pytest.fixture
def bots(_both: Harness) -> Iterator[Harness]:
    yield _both
    _both.tidy()
    _both.check_slack()


def test_a_redelivery_minutes_later_to_another_bot_gets_the_first_answer(
    bots: Harness, trials: Trials
) -> None:
    asked = [_command("declare sev1 Once and again", by="U0ANA")]
    first = [_delivers(bots, "bot", asked[0])]
    incident = _incident(bots, "Once and again")
    here = incident.channel.id
    other = bots.declares("sev3")
    for text in (*TYPED, f"merge {other.id}", "sev sev0", "resolve it is over", "reopen"):
        asked.append(_command(text, by="U0ANA", channel=here))
        first.append(_delivers(bots, "bot", asked[-1]))
    bots.ana.types("/incident role ic @cleo", incident.channel)
    for wait in ("2m", "1d"):  # also on another day, because replies contain dates
        bots.moves(wait)
        bots.kill("bot")
        bots.start("bot")
        for body, told in zip(asked, first, strict=True):
            assert _delivers(bots, "bot", body) == told
            assert _delivers(bots, "bot-2", body) == told
        trials.add(2 * len(asked))
    bots.rests()
    timed = ("Reminded", "Escalated", "ChainEnded", "TaskOverdue", "HandoffUnanswered", "HeldLong")
    by_people = [each for each in incident.happened if each not in timed]
    assert by_people == [
        *("Declared", "RoleGiven", "Acknowledged", "UpdatePosted", "HandoffOffered"),
        *("HandoffWithdrawn", "TaskAdded", "TaskGiven", "TaskDone", "TaskReopened"),
        *("TaskDropped", "Snoozed", "Paged", "Paged", "MilestoneCorrected", "Absorbed"),
        *("SeverityChanged", "StageChanged", "StageChanged", "RoleGiven"),
    ]
    assert incident.record["roles"] == {"ic": "U0CLEO"}
    assert other.happened.count("MergedInto") == 1
    assert [each["title"] for each in bots.records()].count("Once and again") == 1
    each_thing_was_said_once(bots)
    bots.declared.append(incident)


def test_a_redelivered_duplicate_is_not_declared(
    bots: Harness,
) -> None:
    title = bots.declares("sev3").record["title"]
    again = _command(f"declare sev1 {title.upper()}!", by="U0BOB")
    assert "Not declared yet" in _delivers(bots, "bot", again)[1]
    bots.moves("2m")
    assert "Not declared yet" in _delivers(bots, "bot-2", again)[1]
    assert (
        len([each for each in bots.records() if title.casefold() in each["title"].casefold()]) == 1
    )


def test_a_form_opens_once_for_each_trigger(bots: Harness) -> None:
    incident = bots.declares()
    assert bots.ana.types("/incident role", incident.channel) is not None
    opened = bots.slack.calls("views.open")
    again = _command(
        "role",
        by="U0ANA",
        channel=incident.channel.id,
        trigger=opened[-1]["args"]["trigger_id"],
    )
    for bot in ("bot", "bot-2"):
        assert _delivers(bots, bot, again)[0] == 200
    bots.ana.types("/incident role", incident.channel)  # everything before it was handled
    assert len(bots.slack.calls("views.open")) == len(opened) + 1


def test_a_redelivered_event_reverts_nothing(bots: Harness, trials: Trials) -> None:
    incident = bots.declares("sev3")
    said = bots.ana.says("It began at 14:02", incident.channel)
    pinned, taken_out = (_reaction(said, f"reaction_{how}") for how in ("added", "removed"))
    for body, events in ((pinned, ["Pinned"]), (taken_out, ["Pinned", "Unpinned"])):
        for bot in ("bot", "bot-2") * 2:
            assert _delivers(bots, bot, body)[0] == 200
        assert incident.happened == ["Declared", *events]
        trials.add(4)
    bots.moves("2m")
    for bot in ("bot-2", "bot"):
        assert _delivers(bots, bot, pinned)[0] == 200
        trials.add()
    assert incident.happened == ["Declared", "Pinned", "Unpinned"]


def test_a_late_edit_event_does_not_undo_a_newer_one(bots: Harness, trials: Trials) -> None:
    incident = bots.declares("sev3")
    said = bots.ana.says("It began at 14:02", incident.channel)
    assert _delivers(bots, "bot", _reaction(said, "reaction_added"))[0] == 200
    now = int(bots.slack.now())
    second, first = _edit(said, "It began at 14:04", now + 1), _edit(said, "At 14:03", now)
    for bot in ("bot", "bot-2"):
        assert _delivers(bots, bot, second)[0] == 200
    bots.moves("1m")
    for bot in ("bot-2", "bot"):
        assert _delivers(bots, bot, first)[0] == 200
        trials.add()
    shown = bots.ana.types("/incident timeline", incident.channel)
    assert shown is not None
    assert "It began at 14:04 (edited)" in shown


def test_simultaneous_delivery_to_both_bots_has_one_effect(bots: Harness, trials: Trials) -> None:
    incident = bots.declares()
    with ThreadPoolExecutor(2 * COPIES) as copies:
        for number in range(10):
            turn = "reopen" if number % 2 else f"resolve round {number}"
            body = _command(turn, by="U0ANA", channel=incident.channel.id)
            each = [partial(_delivers, bots, bot, body) for bot in ("bot", "bot-2") * COPIES]
            answers = list(copies.map(lambda deliver: deliver(), each))
            assert len(set(answers)) == 1, set(answers)
    assert incident.happened.count("StageChanged") == 10
    bots.rests()
    incident.channel.until(
        lambda c: any("Postmortem" in str(each) for each in c.bookmarks), within=20, what="drafted"
    )
    bots.rests()
    each_thing_was_said_once(bots)
    trials.add(10, f"{2 * COPIES} copies of each at once")


def test_a_failed_event_counts_when_it_is_redelivered() -> None:
    with Harness() as harness:
        incident = harness.declares()
        said = harness.ana.says("Errors began with the 14:02 deploy.", incident.channel)
        channels = f"muster:{{{TEAM}}}:channels"
        with harness.asks_the_store() as store:
            store.hset(channels, incident.channel.id, b"\xff")  # breaks every listener
            said.reacts("pushpin", as_=harness.bob)
            until(lambda: "listener failed" in harness.logs(), what="it failed")
            store.hset(channels, incident.channel.id, incident.id)
        harness.slack.moves("10m")  # Slack retries after one minute, and after five
        until(lambda: "Pinned" in incident.happened, what="it counts")
        harness.rests()
        assert incident.happened.count("Pinned") == 1
        harness.check_slack(but=("no acknowledgement of reaction_added",))


def _incident(harness: Harness, title: str) -> Incident:
    """The incident declared by our payload."""
    found = next(each["id"] for each in harness.records() if each["title"] == title)
    return Incident(harness, found).whole()


def _command(
    text: str, *, by: str, channel: str = "C0GENERAL", trigger: str | None = None
) -> bytes:
    fields = {
        "command": "/incident",
        "text": text,
        "user_id": by,
        "team_id": "T0ACME",
        "channel_id": channel,
        "trigger_id": trigger or uuid4().hex,
    }
    return urlencode(fields).encode()


def _reaction(message: Message, kind: str) -> bytes:
    item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
    return _event({"type": kind, "user": "U0ANA", "reaction": "pushpin", "item": item})


def _edit(message: Message, text: str, at: int) -> bytes:
    edited = {"user": "U0ANA", "ts": f"{at}.000000"}
    new = {"ts": message.ts, "user": "U0ANA", "text": text, "edited": edited}
    kind = {"type": "message", "subtype": "message_changed"}
    return _event({**kind, "channel": message.channel.id, "message": new})


def _event(event: dict[str, Any]) -> bytes:
    wrapped = {"type": "event_callback", "team_id": "T0ACME", "event_id": f"Ev{uuid4().hex}"}
    return json.dumps({**wrapped, "event": event}).encode()


def _delivers(harness: Harness, bot: str, body: bytes) -> tuple[int, str]:
    return answer(harness.processes[bot].env["EVENTS"], body, _signed(body))
