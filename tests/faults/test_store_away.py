"""The store dies, hangs and comes back: replies are correct, and nothing is lost."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from time import monotonic

import pytest

from tests.faults.completeness import agrees
from tests.faults.store_faults import read_only
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, answer, until

AWAY = "Muster can't reach its store"
AWAY_SECONDS = 120 if THOROUGH else 8


@pytest.fixture
def harness() -> Iterator[Harness]:
    with Harness() as harness:
        yield harness
        harness.check_slack()


def test_the_store_is_killed_during_an_incident_and_restarted(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    channel = incident.channel
    harness.kill_the_store()

    said = harness.ana.types("/incident update Nobody hears this", channel)
    assert said is not None
    assert AWAY in said
    declared = harness.ana.types("/incident declare sev1 Nobody hears this either")
    assert declared is not None
    assert AWAY in declared
    form = harness.ana.types("/incident")
    assert form is not None
    assert AWAY in form
    clicked = incident.card.click("Take command", as_=harness.ana, patience=3)
    assert clicked is not None
    assert AWAY in clicked
    assert answer(f"{harness.url}/healthz")[0] == 200
    assert answer(f"{harness.url}/readyz") == (503, "missing: store\n")

    harness.slack.moves("31m")  # a timer is due while the store is down
    harness.revive_the_store()
    until(lambda: answer(f"{harness.url}/readyz")[0] == 200, within=10, what="ready again")
    said = harness.ana.types("/incident update Here we are again", channel)
    assert said is not None
    assert "Posting your update in" in said
    channel.expects("Here we are again", kind="update")
    channel.until(
        lambda c: {"commander", "role"} <= {r for m in c.messages("nag") for r in m.reasons},
        within=15,
        what="the nags that came due meanwhile",
    )
    harness.moves("31m")
    channel.until(
        lambda c: any("update" in m.reasons for m in c.messages("nag")),
        within=10,
        what="the next nag",
    )
    assert not channel.messages(words="Nobody hears this")
    assert len(harness.records()) == 1
    assert all(process.running for process in harness.processes.values())


def test_a_form_that_cannot_be_saved_stays_open(harness: Harness) -> None:
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    harness.kill_the_store()
    errors = form.view.submits(title="Kept in the form", severity="SEV1")
    assert errors is not None
    assert AWAY in errors["title"]
    harness.revive_the_store()
    assert form.view.submits(title="Kept in the form", severity="SEV1") is None
    until(lambda: [each["title"] for each in harness.records()] == ["Kept in the form"])


def test_people_get_an_answer_in_time_while_the_store_hangs(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    assert harness.store.child.pid is not None
    os.kill(harness.store.child.pid, signal.SIGSTOP)
    try:
        said = harness.ana.types("/incident update Nobody hears this", incident.channel)
    finally:
        os.kill(harness.store.child.pid, signal.SIGCONT)
    assert said is not None
    assert AWAY in said, said.text


def test_the_store_is_down_for_minutes(harness: Harness, trials: Trials) -> None:
    """Everyone who tries gets an error; the page that was due meanwhile is sent when the store is
    back."""
    incident = harness.declares()
    harness.rests()
    harness.kill_the_store()
    harness.slack.moves("6m")
    began = monotonic()
    for second in range(1, AWAY_SECONDS + 1):
        said = harness.ana.types("/incident update Nobody hears this", incident.channel)
        assert said is not None
        assert AWAY in said
        trials.add()
        until(partial(_is_past, began + second))
    assert all(process.running for process in harness.processes.values())
    harness.revive_the_store()
    incident.expects("page", to=harness.cleo.dm(), within=15)
    said = harness.ana.types("/incident update Here we are again", incident.channel)
    assert said is not None
    assert "Posting your update in" in said
    harness.rests()
    agrees(harness, incident)
    assert not incident.channel.messages("update", "Nobody hears this")


def _is_past(moment: float) -> bool:
    return monotonic() > moment


def test_a_worker_stops_on_request_while_the_store_is_down(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    nag = harness.slack.fails("chat.postMessage", pause=True, channel=incident.channel.id)
    harness.slack.moves("6m")
    nag.waiting()
    timers = harness.processes["timers"]
    with read_only(harness):
        nag.releases()
        until(lambda: "worker gave up" in timers.output, within=15, what="the worker at a loss")
        timers.ask_to_end()
        timers.see_it_end()
    assert "crashed" not in timers.output
