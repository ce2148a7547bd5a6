"""Check the Sentinels of a store, and that its replicas can take over without loss."""

from collections.abc import Iterator, Mapping
from typing import Any

from redis import Redis, RedisError, ResponseError

from bot.doctor.finding import Finding, failure
from bot.doctor.store_checks import WANTED
from bot.wiring.master import MasterPool
from bot.wiring.sentinels import Address, View, Watch, named, replicas_by, to_store

MAX_LAG = 10  # seconds
ALONE = "min-replicas-to-write"
LAG = "min-replicas-max-lag"
PRIORITY = "replica-priority"


def examine(redis: Redis) -> Iterator[Finding]:
    """Nothing for a store without Sentinels."""
    pool = redis.connection_pool
    if not isinstance(pool, MasterPool):
        return
    views = pool.watch.ask_all()
    best = pool.watch.known()
    for each in views:
        yield _sentinel(each, best)
    if best is None or best.master is None:
        return
    if not best.replicas:
        yield failure(
            "replicas", f"none can take over from {named(best.master)}", "start one, and attach it"
        )
    yield from _servers(pool.watch, best.master, views)


def _sentinel(view: View, best: View | None) -> Finding:
    if view.problem:
        cure = "start it, or take it out of REDIS_URL; a fail-over needs most of them"
        return Finding("sentinel", str(view), cure)
    if view.master is None:
        return failure("sentinel", str(view), "have it monitor the service, or correct REDIS_URL")
    if best and view.master != best.master and not view.moving:
        return failure(
            "sentinel", f"{view}, unlike the others", "see its log: it may be cut off from them"
        )
    return Finding("sentinel", str(view), "wait until that is over" if view.moving else "")


def _servers(watch: Watch, master: Address, views: list[View]) -> Iterator[Finding]:
    """The settings of the master and of each replica, which may be the master one day."""
    sentinel = next(each.sentinel for each in views if not each.problem)
    servers = [("master", master)]
    try:
        servers += [("replica", each) for each in replicas_by(watch.url, sentinel)]
    except RedisError as away:
        yield Finding("replicas", f"can't list them ({away})", "run this again")
    priorities: dict[str, str] = {}
    for what, address in servers:
        where = f"{what} {named(address)}"
        try:
            found = to_store(watch.url, address).config_get(*WANTED, ALONE, LAG, PRIORITY)
        except ResponseError as hidden:
            wanted = ", ".join([*(f"{key} {value}" for key, (value, _) in WANTED.items())])
            says = f"{where} hides its settings ({str(hidden).split(',')[0]})"
            yield Finding(
                "replicas", says, f"check with its provider that they are {wanted}, {ALONE} 1"
            )
        except RedisError as away:
            yield Finding("replicas", f"{where} doesn't answer ({away})", "start it")
        else:
            yield from _settings(where, found, is_master=what == "master")
            priorities[where] = str(found.get(PRIORITY, ""))
    if len(set(priorities.values()) - {"0"}) > 1:
        told = ", ".join(f"{where} {value}" for where, value in priorities.items())
        yield Finding(
            "replicas",
            f"they differ in {PRIORITY} ({told}), so one that lags behind may be preferred",
            f"`CONFIG SET {PRIORITY} 100` on each that may become master, and 0 on the others",
        )


def _settings(where: str, found: Mapping[Any, Any], *, is_master: bool) -> Iterator[Finding]:
    wrong = []
    if int(found.get(ALONE, 0)) < 1:
        wrong.append((ALONE, "1", "cut off from the others, it takes commands that are lost"))
    if not 0 < int(found.get(LAG, MAX_LAG)) <= MAX_LAG:
        wrong.append((LAG, str(MAX_LAG), "it takes a replica for good that has long been away"))
    for key, value, otherwise in wrong:
        cure = f"`CONFIG SET {key} {value}` there, and in its configuration"
        says = f"{key} is {found.get(key, 'unknown')} on {where}: {otherwise}"
        yield Finding("replicas", says, cure)
    for key, (value, otherwise) in () if is_master else WANTED.items():
        if found.get(key) != value:
            cure = f"`CONFIG SET {key} {value}` there, and in its configuration"
            says = f"{key} is {found.get(key, 'unknown')} on {where}: as master, {otherwise}"
            yield failure("replicas", says, cure)
            wrong.append((key, value, otherwise))
    if not wrong:
        yield Finding("replicas", f"{where}: {ALONE} {found[ALONE]}, {LAG} {found.get(LAG)}")
