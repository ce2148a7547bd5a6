"""Heavy work: by workers alone, under a lease of its own, and done again if its worker dies."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from redis import ConnectionPool
from rq import Queue

from bot.ports import CallFailed
from bot.rebuild import rebuild
from bot.store.scripts import HEAVY
from bot.streams.actor import CLOCK
from bot.streams.delivery import Failed, Shown
from sandbox.driver import Slack
from sandbox.server import Running
from tests.harness.waiting import until
from tests.toy.crashing import Crashing, Died
from tests.toy.kinds import Doll, Engrave, Played, Wind
from tests.toy.machine import ANA, Machine
from tests.toy.port import Engraver, Fault
from workers import clock, jobs
from workers.heavy import Handler
from workers.queues import OURS, OurQueue

A, B = "engrave:A", "engrave:B"
BRIEF = timedelta(seconds=0.15)  # a lease that is renewed three times within it
SOON = 5.0  # seconds
MOST_TRIPS = 60


def lease(toy: str, key: str = A) -> str:
    return f"muster:{{T1}}:heavy:{toy}:{key}"


def engraved(machine: Machine, toy: str) -> list[Any]:
    """The events recorded of its heavy work."""
    return [each for each in machine.events(toy) if isinstance(each, Shown | Failed)]


def runs_out(machine: Machine, toy: str, key: str = A) -> None:
    """Real time doesn't pass for it."""
    machine.redis.delete(lease(toy, key))


def is_at_rest(machine: Machine, toy: str) -> bool:
    return machine.wakes_at(HEAVY, toy) is None and not list(machine.redis.scan_iter("*:heavy:*"))


class Slow:
    """An engraver that tells when it began, and goes on when it may."""

    def __init__(self, machine: Machine) -> None:
        self.began, self.goes_on = asyncio.Event(), asyncio.Event()
        self._engraver = Engraver(machine.world)

    async def __call__(self, effect: Engrave, state: Any) -> Sequence[Shown]:
        if effect.key == A:
            self.began.set()
            await self.goes_on.wait()
        return await self._engraver(effect, state)


# --- by whom and when ----------------------------------------------------------------------


def test_a_worker_does_it_and_who_reconciles_the_stream_does_not(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))
    assert machine.wakes_at(HEAVY, toy) is not None, "with the event that wants it"
    machine.reconciles(toy)
    assert machine.world.done == []
    machine.works(toy)
    machine.works(toy)
    assert machine.world.done == [A]
    assert engraved(machine, toy) == [Shown(A, "engraved")]
    assert is_at_rest(machine, toy)
    assert machine.wakes_at("again", toy) is None, "it was reconciled after it"


def test_what_reconciling_finds_wanted_is_woken_for(machine: Machine) -> None:
    """The append didn't know the state, or was an older process's."""
    toy = machine.winds(Wind())
    machine.reconciles(toy)
    machine.winds(Wind(engravings=("A",)), toy)
    assert machine.wakes_at(HEAVY, toy) is None
    machine.reconciles(toy)
    assert machine.wakes_at(HEAVY, toy) is not None


def test_what_another_stream_causes_is_woken_for(machine: Machine) -> None:
    """With the event, also if no one reconciles it."""
    at, doll = machine.store.now(), Doll("DOLL-1", version=1, played=("A",))
    told = {"prefix": "DOLL", "at": at, "by": ANA, "after": 0, "cause": "TOY-1:1:A"}
    machine.store.streams.tell("DOLL-1", [Played("A")], state=doll, **told)  # type: ignore[arg-type]
    assert machine.wakes_at(HEAVY, "DOLL-1") is not None
    machine.works("DOLL-1")
    assert machine.world.done == [A]


def test_a_quarantined_stream_is_not_woken_for_it_by_a_machine(machine: Machine) -> None:
    at, aside = machine.store.now(), "muster:{T1}:aside"
    doll = Doll("DOLL-1", version=1, played=("A",))
    told = partial(
        machine.store.streams.tell, "DOLL-1", [Played("A")], prefix="DOLL", at=at, after=0
    )
    machine.redis.hset(aside, "DOLL-1", json.dumps({"since": 1, "why": "E"}))
    told(by=CLOCK, cause="TOY-1:1:A", state=doll)
    assert machine.wakes_at(HEAVY, "DOLL-1") is None
    doll = replace(doll, version=2, played=("A", "B"))
    told(by=ANA, cause="TOY-1:2:B", after=1, state=doll)
    assert not machine.redis.exists(aside), "who acts brings it back"
    assert machine.wakes_at(HEAVY, "DOLL-1") is not None


def test_the_clock_hands_it_to_the_queue_of_long_work(machine: Machine) -> None:
    """Under the names that the release before knows: its workers run beside."""
    toy = machine.winds(Wind(engravings=("A",)))
    bulk = OurQueue("bulk", connection=machine.redis)
    clock.tick(machine.store, machine.clock, Queue("timers", connection=machine.redis), bulk)
    (job,) = bulk.jobs
    assert (job.func_name, job.args) == ("workers.jobs.draft", (toy,))
    assert {"workers.jobs.draft", "workers.jobs.heavy"} < set(OURS)
    assert jobs.draft is jobs.heavy
    assert HEAVY == "draft"
    again = machine.wakes_at(HEAVY, toy)
    assert again is not None
    assert again > machine.store.now().timestamp() * 1000, "a lost job is claimed again"


def test_it_is_not_done_under_the_lock_of_the_stream(machine: Machine) -> None:
    """Who acts meanwhile, and what comes due, wait for nothing."""
    toy = machine.winds(Wind(engravings=("A",)))

    async def meanwhile() -> None:
        slow = Slow(machine)
        async with machine.heavy_worker(slow) as worker, machine.reconciler() as reconciler:
            working = asyncio.create_task(worker.work(toy))
            await asyncio.wait_for(slow.began.wait(), SOON)
            assert not machine.redis.exists(f"muster:{{T1}}:lock:{toy}")
            machine.winds(Wind(0, tells=("DOLL-1 hello",)), toy)
            await reconciler.reconcile(toy)
            assert machine.world.sung == ["hello"]
            assert machine.world.done == [f"ring:{machine.state(toy).rung[0]}"]
            slow.goes_on.set()
            await working

    asyncio.run(meanwhile())
    assert machine.world.done[-1] == A
    assert is_at_rest(machine, toy)


# --- leases --------------------------------------------------------------------------------


def test_two_of_one_stream_have_each_their_lease(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))

    async def side_by_side() -> None:
        slow = Slow(machine)
        async with machine.heavy_worker(slow) as one, machine.heavy_worker() as other:
            working = asyncio.create_task(one.work(toy))
            await asyncio.wait_for(slow.began.wait(), SOON)
            machine.winds(Wind(engravings=("B",)), toy)
            await other.work(toy)
            assert machine.world.done == [B], "the other has A"
            assert machine.wakes_at(HEAVY, toy) is not None
            assert machine.redis.exists(lease(toy, A))
            assert not machine.redis.exists(lease(toy, B))
            slow.goes_on.set()
            await working

    asyncio.run(side_by_side())
    assert machine.world.done == [B, A]
    assert is_at_rest(machine, toy)


def test_a_worker_does_all_that_a_stream_wants_side_by_side(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A", "B")))

    async def one_waits_for_the_other() -> None:
        slow = Slow(machine)

        async def engraves(effect: Engrave, state: Any) -> Sequence[Shown]:
            if effect.key == B:
                slow.goes_on.set()
            return await slow(effect, state)

        async with machine.heavy_worker(engraves) as worker:
            await asyncio.wait_for(worker.work(toy), SOON)

    asyncio.run(one_waits_for_the_other())
    assert sorted(machine.world.done) == [A, B]


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_may_die_anywhere(machine: Machine, *, after: bool) -> None:
    """At every trip to the store: when its lease has run out, the work is done again, and once it
    is recorded, no more."""
    doomed_redis = Crashing(connection_pool=_pool(machine))
    for at in range(1, MOST_TRIPS):
        toy = machine.winds(Wind(engravings=("A",)))
        machine.reconciles(toy)
        machine.world.done.clear()
        doomed_redis.at = None
        doomed = replace(machine, redis=doomed_redis)
        doomed_redis.crash(at, after=after)
        try:
            doomed.works(toy)
        except Died:
            pass
        else:
            assert at > 5, "it makes more trips than that"
            return
        held = machine.redis.exists(lease(toy))
        known = bool(engraved(machine, toy))
        machine.works(toy)
        if held and not known:
            assert not engraved(machine, toy), "whoever has the lease may be alive"
            assert machine.wakes_at(HEAVY, toy) is not None
        runs_out(machine, toy)
        machine.works(toy)
        machine.later(toy)
        machine.reconciles(toy)
        assert engraved(machine, toy) == [Shown(A, "engraved")]
        assert 1 <= len(machine.world.done) <= 2
        assert machine.wakes_at(HEAVY, toy) is None
    raise AssertionError("it never comes to an end")


def _pool(machine: Machine) -> ConnectionPool:
    pool: ConnectionPool = machine.redis.connection_pool
    return pool


def test_a_lease_runs_out_if_nobody_renews_it(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))
    assert machine.store.heavy.take(toy, A, "whoever died", timedelta(minutes=1))
    machine.works(toy)
    assert machine.world.done == []
    machine.redis.pexpire(lease(toy), 10)  # a minute is nearly over
    until(lambda: not machine.redis.exists(lease(toy)), within=SOON, what="it ran out")
    machine.works(toy)
    assert machine.world.done == [A]


def test_what_a_killed_worker_did_is_begun_again_when_its_lease_ends(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))
    lasts = timedelta(seconds=6)
    for token, taken in (("whoever died", True), ("another one", False)):
        machine.redis.zincrby(f"{machine.store.prefix}{HEAVY}", 60_000, toy)  # claimed
        assert machine.store.heavy.take(toy, A, token, lasts) is taken
        wakes = machine.wakes_at(HEAVY, toy)
        assert wakes is not None
        ends = machine.store.now() + timedelta(milliseconds=machine.redis.pttl(lease(toy)))
        assert abs(wakes / 1000 - ends.timestamp()) < 1


def test_a_lease_is_held_as_long_as_the_work_lasts(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))

    async def longer_than_a_lease() -> None:
        slow = Slow(machine)
        async with machine.heavy_worker(slow, lease_for=timedelta(seconds=3)) as worker:
            working = asyncio.create_task(worker.work(toy))
            await asyncio.wait_for(slow.began.wait(), SOON)
            machine.redis.pexpire(lease(toy), 2500)  # half a second is over
            renewed = partial(until, lambda: machine.redis.pttl(lease(toy)) > 2500, within=SOON)
            await asyncio.to_thread(renewed)
            slow.goes_on.set()
            await working

    asyncio.run(longer_than_a_lease())
    assert engraved(machine, toy) == [Shown(A, "engraved")]


def test_whoever_lost_the_lease_stops_and_records_nothing(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))

    async def loses_it() -> None:
        slow = Slow(machine)
        async with machine.heavy_worker(slow, lease_for=BRIEF) as worker:
            working = asyncio.create_task(worker.work(toy))
            await asyncio.wait_for(slow.began.wait(), SOON)
            machine.redis.set(lease(toy), "another worker")
            await asyncio.wait_for(working, SOON)

    asyncio.run(loses_it())
    assert machine.world.done == [], "it was stopped"
    assert engraved(machine, toy) == []
    assert machine.redis.get(lease(toy)) == b"another worker"
    assert machine.wakes_at(HEAVY, toy) is not None
    assert not machine.redis.exists(f"muster:{{T1}}:troubles:{toy}/{A}"), "nobody failed"


def test_a_lease_lost_at_the_last_moment_records_nothing(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))

    async def loses_it(effect: Engrave, state: Any) -> Sequence[Shown]:
        machine.redis.set(lease(toy), "another worker")
        return [Shown(effect.key, effect.digest)]

    machine.works(toy, engraver=loses_it)
    assert engraved(machine, toy) == []
    assert machine.wakes_at(HEAVY, toy) is not None


# --- refusals and errors -------------------------------------------------------------------


def test_a_refusal_for_good_is_recorded_and_it_is_not_tried_again(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))
    machine.world.faults.append(Fault.REFUSED)
    machine.works(toy)
    machine.works(toy)
    assert machine.world.calls == 1
    assert engraved(machine, toy) == [Failed(A, "no", "engraved")]
    assert is_at_rest(machine, toy)


def test_a_refusal_for_now_is_tried_again_later(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))
    machine.world.faults.append(Fault.NOT_NOW)
    machine.works(toy)
    assert engraved(machine, toy) == []
    wake = machine.wakes_at(HEAVY, toy)
    assert wake is not None
    assert wake > machine.store.now().timestamp() * 1000
    machine.reconciles(toy)
    machine.winds(Wind(), toy, by=ANA)
    machine.reconciles(toy)
    assert machine.wakes_at(HEAVY, toy) == wake, "nothing hurries it"
    machine.works(toy)
    assert engraved(machine, toy) == [Shown(A, "engraved")]
    assert is_at_rest(machine, toy)
    assert not machine.redis.exists(f"muster:{{T1}}:troubles:{toy}/{A}")


def test_one_that_raises_every_time_is_quarantined_alone(machine: Machine) -> None:
    with Running() as slack:
        machine.slack = f"{slack.url}/api/"
        toy = machine.winds(Wind(engravings=("A", "B")))
        machine.world.broken.add(A)
        fails(machine, toy)
        assert machine.world.done == [B]
        (quarantined,) = machine.store.quarantine.all_quarantined().values()
        assert (quarantined.what, quarantined.heavy) == (f"{toy}/{A}", A)
        assert quarantined.why == "ZeroDivisionError"
        said = [call["args"]["text"] for call in Slack(slack.url).calls("chat.postMessage")]
        assert said
        assert all(f"quarantined {toy}: the {A} keeps failing" in each for each in said)
        assert is_at_rest(machine, toy)

        machine.winds(Wind(engravings=("C",)), toy)  # by the clock
        machine.reconciles(toy)
        machine.works(toy)
        assert machine.world.done == [B, "engrave:C"], "the others go on"
        assert is_at_rest(machine, toy)
        assert rebuild(machine.store).mended == 0

        machine.world.broken.clear()
        machine.winds(Wind(), toy, by=ANA)  # who acts brings it back
        assert machine.store.quarantine.all_quarantined() == {}
        machine.works(toy)
        assert machine.world.done == [B, "engrave:C", A]
        assert is_at_rest(machine, toy)


@pytest.mark.parametrize("told", [False, True], ids=["the first time", "again"])
def test_one_that_is_quarantined_leaves_the_others_their_wake_up(
    machine: Machine, *, told: bool
) -> None:
    with Running() as slack:
        machine.slack = f"{slack.url}/api/"
        toy = machine.winds(Wind(engravings=("A", "B")))
        tries: list[Engrave] = []
        if told:
            machine.redis.hset(f"muster:{{T1}}:told:{toy}/{A}", "ZeroDivisionError", "[]")

        def b_is_put_off() -> bool:
            refused = machine.redis.hget(f"muster:{{T1}}:troubles:{toy}/{B}", "refused")
            return refused == b"%d" % len(tries)

        async def a_fails_after_b(effect: Engrave, state: Any) -> Sequence[Shown]:
            if effect.key == B:
                raise CallFailed("later")
            tries.append(effect)
            await asyncio.to_thread(until, b_is_put_off)
            raise ZeroDivisionError

        fails(machine, toy, a_fails_after_b)
        assert machine.store.quarantine.all_quarantined().keys() == {f"{toy}/{A}"}
        assert machine.wakes_at(HEAVY, toy) is not None
        machine.works(toy)
        assert machine.world.done == [B]
        assert is_at_rest(machine, toy)


def test_what_was_quarantined_and_is_not_wanted_any_more_is_released(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))
    machine.redis.hset(
        "muster:{T1}:aside", f"{toy}/engrave:Z", json.dumps({"since": 1, "why": "E"})
    )
    machine.works(toy)
    assert machine.store.quarantine.all_quarantined() == {}


def test_it_ends_in_order_before_its_job_does(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))

    async def too_slow() -> None:
        async with machine.heavy_worker(Slow(machine), longest=0.05) as worker:
            await asyncio.wait_for(worker.work(toy), SOON)

    asyncio.run(too_slow())
    assert machine.redis.hget(f"muster:{{T1}}:troubles:{toy}/{A}", "raised") == b"1"
    assert not machine.redis.exists(lease(toy))
    assert machine.wakes_at(HEAVY, toy) is not None


@pytest.mark.parametrize("events", [[], [Shown("another", "")]])
def test_one_that_is_wanted_again_when_it_is_done_goes_in_no_circles(
    machine: Machine, events: list[Shown]
) -> None:
    toy = machine.winds(Wind(engravings=("A",)))
    done = []

    async def in_vain(effect: Engrave, state: Any) -> Sequence[Shown]:
        done.append(effect.key)
        return events

    machine.works(toy, engraver=in_vain)
    assert done == [A]
    assert machine.redis.hget(f"muster:{{T1}}:troubles:{toy}/{A}", "raised") == b"1"


def test_one_that_nobody_can_do_is_a_failure_like_any_other(machine: Machine) -> None:
    toy = machine.winds(Wind(engravings=("A",)))

    async def without_a_handler() -> None:
        async with machine.heavy_worker() as worker:
            await replace(worker, handlers={}).work(toy)

    asyncio.run(without_a_handler())
    assert machine.redis.hget(f"muster:{{T1}}:troubles:{toy}/{A}", "raised") == b"1"


def fails(machine: Machine, toy: str, engraver: Handler | None = None) -> None:
    """It is tried until it is quarantined, over a longer time than real time takes for it."""
    for _ in range(5):
        machine.works(toy, engraver=engraver)
        machine.redis.hincrby(f"muster:{{T1}}:troubles:{toy}/{A}", "first", -4000)


# --- lost and found ------------------------------------------------------------------------


def test_a_lost_wake_up_is_made_anew(machine: Machine) -> None:
    toy = machine.winds(Wind(10, engravings=("A",)))
    machine.reconciles(toy)
    assert rebuild(machine.store).mended == 0
    machine.redis.delete(f"muster:{{T1}}:{HEAVY}")
    assert rebuild(machine.store).mended == 1
    assert machine.wakes_at(HEAVY, toy) is not None
    assert machine.wakes_at("again", toy) is None, "there is nothing to reconcile"
    machine.works(toy)
    assert machine.world.done == [A]
