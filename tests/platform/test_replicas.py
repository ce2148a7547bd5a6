"""A store behind Sentinels: every replica that may take over confirms what people are told, no
other server does, and its Sentinels and servers are looked at."""

import asyncio
import gc
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.doctor import replica_checks
from bot.embedded import EmbeddedServer
from bot.errors import CommandError
from bot.failover import fail_over
from bot.settings import Settings
from bot.store import Store
from bot.store.confirmation import Unconfirmed, note_server
from bot.web.health import readyz
from bot.web.server import WebServer
from bot.wiring.connection import connect, open_store, sentinel_views
from bot.wiring.master import MasterPool, Server
from bot.wiring.patience import Patience
from bot.wiring.sentinel_url import SentinelUrl, parse
from bot.wiring.sentinels import Address, View, Watch, watch
from tests.harness import until
from tests.harness.cluster import SERVER, WHY_NOT, Cluster, Node, replicas_of

clustered = pytest.mark.skipif(SERVER is None, reason=WHY_NOT)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster
    gc.collect()  # ends the threads that ask the Sentinels


def settings(url: str) -> Settings:
    return Settings.model_construct(redis_url=SecretStr(url))


def opened(url: str) -> Store:
    return open_store(connect(settings(url)), "T1")


def tells(store: Store, words: str) -> None:
    """Write something, and tell a person that it is done."""
    with store.acknowledging():
        store.streams.remember(words, "INC-1", 0)


def is_told(store: Store, words: str) -> bool:
    try:
        tells(store, words)
    except Unconfirmed:
        return False
    return True


@clustered
def test_a_replica_that_is_silent_confirms_nothing(cluster: Cluster) -> None:
    store = opened(cluster.url)
    tells(store, "both have it")
    silent = [each for each in cluster.stores if each is not cluster.master()]
    for each in silent:
        each.silence()
    try:
        with pytest.raises(Unconfirmed):
            tells(store, "no one has it")
    finally:
        for each in silent:
            each.wake()
    until(cluster.is_whole, within=20, what="the cluster")
    tells(store, "no one has it")  # again, with the key that was written before


@clustered
def test_a_dead_replica_holds_up_no_one(cluster: Cluster) -> None:
    store = opened(cluster.url)
    tells(store, "both have it")
    dead = next(each for each in cluster.stores if each is not cluster.master())
    dead.kill()
    try:
        tells(store, "one has it")
    finally:
        dead.start()
    until(cluster.is_whole, within=20, what="the cluster")


@clustered
def test_a_replica_that_left_its_master_holds_up_no_one(cluster: Cluster) -> None:
    """The Sentinels see it, and it hasn't been made the master."""
    store, master = opened(cluster.url), cluster.master()
    gone = next(each for each in cluster.stores if each is not master)
    with gone.client() as redis:
        redis.replicaof("127.0.0.1", 1)
        until(lambda: replicas_of(master) == 1, what="the master misses it")
        tells(store, "one has it")
        redis.replicaof("127.0.0.1", master.port)
    until(cluster.is_whole, within=20, what="the cluster")


@clustered
def test_a_silent_replica_holds_up_people_until_the_sentinels_miss_it(cluster: Cluster) -> None:
    store = opened(cluster.url)
    silent = next(each for each in cluster.stores if each is not cluster.master())
    silent.silence()
    try:
        with pytest.raises(Unconfirmed, match="1 of 2 replicas"):
            tells(store, "one has it")
        until(lambda: is_told(store, "one has it"), within=20, what="it is done")
    finally:
        silent.wake()
    until(cluster.is_whole, within=20, what="the cluster")


@clustered
def test_without_most_of_the_sentinels_both_replicas_have_to_confirm(cluster: Cluster) -> None:
    """A process that is cut off together with its master sees no one who knows of the new one."""
    store, master = opened(cluster.url), cluster.master()
    tells(store, "both have it")
    gone = next(each for each in cluster.stores if each is not master)
    for each in cluster.sentinels[1:]:
        each.kill()
    try:
        until(lambda: sum(" names " in line for line in ready_lines(store.redis)) == 1)
        tells(store, "both have it now")
        gone.kill()
        until(lambda: "with 1 replica" in " ".join(ready_lines(store.redis)), within=10)
        assert not is_told(store, "one has it")
    finally:
        gone.start()
        for each in cluster.sentinels[1:]:
            each.start()
    until(cluster.is_whole, within=20, what="the cluster")
    tells(store, "one has it")


@clustered
def test_another_server_cannot_confirm(cluster: Cluster) -> None:
    """Written to the old master just before the new one is asked."""
    store = opened(cluster.url)

    def tells_of_what_another_took() -> None:
        with store.acknowledging():
            note_server(Server(("127.0.0.1", 1), 0))
            store.streams.remember("lost", "INC-1", 0)

    with pytest.raises(Unconfirmed):
        tells_of_what_another_took()


@clustered
def test_nothing_is_confirmed_for_those_who_only_read(cluster: Cluster) -> None:
    store = opened(cluster.url)
    with store.acknowledging():
        store.streams.open_ids("INC")
        note_server(Server(("127.0.0.1", 1), 0))


def test_a_store_without_sentinels_is_asked_nothing_more(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = EmbeddedServer(tmp_path_factory.mktemp("m"))
    server.start()
    try:
        store = opened(server.url)
        tells(store, "first")
        before = store.redis.info("stats")["total_commands_processed"]
        tells(store, "second")
        after = store.redis.info("stats")["total_commands_processed"]
        assert after - before == 2  # the write itself, and INFO
    finally:
        server.stop()


@clustered
def test_readyz_names_each_sentinel_with_its_state(cluster: Cluster) -> None:
    store = connect(settings(cluster.url))
    sentinels = [f"sentinel 127.0.0.1:{each.port}" for each in cluster.sentinels]
    master = f"127.0.0.1:{cluster.master().port}"
    assert ready_lines(store) == [
        "ready",
        *(f"{each} names {master}, with 2 replicas" for each in sentinels),
    ]
    dead = cluster.sentinels[1]
    dead.kill()
    try:
        until(lambda: "doesn't answer" in ready_lines(store)[2], within=5, what="it is missed")
        assert ready_lines(store)[0] == "ready"
        assert ready_lines(store)[2].startswith(sentinels[1])
    finally:
        dead.start()
    until(cluster.is_whole, within=20, what="the cluster")


@clustered
def test_doctor_looks_at_the_sentinels_and_at_every_server(cluster: Cluster) -> None:
    store = connect(settings(cluster.url))
    assert {each.cure for each in replica_checks.examine(store)} == {""}
    replica = next(each for each in cluster.stores if each is not cluster.master())
    with replica.client() as redis, cluster.client() as master:
        redis.config_set("min-replicas-to-write", 0)
        redis.config_set("appendfsync", "everysec")
        redis.config_set("replica-priority", 10)
        master.config_set("min-replicas-max-lag", 60)
        found = [str(each) for each in replica_checks.examine(store) if each.cure]
        redis.config_set("min-replicas-to-write", 1)
        redis.config_set("appendfsync", "always")
        redis.config_set("replica-priority", 100)
        master.config_set("min-replicas-max-lag", 10)
    where = f"on replica 127.0.0.1:{replica.port}"
    assert any(f"min-replicas-to-write is 0 {where}" in each for each in found), found
    assert any(f"appendfsync is everysec {where}" in each for each in found), found
    assert any("min-replicas-max-lag is 60 on master" in each for each in found), found
    assert any("they differ in replica-priority" in each for each in found), found
    assert len(found) == 4, found


def ready_lines(store: Redis) -> list[str]:
    async def asked() -> list[str]:
        server = WebServer([readyz(store, lambda: True, lambda: sentinel_views(store))])
        await server.start("127.0.0.1", 0)
        try:
            url = f"http://127.0.0.1:{server.port}/readyz"
            async with ClientSession() as session, session.get(url) as answer:
                return (await answer.text()).splitlines()
        finally:
            await server.stop()

    return asyncio.run(asked())


def test_a_store_without_sentinels_has_nothing_to_fail_over_to() -> None:
    with pytest.raises(CommandError, match=r"^REDIS_URL names no Sentinels, so no other server"):
        next(fail_over(settings("redis://127.0.0.1:1/0")))


@clustered
def test_a_planned_failover_changes_nothing_if_a_replica_is_silent(cluster: Cluster) -> None:
    before = cluster.master()
    silent = next(each for each in cluster.stores if each is not before)
    silent.silence()
    try:
        with pytest.raises(CommandError, match=r"^1 of 2 replicas have what was just written"):
            list(fail_over(settings(cluster.url)))
        with before.client() as redis:
            assert redis.set("writes", "don't wait any more")
        assert cluster.master() is before
    finally:
        silent.wake()
    until(cluster.is_whole, within=20, what="the cluster")


@clustered
def test_a_planned_failover_is_refused_if_no_replica_can_take_over(cluster: Cluster) -> None:
    replicas = [each for each in cluster.stores if each is not cluster.master()]
    for each in replicas:
        each.kill()
    try:
        until(
            lambda: refusal(cluster).startswith("no replica can take over"),
            within=10,
            what="the Sentinels miss the replicas",
        )
    finally:
        for each in replicas:
            each.start()
    until(cluster.is_whole, within=20, what="the cluster")


@clustered
def test_after_a_planned_failover_the_old_master_is_a_replica(cluster: Cluster) -> None:
    old = cluster.master()
    assert not refusal(cluster)
    assert cluster.master() is not old
    with old.client() as redis:
        assert redis.role()[0] == b"slave"


class FirstAnswerIsOld(Watch):
    """Says what the Sentinels do while one of them, which answers first, hasn't heard of the new
    master."""

    def __init__(self, url: SentinelUrl, old: Address, new: Address) -> None:
        super().__init__(url)
        self._old, self._newest = View(("s", 1), 0.0, old, 1), View(("s", 2), 0.0, new, 2)
        self._all_asked_once = False

    def master(self) -> View:
        return self._old

    def ask_all(self) -> list[View]:
        self._all_asked_once = True
        return [self._old, self._newest]

    def known(self) -> View | None:
        return self._newest if self._all_asked_once else self._old


@clustered
def test_a_connection_goes_to_the_newest_master_that_any_sentinel_names(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = ("127.0.0.1", int(taken.getsockname()[1]))
    there = ("127.0.0.1", cluster.master().port)
    once = Retry(NoBackoff(), 0)
    for old, new, answers in ((gone, there, True), (gone, gone, False)):
        pool = MasterPool(FirstAnswerIsOld(parse(cluster.url), old, new), retry=once)
        redis = Redis(connection_pool=pool)
        if answers:
            assert redis.ping()
        else:
            with pytest.raises(RedisError, match="refused"):
                redis.ping()


@clustered
def test_a_new_master_ends_a_read_from_the_old_one() -> None:
    """It is repeated on the new one, long before its own time-out."""
    with Cluster() as cluster, ThreadPoolExecutor(1) as threads:
        pool = MasterPool(watch(parse(cluster.url)), socket_timeout=300, retry=Patience(60))
        redis, old = Redis(connection_pool=pool), cluster.master()
        reading = threads.submit(redis.blpop, ["a list"], 250)
        until(lambda: blocked_on(old), what="it reads")
        old.silence()
        until(lambda: cluster.master() is not old, within=30, what="a new master")
        until(lambda: pushed(cluster), within=20, what="the new master takes it")
        assert reading.result(20) == (b"a list", b"there")


def blocked_on(store: Node) -> bool:
    """Whether a client waits for a list there."""
    with store.client() as redis:
        return bool(redis.info("clients")["blocked_clients"])


def pushed(cluster: Cluster) -> bool:
    with cluster.client() as redis, suppress(RedisError):
        return bool(redis.rpush("a list", "there"))
    return False


def refusal(cluster: Cluster) -> str:
    """Why `muster store failover` did nothing; empty if it did."""
    try:
        list(fail_over(settings(cluster.url)))
    except CommandError as refused:
        return str(refused)
    return ""
