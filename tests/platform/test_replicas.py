"""Every replica that may take over confirms what people are told, and no other server does."""

import gc
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from bot.embedded import EmbeddedServer
from bot.settings import Settings
from bot.store import Store
from bot.store.confirmation import Unconfirmed, note_server
from bot.wiring.connection import connect, open_store
from tests.harness import until
from tests.harness.cluster import SERVER, WHY_NOT, Cluster

clustered = pytest.mark.skipif(SERVER is None, reason=WHY_NOT)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster
    gc.collect()  # ends the threads that ask the Sentinels


def opened(url: str) -> Store:
    return open_store(connect(Settings.model_construct(redis_url=SecretStr(url))), "T1")


def tells(store: Store, words: str) -> None:
    """Write something, and tell a person that it is done."""
    with store.acknowledging():
        store.streams.remember(words, "INC-1", 0)


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
def test_another_server_cannot_confirm(cluster: Cluster) -> None:
    """Written to the old master just before the new one is asked."""
    store = opened(cluster.url)

    def tells_of_what_another_took() -> None:
        with store.acknowledging():
            note_server("the old master")
            store.streams.remember("lost", "INC-1", 0)

    with pytest.raises(Unconfirmed):
        tells_of_what_another_took()


@clustered
def test_nothing_is_confirmed_for_those_who_only_read(cluster: Cluster) -> None:
    store = opened(cluster.url)
    with store.acknowledging():
        store.streams.open_ids("INC")
        note_server("the old master")


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
