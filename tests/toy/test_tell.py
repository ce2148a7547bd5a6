"""Commands between streams are executed once, whatever dies, moves or can't be read in between."""

import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import pytest
from redis import ConnectionPool

from bot.streams.delivery import Told
from bot.streams.tell import Outcome
from tests.platform.processes import ROOT
from tests.toy.crashing import Crashing, Died
from tests.toy.kinds import Doll, Played, Wind
from tests.toy.machine import ANA, Machine

DOLL_1 = "DOLL-1"
MOST_TRIPS = 40


def receipts(machine: Machine, toy: str) -> list[Told]:
    return [each for each in machine.events(toy) if isinstance(each, Told)]


def played(machine: Machine, doll: str = DOLL_1) -> list[str]:
    return [each.text for each in machine.events(doll) if isinstance(each, Played)]


def poisons(machine: Machine, doll: str) -> None:
    """Make it unreadable, until `heals`."""
    key = f"{machine.store.prefix}events:{doll}"
    machine.redis.rename(key, "whole")
    machine.redis.set(key, "no stream")


def heals(machine: Machine, doll: str) -> None:
    machine.redis.rename("whole", f"{machine.store.prefix}events:{doll}")


def test_a_command_is_executed_and_its_target_reconciled_at_once(machine: Machine) -> None:
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello",)))
    machine.reconciles(toy)
    assert played(machine) == ["hello"]
    assert receipts(machine, toy) == [Told("tell:1:1", DOLL_1, 1, Outcome.DONE)]
    assert machine.world.sung == ["hello"], "the same process reconciled the doll"
    assert machine.wakes_at("again", DOLL_1) is None


def test_a_commands_events_are_in_the_row_of_the_target(machine: Machine) -> None:
    doll, at = Doll(DOLL_1, version=1, played=("hello",)), machine.store.now()
    machine.store.streams.tell(
        DOLL_1,
        [Played("hello")],
        prefix="DOLL",
        at=at,
        by=ANA,
        after=0,
        cause="TOY-1:1:hello",
        state=doll,
    )
    kept = machine.redis.hget(f"{machine.store.prefix}rows:DOLL", DOLL_1)
    assert kept == b'{"version":1,"schema":1,"fields":{"played":"hello"}}'
    assert list(machine.store.rows.read("DOLL", [DOLL_1])) == [(DOLL_1, {"played": "hello"})]


def test_a_refusal_and_no_news_are_receipts(machine: Machine) -> None:
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello", f"{DOLL_1} hello", f"{DOLL_1} bad")))
    machine.reconciles(toy)
    assert [(each.outcome, each.target) for each in receipts(machine, toy)] == [
        (Outcome.DONE, DOLL_1),
        (Outcome.NO_NEWS, DOLL_1),
        (Outcome.REFUSED, DOLL_1),
    ]
    assert receipts(machine, toy)[-1].reason == "Dolls don't play that."
    assert played(machine) == ["hello"]


def test_a_new_stream_is_begun_once(machine: Machine) -> None:
    toy = machine.winds(Wind(tells=("NEW hello", "NEW world")))
    machine.reconciles(toy)
    found = {each.target: played(machine, each.target) for each in receipts(machine, toy)}
    assert sorted(found.values()) == [["hello"], ["world"]]
    assert sorted(found) == machine.store.streams.all_ids("DOLL") == ["DOLL-1", "DOLL-2"]


def test_commands_to_one_target_arrive_in_order(machine: Machine) -> None:
    """Even if the first can't be delivered for now, none overtakes it; those to another target
    aren't delayed."""
    machine.winds(Wind(tells=(f"{DOLL_1} begins",)), "TOY-900")
    machine.reconciles("TOY-900")
    poisons(machine, DOLL_1)
    toy = machine.winds(Wind(tells=(f"{DOLL_1} one", f"{DOLL_1} two", "DOLL-2 elsewhere")))
    machine.winds(Wind(tells=(f"{DOLL_1} three",)), toy)
    machine.reconciles(toy)
    assert [each.target for each in receipts(machine, toy)] == ["DOLL-2"]
    heals(machine, DOLL_1)
    machine.settles(toy)
    assert played(machine) == ["begins", "one", "two", "three"]


def test_a_target_that_cant_be_read_is_told_days_later(machine: Machine) -> None:
    """It isn't given up, however often it fails."""
    machine.winds(Wind(tells=(f"{DOLL_1} begins",)), "TOY-900")
    machine.reconciles("TOY-900")
    poisons(machine, DOLL_1)
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello",)))
    for _ in range(12):
        machine.clock.at += timedelta(hours=10)
        machine.later(toy)
        machine.reconciles(toy)
    assert machine.store.streams.load(toy).pending["tell:1:1"].why == "Unreadable"
    assert not machine.state(toy).deliveries.failed
    heals(machine, DOLL_1)
    machine.settles(toy)
    assert played(machine) == ["begins", "hello"]
    latest = machine.store.streams.read(DOLL_1)[-2]
    assert (latest.event, latest.at) == (Played("hello"), machine.clock.now())


def test_a_command_of_another_kind_is_given_up_and_said(machine: Machine) -> None:
    toy = machine.winds(Wind(tells=("TOY-800 hello",)))
    for _ in range(5):
        machine.later(toy)
        machine.reconciles(toy)
    assert machine.state(toy).deliveries.failed["tell:1:1"].reason == "TypeError"


@pytest.mark.parametrize("to", [DOLL_1, "NEW"])
@pytest.mark.parametrize("after", [False, True])
def test_a_command_is_executed_once_wherever_a_process_dies(
    url: str, machine: Machine, *, after: bool, to: str
) -> None:
    for trip in range(1, MOST_TRIPS):
        machine.redis.flushall()
        toy = machine.winds(Wind(tells=(f"{to} hello",)))
        connection = Crashing(connection_pool=ConnectionPool.from_url(url))
        dying = Machine(connection)
        connection.crash(trip, after=after)
        with suppress(Died):
            dying.reconciles(toy)
        machine.redis.delete(*machine.redis.keys("*:lock:*") or ["none"])
        machine.reconciles(toy, "DOLL-1")
        assert played(machine) == ["hello"], f"trip {trip}"
        assert machine.store.streams.all_ids("DOLL") == ["DOLL-1"], f"trip {trip}"
        assert [each.outcome for each in receipts(machine, toy)] == [Outcome.DONE], f"trip {trip}"
        if connection.trips < trip:
            break
    else:
        raise AssertionError("there are more trips to the store")
    assert trip > 12, "of the toy, and of the doll that was told"


DIES = """
import os, signal, sys
from redis import Redis
from tests.toy.machine import Machine

SHA = ""

class Killed(Redis):
    def execute_command(self, *args, **options):
        answer = super().execute_command(*args, **options)
        if args[:2] == ("EVALSHA", SHA):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

machine = Machine(Killed.from_url(sys.argv[1]))
SHA = machine.store.connection.scripts["TELL"].sha
machine.reconciles(sys.argv[2])
"""


def test_a_process_killed_right_after_the_append_tells_nothing_twice(
    url: str, machine: Machine
) -> None:
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello",)))
    machine.redis.script_load(machine.store.connection.scripts["TELL"].script)
    done = subprocess.run(
        [sys.executable, "-c", DIES, url, toy], cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert played(machine) == ["hello"]
    assert receipts(machine, toy) == []
    machine.redis.delete(f"{machine.store.prefix}lock:{toy}")
    machine.reconciles(toy)
    assert played(machine) == ["hello"]
    assert [each.outcome for each in receipts(machine, toy)] == [Outcome.DONE]


def test_an_executed_command_is_not_decided_again(machine: Machine) -> None:
    """Decided again, the command would change nothing or be refused; the receipt has the first
    outcome."""
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello",)))
    store = machine.store
    store.streams.tell(
        DOLL_1, [Played("hello")], prefix="DOLL", at=machine.clock.now(), by="clock", after=0,
        cause=f"{toy}:1:1",
    )  # fmt: skip
    machine.reconciles(toy)
    assert receipts(machine, toy) == [Told("tell:1:1", DOLL_1, 1, Outcome.DONE)]


@pytest.mark.parametrize(("by", "comes_back"), [("clock", False), (ANA, True)])
def test_only_a_person_brings_back_what_is_quarantined(
    machine: Machine, by: str, *, comes_back: bool
) -> None:
    machine.winds(Wind(tells=(f"{DOLL_1} begins",)), "TOY-900")
    machine.reconciles("TOY-900")
    aside = f"{machine.store.prefix}aside"
    machine.redis.hset(aside, DOLL_1, '{"since":1,"why":"KeyError"}')
    machine.redis.zrem(f"{machine.store.prefix}again", DOLL_1)
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello",)), by=by)
    machine.reconciles(toy)
    assert played(machine) == ["begins", "hello"], "it is told in either case"
    assert (machine.store.quarantine.quarantined(DOLL_1) is None) is comes_back
    assert (machine.world.sung == ["begins", "hello"]) is comes_back
    assert machine.wakes_at("again", DOLL_1) is None


def test_toys_that_tell_one_another_are_each_reconciled_in_one_go(machine: Machine) -> None:
    dolls = [f"DOLL-{n}" for n in range(1, 31)]
    toy = machine.winds(Wind(tells=tuple(f"{each} hello" for each in dolls)))
    machine.reconciles(toy)
    assert machine.world.sung == ["hello"] * 30
    assert [machine.wakes_at("again", each) for each in dolls] == [None] * 30
