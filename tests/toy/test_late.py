"""A call that something held up after its start was stored: by the time it could be sent, another
process may have found that it wasn't made, and make it."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Any

import pytest

from bot.clock import seconds_since_boot
from bot.mail.delivery import deliver
from bot.ports import NotSent, check_in_time, send_by
from bot.slack.client import Slack
from bot.smtp_url import parse
from bot.streams.delivery import Shown
from bot.streams.effect import Guarantee
from bot.tells import StreamsPort
from sandbox.driver import Slack as Driver
from sandbox.server import Running
from tests.toy.kinds import Ring, Sing, Wind
from tests.toy.machine import Machine
from tests.toy.port import ToyPort


@dataclass(frozen=True)
class HeldUp(ToyPort):
    """A port that is ready to send when it's too late, if it ever can be."""

    async def perform(self, effect: Ring | Sing, state: Any, place: str, at: datetime) -> Shown:
        check_in_time(inf)
        return await super().perform(effect, state, place, at)


MARKED = [one for one in Guarantee if one.needs_marker]


@pytest.mark.parametrize("guarantee", MARKED)
def test_it_is_not_sent_and_stays_in_doubt(machine: Machine, guarantee: Guarantee) -> None:
    toy = machine.winds(Wind(0, how=guarantee))
    ports = (HeldUp(machine.world), StreamsPort(machine.store))
    replace(machine, ports=lambda _: ports).reconciles(toy)
    assert machine.world.done == []
    (call,) = machine.store.streams.load(toy).pending.values()
    assert call.began is not None
    machine.settles(toy)
    assert len(machine.world.done) == (guarantee is not Guarantee.AT_MOST_ONCE)


def test_one_that_may_be_repeated_is_sent_whenever_it_can(machine: Machine) -> None:
    toy = machine.winds(Wind(0, how=Guarantee.IDEMPOTENT))
    ports = (HeldUp(machine.world), StreamsPort(machine.store))
    replace(machine, ports=lambda _: ports).reconciles(toy)
    assert len(machine.world.done) == 1


def test_slack_gets_nothing() -> None:
    with Running() as running:

        async def late() -> None:
            slack = Slack("xoxb-1", f"{running.url}/api/")
            send_by.set(seconds_since_boot() - 0.1)
            try:
                await slack.call("chat.postMessage", channel="C0GENERAL", text="Late")
            finally:
                await slack.close()

        with pytest.raises(NotSent):
            asyncio.run(late())
        assert Driver(running.url).calls() == []


def test_a_mail_server_gets_nothing() -> None:
    async def late() -> None:
        send_by.set(seconds_since_boot() - 0.1)
        await deliver(parse("smtp://127.0.0.1:9?from=muster@example.com"), b"", "ana@example.com")

    with pytest.raises(NotSent):
        asyncio.run(late())
