"""`muster store failover`: a planned fail-over of a store behind Sentinels, without loss.

Writes wait on the old master while its replicas catch up and one of them takes over. The pause
ends by itself if this process dies.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from redis import Redis, RedisError, ResponseError

from bot.errors import CommandError
from bot.settings import Settings
from bot.wiring import sentinel_url
from bot.wiring.connection import connect
from bot.wiring.sentinel_url import SentinelUrl
from bot.wiring.sentinels import Address, View, Watch, named, to_sentinel, to_store, watch

PAUSE = 5.0  # seconds; renewed while it is needed
CATCH_UP = 1.5, 5.0  # seconds for the replicas, at least and at most
CONFIRM = 1.0  # seconds for each of them to confirm that it follows
TAKE_OVER = 30.0  # seconds for the Sentinels
GIVEN_UP = 3.0  # seconds in which no Sentinel is replacing the master
LEAVE = 1.0  # seconds in which every process leaves the old master
LOOK_EVERY = 0.1  # seconds
KEY = "muster:ready"
KEPT = 60  # seconds


def fail_over(settings: Settings) -> Iterator[str]:
    """Fail over; yields what was done, step by step. Raises `CommandError` if nothing was changed,
    or if the end wasn't seen; `redis.RedisError` if the store or the Sentinels are away."""
    assert settings.redis_url is not None
    url = settings.redis_url.get_secret_value()
    if urlsplit(url).scheme != sentinel_url.SCHEME:
        raise CommandError(
            "REDIS_URL names no Sentinels, so no other server can take over; with Sentinels it "
            f"is like {sentinel_url.EXAMPLE}"
        )
    read = sentinel_url.parse(url)
    sentinels = watch(read)
    before = _ready(sentinels)
    assert before.master is not None
    old = to_store(read, before.master)
    yield f"The master is {named(before.master)}, and {before.replicas} can take over."
    _all_follow(old, before.replicas)
    patience = _patience(read, sentinels)
    began = monotonic()
    _pause(old)
    try:
        _all_caught_up(old, before.replicas, patience)
        yield "Writes wait, and the replicas have everything."
        _ask_for_it(read, sentinels)
        after = _taken_over(sentinels, old, before)
        _takes_writes(settings)
        took = monotonic() - began
        Event().wait(LEAVE)
        with suppress(RedisError):  # else the Sentinels do it, ten seconds later
            old.execute_command("REPLICAOF", *after)
    finally:
        with suppress(RedisError):  # it may be gone
            old.execute_command("CLIENT", "UNPAUSE")
    yield f"{named(after)} is the master now. People waited for {took:.1f} s at most."


def _ready(sentinels: Watch) -> View:
    """The master, if it can be replaced. Raises `CommandError` otherwise."""
    now = sentinels.master()
    views = sentinels.ask_all()
    if any(each.moving for each in views):
        raise CommandError("the store is failing over already; wait until that is done")
    if others := {each.master for each in views if each.master} - {now.master}:
        who = ", ".join(sorted(map(named, others)))
        raise CommandError(f"the Sentinels disagree: some name {who}; nothing was changed")
    if not now.replicas:
        raise CommandError(
            "no replica can take over: each is down or has replica-priority 0; nothing was changed"
        )
    return now


def _pause(old: Redis) -> None:
    old.execute_command("CLIENT", "PAUSE", int(PAUSE * 1000), "WRITE")


def _all_follow(old: Redis, replicas: int) -> None:
    """Check that the replicas keep up, before anyone has to wait for them. Raises
    `CommandError`."""
    with old.pipeline(transaction=False) as pipe:
        pipe.set(KEY, "1", ex=KEPT)
        pipe.execute_command("WAIT", replicas, int(CONFIRM * 1000))
        _, following = pipe.execute()
    if following < replicas:
        raise CommandError(
            f"{following} of {replicas} replicas have what was just written, and a fail-over may "
            "lose what the others lack; see `muster doctor`. Nothing was changed"
        )


def _patience(url: SentinelUrl, sentinels: Watch) -> float:
    """How long writes may wait for the replicas, in seconds: a Sentinel publishes on the master,
    which waits, too, so after a while it takes the master for dead."""
    address = next(each.sentinel for each in sentinels.views() if not each.problem)
    state: Any = to_sentinel(url, address).sentinel_master(url.service)
    least, most = CATCH_UP
    return max(least, min(most, int(state["down-after-milliseconds"]) / 2000))


def _all_caught_up(old: Redis, replicas: int, within: float) -> None:
    """Wait until as many replicas have what the master has. Raises `CommandError`."""
    target = int(old.info("replication")["master_repl_offset"])

    def behind() -> str:
        info = old.info("replication")
        there = [info[f"slave{number}"] for number in range(int(info["connected_slaves"]))]
        late = [each for each in there if int(each["offset"]) < target]
        if late:
            return f"the replica {late[0]['ip']}:{late[0]['port']} lags behind"
        return "" if len(there) >= replicas else "a replica isn't connected to the master"

    _until(lambda: not behind(), within)
    if why := behind():
        raise CommandError(f"{why}; nothing was changed")


def _ask_for_it(url: SentinelUrl, sentinels: Watch) -> None:
    """Have one of the Sentinels begin. Raises `CommandError`."""
    address = next(each.sentinel for each in sentinels.views() if not each.problem)
    try:
        to_sentinel(url, address).execute_command("SENTINEL", "FAILOVER", url.service)
    except ResponseError as refused:
        raise CommandError(
            f"the Sentinel at {named(address)} refuses ({refused}); nothing was changed"
        ) from None


def _taken_over(sentinels: Watch, old: Redis, before: View) -> Address:
    """Wait for the new master, and return its address. Raises `CommandError`."""
    now = monotonic()
    until, pause_at, moving_at = now + TAKE_OVER, now + PAUSE / 2, now
    while now < until and now < moving_at + GIVEN_UP:
        Event().wait(LOOK_EVERY)
        now, best = monotonic(), sentinels.known()
        if best is not None and best.master not in (None, before.master):
            return best.master
        if any(each.moving for each in sentinels.views()):
            moving_at = now
        if now > pause_at:
            with suppress(RedisError):
                _pause(old)
            pause_at = now + PAUSE / 2
    raise CommandError(
        "the Sentinels named no other master; see their logs. Nothing was lost, and writes go on"
    )


def _takes_writes(settings: Settings) -> None:
    """Wait until the new master takes writes. Raises `CommandError`."""
    store = connect(settings)

    def writes() -> bool:
        with suppress(RedisError):
            return bool(store.set(KEY, "1", ex=KEPT))
        return False

    if not _until(writes, TAKE_OVER):
        raise CommandError("the new master takes no writes; see its log, and `muster doctor`")


def _until(done: Callable[[], bool], within: float) -> bool:
    """Wait until it is done; whether it was in time."""
    until = monotonic() + within
    while not done():
        if monotonic() > until:
            return False
        Event().wait(LOOK_EVERY)
    return True
