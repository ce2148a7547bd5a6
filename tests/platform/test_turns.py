"""Slack's rate limits, shared by all processes: never more calls than allowed, pages first."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from bot.embedded import EmbeddedServer as Server
from bot.store import Store
from bot.wiring.connection import open_store
from tests.harness import until

PAGE, UPDATE, INVITE, DECORATION = range(4)
WINDOW = 20_000  # ms; longer than a busy machine delays a test


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("t")
    server = Server(folder)
    server.start()
    with Redis.from_url(server.url) as redis:
        yield open_store(redis, "T1")
    server.stop()


class Book:
    """One limit of `count` calls in any window. `strict`: enforced, as after a 429."""

    def __init__(
        self, store: Store, count: int, *, window: int = WINDOW, strict: bool = True
    ) -> None:
        self.store, self.name = store, uuid4().hex
        self.count, self.window = count, window
        if strict:
            store.rate_limits.block(self.name, 1, "nobody")
            until(lambda: self.asks("page", PAGE) == 0)
            store.redis.delete(f"{store.prefix}turns:{self.name}")

    def asks(self, who: str, urgency: int = UPDATE, *, nonce: str = "") -> int:
        """How long it has to wait, in ms."""
        return self.store.rate_limits.acquire(
            *(self.name, self.count, self.window),
            urgency=urgency,
            who=who,
            nonce=nonce or uuid4().hex,
        )

    def slot(self, who: str, urgency: int = UPDATE) -> float:
        """When its slot is, in ms."""
        return self.asks(who, urgency) + self.store.now().timestamp() * 1000


def test_as_many_as_there_is_room_for_go_at_once(store: Store) -> None:
    book = Book(store, 3)
    assert [book.asks(f"a{i}") == 0 for i in range(5)] == [True, True, True, False, False]


def test_no_window_holds_more_than_the_limit(store: Store) -> None:
    book = Book(store, 4)
    people = [(f"w{i}", 1 + i % 3) for i in range(40)]
    waiting = [each for each in people if book.asks(*each)]
    assert len(waiting) == 36
    slots = sorted(book.slot(*each) for each in waiting)
    close = [late - early for early, late in zip(slots, slots[4:], strict=False)]
    assert min(close) > WINDOW - 1000  # between the answer and our reading of the time
    assert slots[-1] - slots[0] < WINDOW * 9, "and all the room is used"


def test_asking_again_reserves_nothing_more(store: Store) -> None:
    book = Book(store, 1)
    book.asks("first")
    before = book.asks("a")
    assert 0 < book.asks("a") <= before <= WINDOW


def test_the_more_urgent_go_first_and_the_others_move_back(store: Store) -> None:
    book = Book(store, 1)
    book.asks("first")
    book.asks("pin", DECORATION)
    book.asks("bookmark", DECORATION)
    book.asks("update", UPDATE)
    book.asks("invitation", INVITE)
    order = [("update", UPDATE), ("invitation", INVITE)]
    order += [("pin", DECORATION), ("bookmark", DECORATION)]
    waits = [book.asks(*each) for each in order]
    assert waits == sorted(waits)
    assert all(0 < wait <= WINDOW * place for place, wait in enumerate(waits, start=1))
    assert waits[-1] > WINDOW * 3


def test_a_page_never_waits_for_room(store: Store) -> None:
    book = Book(store, 1)
    book.asks("first")
    assert [book.asks(f"page {i}", PAGE) for i in range(3)] == [0, 0, 0]
    assert book.asks("pin", DECORATION) > 0


def test_when_slack_says_wait_everybody_waits(store: Store) -> None:
    book = Book(store, 5)
    store.rate_limits.block(book.name, 15_000, "nobody")
    assert 0 < book.asks("a", PAGE) <= 15_000
    assert 0 < book.asks("b") <= 15_000


def test_until_slack_complains_one_may_dare(store: Store) -> None:
    book = Book(store, 1, strict=False)
    assert book.asks("a") == 0
    assert book.asks("b", nonce="refused") == -1
    store.rate_limits.block(book.name, 1, "refused")
    assert book.asks("b") > 0
    assert book.asks("c") > WINDOW


def test_a_call_that_slack_refused_has_spent_no_turn(store: Store) -> None:
    book = Book(store, 2)
    assert book.asks("a", nonce="refused") == 0
    store.rate_limits.block(book.name, 1, "refused")
    until(lambda: book.asks("page", PAGE) == 0)
    assert book.asks("b") == 0


def test_a_reserved_turn_comes_and_is_spent_once(store: Store) -> None:
    book = Book(store, 1, window=300)
    book.asks("first")
    wait = book.asks("a")
    for _ in range(20):
        time.sleep(wait / 1000)
        wait = book.asks("a")
        if not wait:
            break
    assert not wait
    book.window = WINDOW
    assert book.asks("a") > 0
