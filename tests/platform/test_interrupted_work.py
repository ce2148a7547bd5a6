"""Locks and claims after an outage of the store: the work goes on before they end."""

from datetime import timedelta

from bot.execute import LOCK_FOR
from bot.store import Store
from bot.store.schedule import A_MOMENT
from workers.clock import LEASE


def wakes_in(store: Store, stream_id: str) -> float:
    """Seconds until it is reconciled in any case."""
    at = store.redis.zscore(f"{store.prefix}again", stream_id)
    assert at is not None
    return float(at) / 1000 - store.now().timestamp()


def test_a_lock_whose_answer_was_lost_is_ours_when_it_is_taken_again(store: Store) -> None:
    take = store.schedule.take_lock
    assert take("lock:INC-1", "ours", timedelta(seconds=1), "INC-1")
    assert take("lock:INC-1", "ours", LOCK_FOR, "INC-1")
    assert store.redis.pttl(f"{store.prefix}lock:INC-1") > 2000
    assert not take("lock:INC-1", "theirs", LOCK_FOR, "INC-1")


def test_what_was_interrupted_wakes_up_in_a_moment(store: Store) -> None:
    assert store.schedule.take_lock("lock:INC-2", "ours", LOCK_FOR, "INC-2")
    store.redis.zadd(f"{store.prefix}again", {"INC-2": store.now().timestamp() * 1000 + 10_000})
    store.schedule.let_go("lock:INC-2", "theirs", "INC-2")
    assert wakes_in(store, "INC-2") > 5
    store.schedule.let_go("lock:INC-2", "ours", "INC-2")
    assert wakes_in(store, "INC-2") <= A_MOMENT.total_seconds()
    assert store.schedule.take_lock("lock:INC-2", "theirs", LOCK_FOR, "INC-2")


def test_what_was_claimed_before_a_failover_is_claimed_again(store: Store) -> None:
    store.redis.delete(f"{store.prefix}again")
    soon = store.now().timestamp() * 1000
    store.redis.zadd(f"{store.prefix}due", {"INC-3": soon - 1})
    assert store.schedule.claim(store.now(), LEASE, 10).others == ["INC-3"]
    store.redis.zadd(f"{store.prefix}again", {"INC-4": soon + 60_000})  # a try much later
    assert not store.schedule.claim(store.now(), LEASE, 10).others
    store.schedule.reclaim(LEASE)
    assert store.schedule.claim(store.now(), LEASE, 10).others == ["INC-3"]
    assert wakes_in(store, "INC-4") > 50
