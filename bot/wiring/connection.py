"""The store and the clock, for every process. Few imports: the clock process needs no more."""

import threading
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from redis import Redis, RedisError
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from bot.clock import Clock, RehearsalClock, StoreClock
from bot.errors import CommandError
from bot.kinds import KINDS
from bot.settings import Settings
from bot.store import Store, TooOld
from bot.store.workspaces import Identity, remembered
from bot.streams.kind import Kinds

log = structlog.get_logger()

WAIT_FOR_STORE = 2.0  # seconds while a person waits; then they get an error
SENTINEL = "redis+sentinel"


def connect(settings: Settings, *, patient: bool = False) -> Redis:
    """Connect to the store. `patient`: wait and retry, for processes without a waiting person."""
    assert settings.redis_url is not None  # the CLI found one
    url = settings.redis_url.get_secret_value()
    options: dict[str, Any] = {
        "socket_timeout": 30 if patient else WAIT_FOR_STORE,
        "socket_connect_timeout": WAIT_FOR_STORE,
        "retry": Retry(ExponentialBackoff(cap=2, base=0.05), 8)
        if patient
        else Retry(NoBackoff(), 0),
    }
    if urlsplit(url).scheme == SENTINEL:
        return _through_sentinel(url, options)
    return Redis.from_url(url, **options)


def _through_sentinel(url: str, options: dict[str, Any]) -> Redis:
    """Connect to the master of SERVICE, looked up again after a failover:
    `redis+sentinel://[user:password@]host:26379[,host:port …]/SERVICE[?db=0]`. The password is the
    store's."""
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2]
    service = parts.path.strip("/")
    if not service:
        raise CommandError(
            "REDIS_URL: the service name is missing, as in redis+sentinel://host:26379/mymaster"
        )
    sentinels = [
        (host, int(port or 26379))
        for host, _, port in (each.partition(":") for each in hosts.split(","))
    ]
    if parts.password:
        options |= {"username": parts.username or None, "password": unquote(parts.password)}
    database = int(parse_qs(parts.query).get("db", ["0"])[0])
    watch = Sentinel(sentinels, sentinel_kwargs={"socket_timeout": WAIT_FOR_STORE})
    master: Redis = watch.master_for(service, db=database, **options)
    return master


def open_store(redis: Redis, team: str, kinds: Kinds = KINDS) -> Store:
    """The store of a workspace, with these kinds of streams."""
    return Store(redis, team, kinds)


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
