"""One suite for all ports: the outcome of failing calls, by the guarantee of the effect."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from redis import RedisError

from bot.execute import IN_DOUBT
from bot.ports import CallFailed, Port, Searchable
from bot.streams.delivery import Failed
from bot.streams.effect import Effect, Guarantee
from tests.ports.rigs import RIGS, TIMED_OUT, Fault, Rig, Rigged
from tests.toy.crashing import Died

G = Guarantee
ONCE = dict.fromkeys(G, 1)
LOST = {**ONCE, G.AT_MOST_ONCE: 0}
DONE = {**ONCE, G.BETTER_TWICE: 2}  # an idempotent call may have been made twice, too
WAYS = {name: rigged for rigs in RIGS.values() for name, rigged in rigs.items()}


@pytest.fixture(params=WAYS)
def rig(request: pytest.FixtureRequest, url: str) -> Iterator[Rig]:
    rigged: Rigged = WAYS[request.param]
    with rigged(url) as rig:
        yield replace(rig, tests=lambda effect: is_tested(rig, effect))


def is_tested(rig: Rig, effect: Effect) -> bool:
    """Whether it is the effect under test, which has to have the guarantee of its rig."""
    found = rig.tests(effect)
    assert not found or effect.guarantee is rig.guarantee, "the rig names another guarantee"
    return found


@dataclass(frozen=True)
class Dying:
    """The port of a process that dies at the call under test, before or after making it."""

    port: Port
    rig: Rig
    after: bool

    @property
    def effects(self) -> tuple[type, ...]:
        return self.port.effects

    async def place(self, effect: Any, state: Any) -> str:
        return await self.port.place(effect, state)

    async def perform(self, effect: Any, state: Any, place: str, at: datetime) -> Any:
        if not self.rig.tests(effect):
            return await self.port.perform(effect, state, place, at)
        if self.after:
            await self.port.perform(effect, state, place, at)
        raise Died

    async def find(
        self, effect: Any, state: Any, place: str, began: datetime, at: datetime
    ) -> Any | None:
        assert isinstance(self.port, Searchable)
        return await self.port.find(effect, state, place, began, at)

    async def forget(self, effect: Any, failure: CallFailed) -> bool:
        return await self.port.forget(effect, failure)

    async def refused(self, effect: Any, state: Any, failure: CallFailed) -> Any:
        return await self.port.refused(effect, state, failure)


def dies(rig: Rig, *, after: bool) -> None:
    machine, ports = rig.machine, rig.machine.own_ports
    dying = replace(
        machine, ports=lambda slack: [Dying(port, rig, after) for port in ports(slack)]
    )
    with pytest.raises(Died):
        dying.reconciles(rig.stream)


def settles(rig: Rig) -> None:
    """Reconcile with new processes until everything is done."""
    rig.heals()
    rig.machine.settles(rig.stream)


@contextmanager
def sooner_timed_out() -> Iterator[None]:
    """The ports wait for an answer for a second; as long as in production in `make prove`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("bot.") and name not in ("bot.ports", "bot.execute"):
                patch.setattr(module, "CALL_TIMEOUT", TIMED_OUT, raising=False)
        yield


def unknown(rig: Rig) -> bool:
    """Whether it is recorded that the outcome is unknown."""
    events = rig.machine.events(rig.stream)
    return any(isinstance(each, Failed) and each.reason == IN_DOUBT for each in events)


def holds(rig: Rig, expected: dict[Guarantee, int]) -> None:
    """Check that it was done as often as its guarantee allows, and nothing is pending."""
    done, most = rig.done(), expected[rig.guarantee]
    if rig.guarantee is G.IDEMPOTENT:
        assert done >= most
    else:
        assert done == most
    assert unknown(rig) is (rig.guarantee is G.AT_MOST_ONCE)
    machine = rig.machine
    wanted = machine.store.kinds.of(rig.stream).effects(machine.state(rig.stream))
    assert not [effect for effect in wanted if rig.tests(effect)]


def test_a_call_is_made_once(rig: Rig) -> None:
    rig.machine.reconciles(rig.stream)
    settles(rig)
    rig.machine.reconciles(rig.stream)
    assert rig.done() == 1
    assert not unknown(rig)


def test_a_crash_before_the_call(rig: Rig) -> None:
    dies(rig, after=False)
    assert rig.done() == 0
    settles(rig)
    holds(rig, LOST)


def test_a_crash_after_the_call(rig: Rig) -> None:
    dies(rig, after=True)
    assert rig.done() == 1
    settles(rig)
    holds(rig, DONE)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.ANSWER_LOST, Fault.TIMES_OUT])
def test_a_call_without_an_answer(rig: Rig, fault: Fault) -> None:
    rig.fails(fault)
    with suppress(RedisError), sooner_timed_out():  # the store of a Tell; its wake-up remains
        rig.machine.reconciles(rig.stream)
    assert rig.done() == (fault is not Fault.LOST)
    calls = rig.machine.store.streams.load(rig.stream).pending.values()
    in_doubt = any(call.began is not None for call in calls)
    assert in_doubt == rig.guarantee.needs_marker, "the port didn't notice: does it time out?"
    settles(rig)
    holds(rig, LOST if fault is Fault.LOST else DONE)


def test_a_refusal_for_now(rig: Rig) -> None:
    """The call isn't in doubt; it is made later, once."""
    rig.fails(Fault.NOT_NOW)
    rig.machine.reconciles(rig.stream)
    assert [each.why for each in rig.machine.store.streams.load(rig.stream).pending.values()]
    settles(rig)
    assert rig.done() == 1
    assert not unknown(rig)


def test_a_refusal_for_good(rig: Rig) -> None:
    """It is recorded, and the call isn't made again."""
    rig.fails(Fault.REFUSED)
    rig.machine.reconciles(rig.stream)
    settles(rig)
    rig.machine.reconciles(rig.stream)
    assert rig.done() == 0
    assert rig.gave_up()
    assert rig.machine.store.streams.load(rig.stream).pending == {}


def test_every_guarantee_is_in_the_suite(url: str) -> None:
    tried = set()
    for rigged in WAYS.values():
        with rigged(url) as rig:
            tried.add(rig.guarantee)
    assert tried == set(Guarantee)
