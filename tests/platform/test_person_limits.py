"""Limits of what one person may ask for in a short time, counted in a real store."""

from datetime import timedelta

from bot.store import Store
from tests.harness import until

MINUTE = timedelta(minutes=1)


def test_a_person_may_ask_for_so_many(store: Store) -> None:
    spend = store.person_limits.spend
    assert all(spend("a", "U1", [f"one {n}"], most=3, within=MINUTE) for n in range(3))
    assert not spend("a", "U1", ["one more"], most=3, within=MINUTE)
    assert spend("a", "U2", ["one more"], most=3, within=MINUTE)
    assert spend("b", "U1", ["one more"], most=3, within=MINUTE)


def test_a_request_that_is_sent_again_counts_once(store: Store) -> None:
    spend = store.person_limits.spend
    for _ in range(5):
        assert spend("a", "U3", ["p1", "p2", "p3"], most=3, within=MINUTE)
    assert not spend("a", "U3", ["p1", "p4"], most=3, within=MINUTE)


def test_too_many_at_once_count_nothing(store: Store) -> None:
    spend = store.person_limits.spend
    assert not spend("a", "U4", [f"p{n}" for n in range(4)], most=3, within=MINUTE)
    assert spend("a", "U4", ["p1", "p2", "p3"], most=3, within=MINUTE)


def test_the_window_moves_on_and_nothing_is_kept(store: Store) -> None:
    spend, short = store.person_limits.spend, timedelta(seconds=0.2)
    assert spend("a", "U5", ["p1"], most=1, within=short)
    assert not spend("a", "U5", ["p2"], most=1, within=short)
    until(lambda: spend("a", "U5", ["p3"], most=1, within=short), what="the window moves on")
    key = f"{store.prefix}spent:a:U5"
    until(lambda: not store.redis.exists(key), what="the key expires")
