"""The store and the clock, for every process. Few imports: the clock process needs no more."""

import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.clock import Clock, RehearsalClock, StoreClock
from bot.errors import CommandError
from bot.kinds import KINDS
from bot.settings import Settings
from bot.store import Store, TooOld
from bot.store.base import Connection
from bot.store.workspaces import Identity, remembered
from bot.streams.kind import Kinds
from bot.wiring import sentinel_url
from bot.wiring.master import MasterPool
from bot.wiring.patience import Patience
from bot.wiring.replicas import replicas_of
from bot.wiring.sentinels import View, watch

log = structlog.get_logger()

WAIT_FOR_STORE = 2.0  # seconds while a person waits; then they get an error
WAIT_PATIENTLY = 5.0  # seconds for one answer; more than a worker waits for its next job
PATIENCE = 10.0  # seconds in which a call is repeated where no person waits


def connect(settings: Settings, *, patient: bool = False) -> Redis:
    """Connect to the store. `patient`: wait and retry, for processes without a waiting person."""
    assert settings.redis_url is not None  # the CLI found one
    url = settings.redis_url.get_secret_value()
    options: dict[str, Any] = {
        "socket_timeout": WAIT_PATIENTLY if patient else WAIT_FOR_STORE,
        "socket_connect_timeout": WAIT_FOR_STORE,
        "retry": Patience(PATIENCE) if patient else Retry(NoBackoff(), 0),
    }
    if urlsplit(url).scheme == sentinel_url.SCHEME:
        return _through_sentinel(url, options)
    return Redis.from_url(url, **options)


def _through_sentinel(url: str, options: dict[str, Any]) -> Redis:
    """Connect to the master that the Sentinels name, whichever it is."""
    read = sentinel_url.parse(url)
    pool = MasterPool(
        watch(read), db=read.db, username=read.user, password=read.password, **options
    )
    return Redis(connection_pool=pool)


def outages(redis: Redis) -> int:
    """A number that is another one after the store failed over, or didn't answer."""
    pool = redis.connection_pool
    moves = pool.watch.moves if isinstance(pool, MasterPool) else 0
    return moves + Patience.repeated


def sentinel_views(redis: Redis) -> Sequence[View]:
    """The last answer of each Sentinel of its store; empty if it has none."""
    pool = redis.connection_pool
    return pool.watch.views() if isinstance(pool, MasterPool) else ()


def open_store(redis: Redis, team: str, kinds: Kinds = KINDS) -> Store:
    """The store of a workspace, with these kinds of streams."""
    return Store(redis, team, kinds, Connection(redis, team, kinds, replicas=replicas_of(redis)))


def admit(store: Store) -> None:
    """Admit this process to the store. Raises `CommandError` if the store's level is above
    ours."""
    try:
        if store.level.admit():
            log.info("first start with a level: open and quarantined incidents are tried again")
    except TooOld as old:
        raise CommandError(str(old)) from None


def incident_clock(settings: Settings, store: Store) -> Clock:
    if settings.muster_clock_url:
        return RehearsalClock(settings.muster_clock_url)
    return StoreClock(store.now)


def workspace(settings: Settings, kinds: Kinds = KINDS) -> tuple[Store, Identity]:
    """The store and identity of the workspace that a bot has connected to, for operator
    commands."""
    redis: Redis = connect(settings)
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    identity = remembered(redis, token)
    if identity is None:
        raise CommandError(
            "this store has no workspace yet; start the bot once, or check REDIS_URL"
        )
    return open_store(redis, identity.team, kinds), identity


def known_team(settings: Settings, redis: Redis, stopping: threading.Event) -> str | None:
    """Wait for a workspace that a process has connected to; None if stopped before."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    said = ""
    while not stopping.is_set():
        try:
            if known := remembered(redis, token):
                return known.team
            missing = "a bot that has connected to Slack"
        except RedisError as away:
            missing = f"the store: {away}"
        if missing != said:
            log.warning("waiting", for_=missing)
            said = missing
        stopping.wait(0.1)
    return None
