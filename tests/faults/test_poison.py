"""Incidents that can't be read or handled are quarantined and reported once, and stop nothing
else.
"""

import json
from collections.abc import Iterator
from functools import partial
from itertools import islice

import pytest
from redis import Redis

from tests.e2e.test_home import opens
from tests.faults.poison import (
    NEWER,
    PREFIX,
    RAISES,
    UNDRAFTABLE,
    UNREADABLE,
    UNSPEAKABLE,
    Poison,
    antidote,
    wake,
)
from tests.faults.trials import THOROUGH, Trials
from tests.house import House, Incident, until

TRIED = 40.0  # seconds in which everything poisoned is set aside, on a busy machine


@pytest.fixture
def house() -> Iterator[House]:
    with House() as house:
        yield house
        house.check_slack()


@pytest.fixture
def store(house: House) -> Iterator[Redis]:
    with house.asks_the_store() as store:
        yield store


def test_poisoned_incidents_are_set_aside_and_stop_nothing(
    house: House, store: Redis, trials: Trials
) -> None:
    which = UNREADABLE if THOROUGH else dict(islice(UNREADABLE.items(), 0, None, 3))
    healthy = house.declares("sev2")
    house.ana.types("/incident help")  # there is a way to ana
    poisoned = {what: house.declares("sev2", title=f"Secret {what}") for what in which}
    first = next(iter(poisoned.values()))
    merged = house.declares("sev3")
    house.ana.types(f"/incident merge {merged.id}", first.channel)
    house.rests()
    for what, (_, poison) in which.items():
        _takes(poison, poisoned[what], store)
        trials.add()

    said = house.ana.types("/incident update Nothing hinders us", healthy.channel)
    assert said is not None
    assert "Your update is in the channel" in said
    healthy.channel.expects("Nothing hinders us", kind="update", within=3)

    ana = house.ana.dm()
    for what, (why, _) in which.items():
        incident = poisoned[what]
        until(partial(_is_set_aside, store, incident.id), within=TRIED, what=f"{what}, set aside")
        told = incident.expects("aside", f"{why}) and has set it aside", to=ana, within=15)
        assert f"muster incidents --retry {incident.id}" in told
        assert "Secret" not in told
    until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")
    listed = house.muster("incidents")
    assert listed.returncode == 0, listed.stderr
    assert f"{healthy.id} " in listed.stdout
    rows = {row["id"]: row for row in house.records()}
    for what, (why, _) in which.items():
        assert rows[poisoned[what].id]["set_aside"]["why"].endswith(why), what
        assert rows[poisoned[what].id]["title"] is None
        assert f"--retry {poisoned[what].id}" in listed.stdout
    assert "set_aside" not in rows[healthy.id]
    assert not [line for line in house.logs().splitlines() if _is_error(line) and "Secret" in line]

    _acted_on(house, first)
    _looked_for(house, first, healthy, len(poisoned))
    said = house.ana.types("/incident note Does it go on?", merged.channel)
    assert said is not None
    assert f"{merged.id} was merged into {first.id} and goes on in" in said
    house.kill()
    house.start()
    for incident in poisoned.values():
        wake(store, incident.id)
    house.ana.types("/incident update Nor after a restart", healthy.channel)
    healthy.channel.expects("Nor after a restart", kind="update")
    until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")
    for incident in poisoned.values():
        assert len(incident.messages("aside", to=ana)) == 1


def test_whoever_acts_or_mends_has_it_tried_again(
    house: House, store: Redis, trials: Trials
) -> None:
    for process in house.processes.values():
        process.env["MUSTER_ADMINS"] = "#engineering-leads, U0CLEO"
    house.kill()
    house.start()
    raises, undraftable, mended, unspeakable = (house.declares("sev2") for _ in range(4))
    house.rests()
    leads = house.slack.channel("engineering-leads")
    lost = house.slack.fails(
        "chat.postMessage", channel=leads.id, pause=True, when="after", times=1
    )
    mend = antidote(store, mended.id)
    _takes(RAISES, raises, store)
    _takes(NEWER, mended, store)
    _takes(UNSPEAKABLE, unspeakable, store)
    house.ana.types("/incident update Comes after what can't be said", unspeakable.channel)
    UNDRAFTABLE(store, undraftable.id)
    house.ana.types("/incident resolve it is over", undraftable.channel)
    trials.add(4)

    lost.waiting(within=TRIED)  # said, and whoever said it dies before they know
    house.kill()
    lost.stops()
    house.start()
    for incident, words in (
        (raises, f"handling {raises.id}"),
        (undraftable, f"drafting the postmortem of {undraftable.id}"),
        (mended, f"handling {mended.id}"),
    ):
        incident.expects("aside", words, to=leads, within=TRIED)
        incident.expects("aside", words, to=house.cleo.dm(), within=TRIED)
    until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")

    unspeakable.channel.expects("Comes after", kind="update", within=TRIED)
    unspeakable.card.shows("stage message (KeyError)")
    assert not _is_set_aside(store, unspeakable.id)
    house.ana.types("/incident reopen it is not", undraftable.channel)
    undraftable.channel.expects("it is not", kind="stage")  # only its draft is set aside
    said = house.ana.types("/incident note Look here", raises.channel)
    assert said is not None
    assert f"could not handle {raises.id} of late and tries again now" in said
    assert "#engineering-leads and @cleo were told" in said
    assert house.muster("incidents", "--retry", "INC-999").returncode == 1
    mend()
    again = house.muster("incidents", "--retry", mended.id.lower())
    assert again.returncode == 0, again.stderr
    said = house.ana.types("/incident update Here we are again", mended.channel)
    assert said is not None
    mended.channel.expects("Here we are again", kind="update")
    until(lambda: not _is_set_aside(store, mended.id), what="no longer set aside")
    if THOROUGH:  # it raises as before, is set aside as before, and nobody hears it twice
        until(partial(_is_set_aside, store, raises.id), within=TRIED, what="set aside again")
        until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")
    for incident in (raises, undraftable, mended):
        assert len(incident.messages("aside", to=leads)) == 1
        assert len(incident.messages("aside", to=house.cleo.dm())) == 1
    assert not house.ana.dm().messages("aside")


def _takes(poison: Poison, incident: Incident, store: Redis) -> None:
    poison(store, incident.id)
    wake(store, incident.id)


def _is_set_aside(store: Redis, what: str) -> bool:
    return bool(store.hexists(f"{PREFIX}aside", what))


def _sleeps(store: Redis) -> bool:
    """Nobody is to be attended to (damaged notes, which `house.rests` looks for, stay)."""
    return not store.zcard(f"{PREFIX}again") and not store.zcard(f"{PREFIX}draft")


def _is_error(line: str) -> bool:
    return line.startswith("{") and json.loads(line).get("level") == "error"


def _acted_on(house: House, incident: Incident) -> None:
    """Whoever acts on it is told in one sentence what is the matter, and who knows."""
    for said in (
        house.ana.types("/incident update Is this thing on?", incident.channel),
        house.ana.types("/incident", incident.channel),
        house.ana.types("/incident help", incident.channel),
        incident.card.click("Take command", as_=house.ana),
    ):
        assert said is not None
        assert said.text == (
            f"Muster can't read {incident.id}, so nothing was done; @ana was told."
        )


def _looked_for(house: House, incident: Incident, healthy: Incident, many: int) -> None:
    """Nothing becomes one with it, and who looks for what there is sees the rest, and that there
    is more. No number is said where it was not asked for: it may be private."""
    nothing = f"Muster can't read {incident.id}, so nothing was done; @ana was told."
    left_out = f"{many} incident{'s' if many > 1 else ''} can't be read and "
    for other, where in (
        (incident.id, healthy),
        (f"#{incident.channel.name}", healthy),
        (healthy.id, incident),
    ):
        said = house.ana.types(f"/incident merge {other}", where.channel)
        assert said is not None
        assert said.text == nothing
    assert "Absorbed" not in healthy.happened

    for which in ("list", "list all", "list mine"):
        said = house.ana.types(f"/incident {which}")
        assert said is not None
        assert f"*{healthy.id}*" in said
        assert left_out in said
        assert f"*{incident.id}*" not in said
    home = opens(house.ana, left_out)
    assert f"*{healthy.id}*" in home
    assert f"*{incident.id}*" not in home

    said = house.ana.types("/incident who", incident.channel)
    assert said is not None
    assert f"Muster can't read {incident.id}, so its roles are not known; @ana was told." in said
    assert "*On call now*" in said
    for verb in ("audit", "timeline", "catchup", "task list", "task Restart the pods"):
        said = house.ana.types(f"/incident {verb}", incident.channel)
        assert said is not None
        assert said.text == nothing, verb
