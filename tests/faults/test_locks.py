"""An incident is attended to by one process at a time: who lost the lock says nothing more."""

from datetime import timedelta

from bot.carry import LOCK_FOR, SURE_FOR
from bot.slack.client import CALL_TIMEOUT
from bot.slack.pace import AT_THE_GATE
from tests.faults.whole import agrees, each_thing_was_said_once
from tests.house import TEAM, House

THEIRS = 6_000  # ms


def test_a_lock_that_nobody_asked_about_for_a_moment_outlives_the_call() -> None:
    assert timedelta(seconds=SURE_FOR + AT_THE_GATE + CALL_TIMEOUT) < LOCK_FOR


def test_who_lost_the_lock_amid_a_call_leaves_the_rest_to_whoever_has_it() -> None:
    with House() as house:
        incident = house.declares()
        house.rests()
        lock = f"muster:{{{TEAM}}}:lock:{incident.id}"
        first = house.slack.fails(
            "chat.postMessage", channel=incident.channel.id, pause=True, when="after", times=1
        )
        house.ana.types("/incident update The first", incident.channel)
        first.waiting()
        house.ana.types("/incident update The second", incident.channel)
        with house.asks_the_store() as store:
            free = house.slack.now() + THEIRS / 1000
            store.set(lock, "somebody else", px=THEIRS)
        first.releases()
        second = incident.channel.expects("The second", kind="update", within=40)
        assert float(second.ts) >= free, "said though another had the lock"
        house.rests(within=60)
        agrees(house, incident)
        each_thing_was_said_once(house)
        house.check_slack()
