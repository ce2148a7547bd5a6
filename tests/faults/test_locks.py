"""One process at a time reconciles an incident: a process that has lost the lock sends nothing
more.
"""

from datetime import timedelta

from bot.execute import LOCK_FOR, SURE_FOR
from bot.ports import CALL_TIMEOUT
from bot.slack.rate_limits import BURST_WAIT
from bot.wiring.connection import open_store
from tests.faults.completeness import agrees, each_thing_was_said_once
from tests.harness import TEAM, Harness

THEIRS = 6_000  # ms


def test_a_lock_that_was_renewed_a_moment_ago_outlives_the_call() -> None:
    assert timedelta(seconds=SURE_FOR + BURST_WAIT + CALL_TIMEOUT) < LOCK_FOR


def test_finishing_releases_the_lock_atomically() -> None:
    """Otherwise a person who acts right after would find the lock held by a process that doesn't
    check again."""
    with Harness() as harness, harness.asks_the_store() as redis:
        store, incident = open_store(redis, TEAM), harness.declares()
        harness.rests()
        version = store.streams.state(incident.id).version
        lock, now = f"lock:{incident.id}", (incident.id, version, None, None)
        assert store.schedule.take_lock(lock, "one", LOCK_FOR, incident.id)
        before = (incident.id, version - 1, None, None)
        assert not store.schedule.finish(*before, lock=lock, token="one"), (
            "something happened since"
        )
        assert not store.schedule.take_lock(lock, "two", LOCK_FOR)
        assert store.schedule.finish(*now, lock=lock, token="one")
        assert store.schedule.take_lock(lock, "two", LOCK_FOR)
        assert store.schedule.finish(*now, lock=lock, token="one")
        assert not store.schedule.take_lock(lock, "three", LOCK_FOR), "it was not ours any more"


def test_a_process_that_loses_the_lock_during_a_call_stops() -> None:
    with Harness() as harness:
        incident = harness.declares()
        harness.rests()
        lock = f"muster:{{{TEAM}}}:lock:{incident.id}"
        first = harness.slack.fails(
            "chat.postMessage", channel=incident.channel.id, pause=True, when="after", times=1
        )
        harness.ana.types("/incident update The first", incident.channel)
        first.waiting()
        harness.ana.types("/incident update The second", incident.channel)
        with harness.asks_the_store() as store:
            free = harness.slack.now() + THEIRS / 1000
            store.set(lock, "somebody else", px=THEIRS)
        first.releases()
        second = incident.channel.expects("The second", kind="update", within=40)
        assert float(second.ts) >= free, "said though another had the lock"
        harness.rests(within=60)
        agrees(harness, incident)
        each_thing_was_said_once(harness)
        harness.check_slack()
