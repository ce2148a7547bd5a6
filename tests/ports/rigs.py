"""A rig for each port: the effect under test, the service behind it, and faults of that service.

A new port needs a rig in `RIGS`; `test_complete.py` fails for a port of `bot` without one.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

import redis
from redis import ConnectionPool, Redis

from bot import policy as policies
from bot.incident.declaring import Declare
from bot.incident.effects import OpenChannel, PostMessage, SendMail, SetTopic
from bot.incident.events import AddressChecked, Failed
from bot.incident.subscriptions import Subscribe
from bot.incident.updates import PostUpdate
from bot.incidents import Incidents, Outcome
from bot.mail.links import SubscriptionLinks
from bot.mail.port import MailPort
from bot.ports import CALL_TIMEOUT, Port
from bot.slack.client import Slack as SlackClient
from bot.slack.port import SlackPort
from bot.slack.rate_limits import RateLimited
from bot.smtp_url import Smtp
from bot.store.workspaces import Identity
from bot.streams import tell
from bot.streams.actor import User
from bot.streams.address import ANNOUNCEMENTS
from bot.streams.effect import Effect, Guarantee
from bot.streams.ids import StreamId
from bot.tells import StreamsPort
from sandbox.driver import Slack
from sandbox.server import Running
from tests.faults.trial_count import THOROUGH
from tests.mail.smtp_server import DROP, LOSE, STALL, SmtpServer
from tests.platform.processes import ROOT
from tests.sandbox.api import Api
from tests.story import BOB
from tests.toy.kinds import THE_END, Played, Ring, Wind
from tests.toy.machine import ANA, TEAM, Machine
from tests.toy.port import Fault as WorldFault
from tests.toy.port import ToyPort


class Fault(Enum):
    """The fault that affects the next call of the effect under test."""

    LOST = auto()  # it doesn't arrive, and there is no answer
    ANSWER_LOST = auto()  # it is executed, and the answer is lost
    TIMES_OUT = auto()  # it is executed, and there is no answer in time
    NOT_NOW = auto()  # it is temporarily refused
    REFUSED = auto()  # it is permanently refused


@dataclass
class Rig:
    """A stream with a pending effect of this `guarantee`, recognized by `tests`; it may have other
    effects, too.

    `fails`: injects a fault into its next call. `heals`: removes all faults. `done`: how often the
    service executed it. `gave_up`: whether a permanent refusal is recorded.
    """

    guarantee: Guarantee
    machine: Machine
    stream: StreamId
    tests: Callable[[Effect], bool]
    fails: Callable[[Fault], None]
    done: Callable[[], int]
    gave_up: Callable[[], bool]
    heals: Callable[[], None] = field(default=lambda: None)


Rigged = Callable[[str], AbstractContextManager[Rig]]  # by the store's URL


def _toy(guarantee: Guarantee) -> Rigged:
    @contextmanager
    def rigged(url: str) -> Iterator[Rig]:
        machine = Machine(Redis.from_url(url))
        faults = {
            Fault.LOST: WorldFault.LOST,
            Fault.ANSWER_LOST: WorldFault.ANSWER_LOST,
            Fault.TIMES_OUT: WorldFault.HANGS,
            Fault.NOT_NOW: WorldFault.NOT_NOW,
            Fault.REFUSED: WorldFault.REFUSED,
        }
        toy = machine.winds(Wind(0, how=guarantee))
        yield Rig(
            guarantee,
            machine,
            toy,
            tests=lambda effect: isinstance(effect, Ring),
            fails=lambda fault: machine.world.faults.append(faults[fault]),
            done=lambda: len(machine.world.done),
            gave_up=lambda: _failed(machine, toy) == ["no"],
        )

    return rigged


class Flaky(Redis):
    """A store whose answer to one script is lost on request."""

    sha = ""
    fault: Fault | None = None

    def execute_command(self, *args: Any, **options: Any) -> Any:
        fault = self.fault if args[:2] == ("EVALSHA", self.sha) else None
        self.fault = None if fault else self.fault
        if fault is Fault.LOST:
            raise redis.ConnectionError("lost")
        answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        if fault is not None:
            raise (redis.TimeoutError if fault is Fault.TIMES_OUT else redis.ConnectionError)
        return answer


@contextmanager
def _streams(url: str) -> Iterator[Rig]:
    flaky = Flaky(connection_pool=ConnectionPool.from_url(url))
    machine = Machine(flaky)
    script = machine.store.connection.scripts["TELL"]
    flaky.script_load(script.script)
    flaky.sha = script.sha
    machine.winds(Wind(tells=("DOLL-1 begins",)), "TOY-900")
    machine.reconciles("TOY-900")
    toy = machine.winds(Wind(tells=("DOLL-1 hello",)))
    events = f"{machine.store.prefix}events:DOLL-1"

    def fails(fault: Fault) -> None:
        if fault is Fault.NOT_NOW:
            flaky.rename(events, "whole")
            flaky.set(events, "nobody can read it")
        elif fault is Fault.REFUSED:
            machine.reconciles(machine.winds(Wind(tells=(f"DOLL-1 {THE_END}",))))
        else:
            flaky.fault = fault

    def heals() -> None:
        if flaky.exists("whole"):
            flaky.rename("whole", events)

    def done() -> int:
        return [e.text for e in machine.events("DOLL-1") if isinstance(e, Played)].count("hello")

    def gave_up() -> bool:
        told = machine.state(toy).deliveries.told.values()
        return [each.outcome for each in told] == [tell.Outcome.REFUSED]

    yield Rig(
        Guarantee.IDEMPOTENT,
        machine,
        toy,
        tests=lambda effect: isinstance(effect, tell.Tell),
        fails=fails,
        done=done,
        gave_up=gave_up,
        heals=heals,
    )


# --- Slack ---------------------------------------------------------------------------------

ANNOUNCE = "announced-here"
TIMED_OUT = CALL_TIMEOUT if THOROUGH else 1.0  # seconds
HOW: dict[Fault, dict[str, Any]] = {
    Fault.LOST: {"reset": True},
    Fault.ANSWER_LOST: {"reset": True, "when": "after"},
    Fault.TIMES_OUT: {"hang": TIMED_OUT + 1, "when": "after"},
    Fault.NOT_NOW: {"ratelimited": 1},
    Fault.REFUSED: {"error": "restricted_action"},
}


@contextmanager
def _declared(url: str, smtp: Smtp | None = None) -> Iterator[tuple[Slack, Machine, StreamId]]:
    """An incident that Ana declared and that isn't reconciled yet, with a local Slack."""
    with Running() as running:
        slack, machine = Slack(running.url), Machine(Redis.from_url(url), f"{running.url}/api/")
        Api(running.url).channel(ANNOUNCE)
        me = Api(running.url)("auth.test")
        identity = Identity(TEAM, me["url"], me["user_id"], me["bot_id"])
        links, zone = SubscriptionLinks(machine.store, None), ZoneInfo("UTC")

        def ports(client: SlackClient) -> tuple[Port, ...]:
            limited = RateLimited(client, machine.store)
            slack_port = SlackPort(limited, machine.store, identity, ANNOUNCE, zone)
            return (slack_port, MailPort(smtp, links, identity, zone))

        machine.ports = ports
        policy = policies.load(ROOT / "playbooks").policy
        outcome = Incidents(machine.store, machine.clock).declare(
            Declare("Checkout is down", policy.severities[-1].id, policy), by=User(ANA), intent="1"
        )
        assert isinstance(outcome, Outcome)
        yield slack, machine, outcome.incident.id
        assert not slack.violations()


def _slack(effect: type, guarantee: Guarantee, method: str) -> Rigged:
    """Slack over HTTP: the local Slack."""

    @contextmanager
    def rigged(url: str) -> Iterator[Rig]:
        with _declared(url) as (slack, machine, incident_id):
            only = {"channel": slack.channel(ANNOUNCE).id} if effect is PostMessage else {}

            def tests(wanted: Effect) -> bool:
                if isinstance(wanted, PostMessage):
                    return effect is PostMessage and wanted.message.to == ANNOUNCEMENTS
                return isinstance(wanted, effect)

            def done() -> int:
                channels = [each for each in slack.channels() if each["name"] != ANNOUNCE]
                ours = [each for each in channels if each["name"].startswith("incident-")]
                if effect is OpenChannel:
                    return len(ours)
                if effect is SetTopic:
                    return sum(bool(slack.channel(each["name"]).topic) for each in ours)
                return len(slack.channel(ANNOUNCE).messages("announcement"))

            yield Rig(
                guarantee,
                machine,
                incident_id,
                tests=tests,
                fails=lambda fault: _ignore(slack.fails(method, **HOW[fault], times=1, **only)),
                done=done,
                gave_up=lambda: _failed(machine, incident_id) == ["restricted_action"],
                heals=slack.heals,
            )

    return rigged


# --- mail ----------------------------------------------------------------------------------

ADDRESS = "ana@example.com"
REPLIES = {
    Fault.LOST: LOSE,
    Fault.ANSWER_LOST: DROP,
    Fault.TIMES_OUT: STALL,
    Fault.NOT_NOW: "451 Try again later",
    Fault.REFUSED: "550 No such user",
}


@contextmanager
def _mail(url: str) -> Iterator[Rig]:
    """SMTP: an update of an incident to a subscriber's own address."""
    with SmtpServer() as server:
        smtp = Smtp("127.0.0.1", server.port, "muster@example.com")
        with _declared(url, smtp) as (_, machine, incident_id):
            incidents = Incidents(machine.store, machine.clock)
            subscribed = incidents.handle(incident_id, Subscribe(ADDRESS), by=User(ANA))
            own = AddressChecked(subscribed.events[0].seq, own=True)
            machine.store.streams.append(incident_id, [own], at=machine.clock.now(), by="clock")
            machine.reconciles(incident_id)
            incidents.handle(incident_id, PostUpdate("Rolling back."), by=User(BOB))
            yield Rig(
                Guarantee.AT_MOST_ONCE,
                machine,
                incident_id,
                tests=lambda effect: isinstance(effect, SendMail),
                fails=lambda fault: server.handler.next_data.append(REPLIES[fault]),
                done=lambda: len(server.mails(ADDRESS)),
                gave_up=lambda: any(
                    each.startswith("550") for each in _failed(machine, incident_id)
                ),
                heals=server.handler.next_data.clear,
            )


def _failed(machine: Machine, stream_id: StreamId) -> list[str]:
    return [each.reason for each in machine.events(stream_id) if isinstance(each, Failed)]


def _ignore(_: object) -> None:
    """Nothing to check while a fault is injected."""


RIGS: dict[type, dict[str, Rigged]] = {
    ToyPort: {f"toy, {each.value}": _toy(each) for each in Guarantee},
    StreamsPort: {"streams": _streams},
    MailPort: {"mail": _mail},
    SlackPort: {
        "slack, announcement": _slack(PostMessage, Guarantee.SEARCHABLE, "chat.postMessage"),
        "slack, channel": _slack(OpenChannel, Guarantee.CLAIMED, "conversations.create"),
        "slack, topic": _slack(SetTopic, Guarantee.IDEMPOTENT, "conversations.setTopic"),
    },
}
