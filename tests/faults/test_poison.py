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
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, until
from tests.harness.real_time import locks_lapse, tried_sooner

TRIED = 40.0  # seconds until everything damaged is quarantined, on a busy machine


@pytest.fixture
def harness() -> Iterator[Harness]:
    with Harness() as harness:
        yield harness
        harness.check_slack()


@pytest.fixture
def store(harness: Harness) -> Iterator[Redis]:
    with harness.asks_the_store() as store:
        yield store


def test_damaged_incidents_are_quarantined_and_stop_nothing(
    harness: Harness, store: Redis, trials: Trials
) -> None:
    which = UNREADABLE if THOROUGH else dict(islice(UNREADABLE.items(), 0, None, 3))
    healthy = harness.declares("sev2")
    harness.ana.types("/incident help")  # opens the DM with ana
    poisoned = {what: harness.declares("sev2", title=f"Secret {what}") for what in which}
    first = next(iter(poisoned.values()))
    merged = harness.declares("sev3")
    harness.ana.types(f"/incident merge {merged.id}", first.channel)
    harness.rests()
    for what, (_, poison) in which.items():
        _takes(poison, poisoned[what], store)
        trials.add()

    said = harness.ana.types("/incident update Nothing hinders us", healthy.channel)
    assert said is not None
    assert "Posting your update in" in said
    healthy.channel.expects("Nothing hinders us", kind="update", within=3)

    ana = harness.ana.dm()
    with tried_sooner(harness):
        for what, (why, _) in which.items():
            incident = poisoned[what]
            aside = partial(_is_set_aside, store, incident.id)
            until(aside, within=TRIED, what=f"{what}, set aside")
            told = incident.expects(
                "aside", f"{why}). Everything else keeps working", to=ana, within=15
            )
            assert f"muster incidents --retry {incident.id}" in told
            assert "Secret" not in told
        until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")
    listed = harness.muster("incidents")
    assert listed.returncode == 0, listed.stderr
    assert f"{healthy.id} " in listed.stdout
    rows = {row["id"]: row for row in harness.records()}
    for what, (why, _) in which.items():
        assert rows[poisoned[what].id]["set_aside"]["why"].endswith(why), what
        assert rows[poisoned[what].id]["title"] is None
        assert f"--retry {poisoned[what].id}" in listed.stdout
    assert "set_aside" not in rows[healthy.id]
    assert not [
        line for line in harness.logs().splitlines() if _is_error(line) and "Secret" in line
    ]

    _acted_on(harness, first)
    _looked_for(harness, first, healthy, len(poisoned))
    said = harness.ana.types("/incident note Does it go on?", merged.channel)
    assert said is not None
    assert f"{merged.id} was merged into {first.id}. Type it in" in said
    harness.kill()
    harness.start()
    for incident in poisoned.values():
        wake(store, incident.id)
    harness.ana.types("/incident update Nor after a restart", healthy.channel)
    healthy.channel.expects("Nor after a restart", kind="update")
    with tried_sooner(harness):
        until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")
    for incident in poisoned.values():
        assert len(incident.messages("aside", to=ana)) == 1


def test_acting_on_or_repairing_an_incident_retries_it(
    harness: Harness, store: Redis, trials: Trials
) -> None:
    for process in harness.processes.values():
        process.env["MUSTER_ADMINS"] = "#engineering-leads, U0CLEO"
    harness.kill()
    harness.start()
    raises, undraftable, mended, unspeakable = (harness.declares("sev2") for _ in range(4))
    harness.rests()
    leads = harness.slack.channel("engineering-leads")
    lost = harness.slack.fails(
        "chat.postMessage", channel=leads.id, pause=True, when="after", times=1
    )
    mend = antidote(store, mended.id)
    _takes(RAISES, raises, store)
    _takes(NEWER, mended, store)
    _takes(UNSPEAKABLE, unspeakable, store)
    harness.ana.types("/incident update Comes after what can't be said", unspeakable.channel)
    UNDRAFTABLE(store, undraftable.id)
    harness.ana.types("/incident resolve it is over", undraftable.channel)
    trials.add(4)

    with tried_sooner(harness):
        lost.waiting(within=TRIED)  # posted, and the process is killed before it gets the answer
    harness.kill()
    lost.stops()
    locks_lapse(harness)
    harness.start()
    with tried_sooner(harness):
        for incident, words in (
            (raises, f"quarantined {raises.id}: handling it"),
            (undraftable, f"quarantined {undraftable.id}: drafting the postmortem"),
            (mended, f"quarantined {mended.id}: handling it"),
        ):
            incident.expects("aside", words, to=leads, within=TRIED)
            incident.expects("aside", words, to=harness.cleo.dm(), within=TRIED)
        until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")

    unspeakable.channel.expects("Comes after", kind="update", within=TRIED)
    unspeakable.card.shows("stage message (KeyError)")
    assert not _is_set_aside(store, unspeakable.id)
    harness.ana.types("/incident reopen it is not", undraftable.channel)
    undraftable.channel.expects("it is not", kind="stage")  # only its draft is quarantined
    said = harness.ana.types("/incident note Look here", raises.channel)
    assert said is not None
    assert f"couldn't process {raises.id} recently and is retrying now" in said
    assert "#engineering-leads and @cleo were notified" in said
    assert harness.muster("incidents", "--retry", "INC-999").returncode == 1
    mend()
    again = harness.muster("incidents", "--retry", mended.id.lower())
    assert again.returncode == 0, again.stderr
    said = harness.ana.types("/incident update Here we are again", mended.channel)
    assert said is not None
    mended.channel.expects("Here we are again", kind="update")
    until(lambda: not _is_set_aside(store, mended.id), what="no longer set aside")
    if THOROUGH:  # it fails and is quarantined as before, and no one is notified twice
        until(partial(_is_set_aside, store, raises.id), within=TRIED, what="set aside again")
        until(partial(_sleeps, store), within=TRIED, what="nothing woken any more")
    for incident in (raises, undraftable, mended):
        assert len(incident.messages("aside", to=leads)) == 1
        assert len(incident.messages("aside", to=harness.cleo.dm())) == 1
    assert not harness.ana.dm().messages("aside")


def _takes(poison: Poison, incident: Incident, store: Redis) -> None:
    poison(store, incident.id)
    wake(store, incident.id)


def _is_set_aside(store: Redis, what: str) -> bool:
    return bool(store.hexists(f"{PREFIX}aside", what))


def _sleeps(store: Redis) -> bool:
    """Remove all wake-ups (damaged pending calls, which `harness.rests` looks for, stay)."""
    return not store.zcard(f"{PREFIX}again") and not store.zcard(f"{PREFIX}draft")


def _is_error(line: str) -> bool:
    return line.startswith("{") and json.loads(line).get("level") == "error"


def _acted_on(harness: Harness, incident: Incident) -> None:
    """Check that a person who acts on it gets one sentence about the problem and who was
    notified."""
    for said in (
        harness.ana.types("/incident update Is this thing on?", incident.channel),
        harness.ana.types("/incident", incident.channel),
        harness.ana.types("/incident help", incident.channel),
        incident.card.click("Take command", as_=harness.ana),
    ):
        assert said is not None
        assert said.text == (
            f"Muster can't read {incident.id}, so nothing was done. @ana was notified."
        )


def _looked_for(harness: Harness, incident: Incident, healthy: Incident, many: int) -> None:
    """Check that nothing can be merged with it, and that lists show the rest and say that there is
    more, without numbers, which may be private."""
    nothing = f"Muster can't read {incident.id}, so nothing was done. @ana was notified."
    left_out = f"{many} incident{'s' if many > 1 else ''} can't be read and "
    for other, where in (
        (incident.id, healthy),
        (f"#{incident.channel.name}", healthy),
        (healthy.id, incident),
    ):
        said = harness.ana.types(f"/incident merge {other}", where.channel)
        assert said is not None
        assert said.text == nothing
    assert "Absorbed" not in healthy.happened

    for which in ("list", "list all", "list mine"):
        said = harness.ana.types(f"/incident {which}")
        assert said is not None
        assert f"*{healthy.id}*" in said
        assert left_out in said
        assert f"*{incident.id}*" not in said
    home = opens(harness.ana, left_out)
    assert f"*{healthy.id}*" in home
    assert f"*{incident.id}*" not in home

    said = harness.ana.types("/incident who", incident.channel)
    assert said is not None
    assert f"Muster can't read {incident.id}, so its roles are unknown. @ana was notified." in said
    assert "*On call now*" in said
    for verb in ("audit", "timeline", "catchup", "task list", "task Restart the pods"):
        said = harness.ana.types(f"/incident {verb}", incident.channel)
        assert said is not None
        assert said.text == nothing, verb
