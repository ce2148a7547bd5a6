"""A kind unknown to Muster is reconciled, timed, listed, quarantined and checked like an
incident."""

from dataclasses import replace
from datetime import timedelta

import pytest
from rq import Queue

from bot.doctor import processes, streams
from bot.report import retry
from bot.settings import Settings
from bot.store import Unreadable
from bot.store.workspaces import Identity, remember
from bot.streams.delivery import Failed, Shown
from bot.tells import StreamsPort
from sandbox.driver import Slack
from sandbox.server import Running
from tests.toy.kinds import POISON, Rang, Wind, Wound
from tests.toy.machine import ANA, TEAM, Machine
from tests.toy.port import Fault
from workers import clock, jobs
from workers.queues import OurQueue

MINUTE = timedelta(minutes=1)


def rings(machine: Machine) -> str:
    """A toy that is due and not reconciled yet."""
    toy = machine.winds(Wind(1))
    machine.reconciles(toy)
    machine.clock.at += MINUTE
    return toy


def poisons(machine: Machine, toy: str) -> None:
    """Add an event of a newer Muster."""
    line = '{"kind":"FromTheFuture","at":"2026-11-30T00:00:00+00:00","by":"clock"}'
    machine.redis.xadd(f"{machine.store.prefix}events:{toy}", {"e": line})


def fails(machine: Machine, toy: str, times: int = 5) -> None:
    """Let it fail this often, over a longer time than really passes."""
    for _ in range(times):
        with pytest.raises((ZeroDivisionError, Unreadable)):
            machine.reconciles(toy)
        first = f"{machine.store.prefix}troubles:{toy}"
        machine.redis.hincrby(first, "first", -4000)


# --- reconciled and timed ------------------------------------------------------------------


def test_a_toy_rings_when_its_time_has_come_and_once(machine: Machine) -> None:
    toy = machine.winds(Wind(1))
    machine.reconciles(toy)
    assert machine.world.done == []
    due = machine.wakes_at("due", toy)
    assert due == int(machine.state(toy).rings_at.timestamp() * 1000)
    assert machine.wakes_at("pages", toy) == due

    machine.clock.at += MINUTE
    machine.reconciles(toy)
    machine.reconciles(toy)
    assert machine.world.done == ["ring:2"]
    wound, rang, shown = machine.events(toy)
    assert isinstance(wound, Wound)
    assert wound.rings_at is not None
    assert rang == Rang(wound.rings_at)
    assert shown == Shown("ring:2", "rung")
    assert [machine.wakes_at(each, toy) for each in ("due", "pages", "again")] == [None] * 3


def test_the_clock_hands_a_toy_to_a_worker_that_reconciles_it(machine: Machine) -> None:
    """Its timer has the priority of pages."""
    toy = rings(machine)
    queue = OurQueue("toys", connection=machine.redis)
    clock.tick(machine.store, machine.clock, queue, Queue("bulk", connection=machine.redis))
    (job,) = queue.jobs
    assert (job.func_name, job.args) == ("workers.jobs.attend", (toy,))
    assert jobs._is_id(toy)
    machine.reconciles(*job.args)
    assert machine.world.done == ["ring:2"]


def test_an_effect_that_raises_every_time_is_given_up_and_stops_nothing_else(
    machine: Machine,
) -> None:
    toy = rings(machine)
    machine.world.broken.add("ring:2")
    machine.reconciles(toy)
    machine.winds(Wind(0, tells=("DOLL-1 hello",)), toy)
    machine.settles(toy)
    given_up, (second,) = Failed("ring:2", "ZeroDivisionError", "rung"), machine.world.done
    assert given_up in machine.events(toy)
    assert second == f"ring:{machine.state(toy).rung[-1]}" != "ring:2"
    assert machine.world.sung == ["hello"]
    assert machine.store.quarantine.all_quarantined() == {}


def test_an_effect_that_no_port_executes_waits_and_stops_nothing_else(machine: Machine) -> None:
    """A process of another release may have a port for it."""
    toy = rings(machine)
    machine.winds(Wind(0, tells=("DOLL-1 hello",)), toy)
    without = replace(machine, ports=lambda _: (StreamsPort(machine.store),))
    without.clock = machine.clock
    without.reconciles(toy)
    assert "DOLL-1" in machine.store.streams.all_ids("DOLL")
    assert machine.world.done == []
    pending = machine.store.streams.load(toy).pending
    assert {call.why for call in pending.values()} == {"no port executes Ring"}
    machine.settles(toy)
    assert machine.world.done


# --- listed --------------------------------------------------------------------------------


def test_toys_are_listed_and_what_is_over_isnt_open(machine: Machine) -> None:
    over, still = rings(machine), machine.winds(Wind(10))
    machine.reconciles(over)
    streams_of = machine.store.streams
    assert streams_of.all_ids("TOY") == [over, still]
    assert streams_of.open_ids("TOY") == [still]
    assert streams_of.all_ids("INC") == []
    toys = dict(streams_of.states([over, still]))
    toy = machine.store.kinds.of(over)
    assert [toy.summary(each) for each in toys.values()] == [{"wound": "1"}] * 2


# --- quarantined ---------------------------------------------------------------------------


def test_a_toy_that_cant_be_read_is_quarantined_and_the_admins_told(machine: Machine) -> None:
    with Running() as slack:
        machine.slack = f"{slack.url}/api/"
        toy, healthy = rings(machine), rings(machine)
        poisons(machine, toy)
        fails(machine, toy)
        quarantined = machine.store.quarantine.quarantined(toy)
        assert quarantined is not None
        assert (quarantined.why, bool(quarantined.told)) == ("UnknownEvent", True)
        machine.reconciles(healthy)
        assert machine.world.done == ["ring:2"]
        said = [call["args"]["text"] for call in Slack(slack.url).calls("chat.postMessage")]
        assert said
        assert all(f"muster incidents --retry {toy}" in each for each in said)
    assert [machine.wakes_at(each, toy) for each in ("due", "pages", "again")] == [None] * 3


def test_a_toy_whose_effects_raise_is_quarantined_until_a_person_acts(machine: Machine) -> None:
    toy = machine.winds(Wind(how=POISON))
    fails(machine, toy)
    assert machine.store.quarantine.all_quarantined().keys() == {toy}
    machine.winds(Wind(), toy)  # by the clock
    assert machine.store.quarantine.all_quarantined().keys() == {toy}
    machine.winds(Wind(), toy, by=ANA)
    assert machine.store.quarantine.all_quarantined() == {}
    machine.reconciles(toy)


def test_an_operator_retries_a_toy(machine: Machine, url: str) -> None:
    toy = machine.winds(Wind(how=POISON), "TOY-tin_soldier")
    fails(machine, toy)
    remember(machine.redis, "xoxb-1", Identity(TEAM, "https://acme.slack.com/", "U1", "B1"))
    settings = Settings.model_validate({"redis_url": url, "slack_bot_token": "xoxb-1"})
    assert retry(settings, toy) == "TOY-tin_soldier was released from quarantine."
    assert machine.store.quarantine.all_quarantined() == {}


# --- checked by doctor ---------------------------------------------------------------------


def test_doctor_counts_toys_and_names_those_that_cant_be_read(machine: Machine, url: str) -> None:
    settings = Settings.model_validate({"redis_url": url, "slack_bot_token": "xoxb-1"})
    over, damaged = rings(machine), rings(machine)
    machine.winds(Wind(10))
    machine.reconciles(over)
    assert list(map(str, streams.examine(machine.store))) == [
        "ok    streams          0 incidents (0 open), 3 toys (2 open), 0 dolls (0 open)"
    ]
    poisons(machine, damaged)
    fails(machine, damaged)
    found = [str(each) for each in streams.examine(machine.store)]
    assert found[0].startswith(f"FAIL  streams          {damaged} can't be read (UnknownEvent): ")
    found = [str(each) for each in processes.examine(machine.store, settings)]
    assert any(each.startswith(f"FAIL  quarantined      {damaged}: Unknown") for each in found)


def test_a_stream_of_a_kind_that_nobody_knows_stops_nothing(machine: Machine) -> None:
    """It was written by a newer Muster: it is kept, and this process ignores it."""
    toy = rings(machine)
    machine.redis.xadd(f"{machine.store.prefix}events:DRONE-1", {"e": "{}"})
    with pytest.raises(Unreadable, match="DRONE-1: UnknownKind"):
        machine.reconciles("DRONE-1")
    machine.reconciles(toy)
    assert machine.world.done == ["ring:2"]


def test_a_call_that_hangs_is_given_up_for_now_and_stops_nobody_else(machine: Machine) -> None:
    """Ringing is idempotent, so it is repeated after a timeout."""
    toy, other = rings(machine), rings(machine)
    machine.world.faults.append(Fault.HANGS)
    machine.reconciles(toy, other)
    assert machine.world.done == ["ring:2", "ring:2"], "one each"
    assert machine.store.streams.load(toy).pending, "its outcome isn't known"
    assert not machine.store.streams.load(other).pending
    machine.settles(toy)
    assert machine.world.done == ["ring:2"] * 3
