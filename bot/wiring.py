"""The only place where the parts are put together, and where a clock or a connection begins."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiohttp import web
from redis import Redis, RedisError
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry

from bot import policy as policies
from bot.attend import Attendant
from bot.clock import Clock, RehearsalClock, StoreClock
from bot.errors import Stop
from bot.house import House
from bot.incidents import Incidents
from bot.listeners.bolt import Front, bind
from bot.listeners.features import FEATURES
from bot.oncall import on_call
from bot.policy import BrokenPolicy, Loaded
from bot.settings import Settings
from bot.slack.client import Slack, SlackError
from bot.slack.identity import Identity, introduce, remembered
from bot.slack.perform import Hands
from bot.socket import Socket
from bot.store import Store
from bot.web import application, events

log = structlog.get_logger()

WAIT_FOR_STORE = 2.0  # seconds, on the way a person waits for: then they are told


def connect(settings: Settings, *, patient: bool = False) -> Redis:
    """The store's connection. `patient`: retry and wait, for processes that nobody waits for."""
    assert settings.redis_url is not None  # the CLI found one
    retry = Retry(ExponentialBackoff(cap=2, base=0.05), 8) if patient else Retry(NoBackoff(), 0)
    return Redis.from_url(
        settings.redis_url.get_secret_value(),
        socket_timeout=30 if patient else WAIT_FOR_STORE,
        socket_connect_timeout=WAIT_FOR_STORE,
        retry=retry,
        health_check_interval=0,
    )


def read_policy(settings: Settings) -> Loaded:
    """The policy files. Stops with every problem they have."""
    try:
        return policies.load(settings.muster_playbooks)
    except BrokenPolicy as broken:
        raise Stop(str(broken)) from None


def incident_clock(settings: Settings, store: Store) -> Clock:
    if settings.muster_clock_url:
        return RehearsalClock(settings.muster_clock_url)
    return StoreClock(store.now)


def slack_client(settings: Settings) -> Slack:
    assert settings.slack_bot_token is not None
    return Slack(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)


async def who_we_are(settings: Settings, slack: Slack, redis: Redis) -> Identity:
    """Asked of Slack; while it is away, remembered. Waits for either; stops on a bad token."""
    assert settings.slack_bot_token is not None
    token = settings.slack_bot_token.get_secret_value()
    while True:
        try:
            return await introduce(slack, redis, token)
        except SlackError as refusal:
            if refusal.reason in ("invalid_auth", "account_inactive", "token_revoked"):
                raise Stop(
                    f"SLACK_BOT_TOKEN: Slack refuses it ({refusal.reason}); "
                    "copy it anew from your app's page, OAuth & Permissions"
                ) from None
            with contextlib.suppress(RedisError):
                if known := await asyncio.to_thread(remembered, redis, token):
                    return known
            log.warning("slack away", reason=refusal.reason)
        except RedisError as away:
            log.warning("store away", error=type(away).__name__)
        await asyncio.sleep(1)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a process needs to attend to incidents."""

    store: Store
    clock: Clock
    attendant: Attendant
    loaded: Loaded

    @property
    def hands(self) -> Hands:
        return self.attendant.hands


async def bench(settings: Settings, slack: Slack, *, patient: bool = True) -> Bench:
    """`patient`: nobody waits for this process, so it waits for its store."""
    loaded = read_policy(settings)
    redis = connect(settings, patient=patient)
    identity = await who_we_are(settings, slack, redis)
    store = Store(redis, identity.team)
    clock = incident_clock(settings, store)

    def people_on_call(at: datetime) -> Mapping[str, Sequence[str]]:
        found = {name: on_call(each, at) for name, each in loaded.schedules.items()}
        return {name: [user] for name, user in found.items() if user}

    zone = settings.muster_timezone
    hands = Hands(slack, store, identity, settings.muster_announce, zone, clock.now)
    return Bench(store, clock, Attendant(store, clock, hands, people_on_call), loaded)


async def furnish(settings: Settings, slack: Slack) -> House:
    made = await bench(settings, slack, patient=False)
    return House(
        store=made.store,
        clock=made.clock,
        incidents=Incidents(made.store, made.clock),
        attendant=made.attendant,
        slack=slack,
        identity=made.hands.identity,
        policy=made.loaded.policy,
        zone=settings.muster_timezone,
    )


def known_team(settings: Settings, redis: Redis, stopping: threading.Event) -> str | None:
    """The workspace, once some process has met it; None if told to stop before."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    while not stopping.is_set():
        with contextlib.suppress(RedisError):
            if known := remembered(redis, token):
                return known.team
        stopping.wait(0.1)
    return None


def run_bot(settings: Settings) -> None:
    """The process that talks with Slack, until SIGTERM or SIGINT."""
    read_policy(settings)  # a broken policy stops the start, whatever Slack does
    asyncio.run(_bot(settings))


async def _bot(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    slack = slack_client(settings)
    house = await furnish(settings, slack)
    front = Front(house, FEATURES)
    app = bind(front, FEATURES)
    socket: Socket | None = None
    handler = None
    if settings.slack_app_token:
        socket = Socket(slack, app, settings.slack_app_token.get_secret_value())
    elif settings.slack_signing_secret:
        handler = events(app, settings.slack_signing_secret.get_secret_value())
    runner = web.AppRunner(
        application(house.store.redis, lambda: socket.connected if socket else True, handler),
        access_log=None,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.muster_host, settings.port).start()
    except OSError as taken:
        raise Stop(
            f"PORT: {settings.muster_host}:{settings.port} can't be listened on "
            f"({taken.strerror}); choose another port"
        ) from None
    listening = asyncio.create_task(socket.run()) if socket else None
    front.later(_find_announcements(house, settings))
    log.info("bot ready", port=settings.port, socket_mode=socket is not None)
    await stop.wait()
    if listening:
        listening.cancel()
    await runner.cleanup()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(front.rest(), timeout=3)
    await slack.close()


async def _find_announcements(house: House, settings: Settings) -> None:
    """Look for the announcement channel before the first incident needs it."""
    await house.attendant.hands.places.find(f"#{settings.muster_announce}", create=True)
