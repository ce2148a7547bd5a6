"""The store dies, hangs, comes back: people are told the truth, and nothing is forgotten."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.house import House, answer, until

AWAY = "Muster's memory does not answer"


@pytest.fixture
def house() -> Iterator[House]:
    with House() as house:
        yield house
        house.check_slack()


def test_killed_under_an_open_incident_and_restarted(house: House) -> None:
    incident = house.declares()
    house.rests()
    channel = incident.channel
    house.kill_the_store()

    said = house.ana.types("/incident update Nobody hears this", channel)
    assert said is not None
    assert AWAY in said
    declared = house.ana.types("/incident declare sev1 Nobody hears this either")
    assert declared is not None
    assert AWAY in declared
    form = house.ana.types("/incident")
    assert form is not None
    assert AWAY in form
    clicked = incident.card.click("Take command", as_=house.ana, patience=3)
    assert clicked is not None
    assert AWAY in clicked
    assert answer(f"{house.url}/healthz")[0] == 200
    assert answer(f"{house.url}/readyz") == (503, "missing: store\n")

    house.slack.moves("31m")  # something comes due that nobody can see
    house.revive_the_store()
    until(lambda: answer(f"{house.url}/readyz")[0] == 200, within=10, what="ready again")
    said = house.ana.types("/incident update Here we are again", channel)
    assert said is not None
    assert "Your update is in the channel" in said
    channel.expects("Here we are again", kind="update")
    channel.until(
        lambda c: {"commander", "role"} <= {m.payload["reason"] for m in c.messages("nag")},
        within=15,
        what="the nags that came due meanwhile",
    )
    house.moves("31m")
    channel.until(
        lambda c: "update" in {m.payload["reason"] for m in c.messages("nag")},
        within=10,
        what="the next nag",
    )
    assert not channel.messages(words="Nobody hears this")
    assert len(house.records()) == 1
    assert all(process.running for process in house.processes.values())


def test_a_form_that_cannot_be_kept_stays_open_and_can_be_sent_again(house: House) -> None:
    form = house.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    house.kill_the_store()
    errors = form.view.submits(title="Kept in the form", severity="SEV1")
    assert errors is not None
    assert AWAY in errors["title"]
    house.revive_the_store()
    assert form.view.submits(title="Kept in the form", severity="SEV1") is None
    until(lambda: [each["title"] for each in house.records()] == ["Kept in the form"])


def test_while_it_hangs_people_are_told_in_time(house: House) -> None:
    incident = house.declares()
    house.rests()
    assert house.store.child.pid is not None
    os.kill(house.store.child.pid, signal.SIGSTOP)
    try:
        said = house.ana.types("/incident update Nobody hears this", incident.channel)
    finally:
        os.kill(house.store.child.pid, signal.SIGCONT)
    assert said is not None
    assert AWAY in said, said.text
