"""Long streams: what is kept of them in memory is never other than what is stored."""

from collections.abc import Sequence

import pytest

from bot.incident.events import Event
from bot.incident.notes import AddNote
from bot.store import Creation, Store, Unreadable
from bot.store.long_states import KEPT, LONG, LongState, LongStates
from bot.streams.ids import StreamId
from bot.wiring.connection import open_store
from tests.bulk_incidents import told
from tests.story import ANA

STORY = told("SEV3", *(AddNote(f"Seen {n}") for n in range(5)))


def long_one(store: Store, events: Sequence[Event] = STORY, length: int = LONG) -> StreamId:
    """A stream that begins with these events, and repeats the last until it is so long."""
    first, *then = events
    at = store.now()
    created = store.streams.create(Creation("INC", first, at, ANA, f"{at}", anyway=True))
    then += then[-1:] * (length - len(events))
    store.streams.append(created.stream_id, then, at=at, by=ANA, arm=False)
    return created.stream_id


def stored(store: Store, stream_id: StreamId) -> object:
    """The state as somebody reads it who never read it before."""
    return open_store(store.redis, "T1").streams.state(stream_id)


def test_only_what_came_since_is_read_and_the_state_is_the_same(store: Store) -> None:
    stream_id = long_one(store)
    store.streams.state(stream_id)
    other = open_store(store.redis, "T1")
    for n in range(3):
        other.streams.append(stream_id, STORY[-1:], at=store.now(), by=ANA, arm=False)
        before = sent(store)
        state = store.streams.state(stream_id)
        few, before = sent(store) - before, sent(store)
        assert state == stored(store, stream_id)
        assert state.version == LONG + n + 1
        assert few < (sent(store) - before) / 4
    assert store.streams.state(stream_id) is store.streams.state(stream_id)


def sent(store: Store) -> int:
    """The bytes that the store has sent to anybody."""
    found = store.redis.info("stats")["total_net_output_bytes"]
    assert isinstance(found, int)
    return found


def test_a_stream_that_was_lost_and_written_again_is_read_again(store: Store) -> None:
    stream_id = long_one(store)
    key = f"{store.prefix}events:{stream_id}"
    assert store.streams.state(stream_id).version == LONG
    for length in (LONG - 100, LONG, LONG + 100):
        store.redis.delete(key)
        twin = long_one(store, told("SEV1", AddNote("Another one")), length)
        store.redis.rename(f"{store.prefix}events:{twin}", key)
        again = store.streams.state(stream_id)
        assert again == stored(store, stream_id)
        assert again.severity_id == "SEV1"
    store.redis.delete(key)
    with pytest.raises(Unreadable, match="NoEvents"):
        store.streams.state(stream_id)


def test_damage_that_came_since_is_noticed_and_so_is_its_repair(store: Store) -> None:
    stream_id = long_one(store)
    key = f"{store.prefix}events:{stream_id}"
    store.streams.state(stream_id)
    store.redis.xadd(key, {"e": "{"}, id=f"{LONG + 1}-0")
    with pytest.raises(Unreadable, match=f"event {LONG + 1}"):
        store.streams.state(stream_id)
    store.redis.xdel(key, f"{LONG + 1}-0")
    assert store.streams.state(stream_id).version == LONG


def test_pending_calls_are_read_with_it(store: Store) -> None:
    stream_id = long_one(store)
    for _ in range(2):
        assert store.streams.current(stream_id).pending == {}
    store.redis.hset(f"{store.prefix}notes:{stream_id}", "card", "{}")
    assert [*store.streams.current(stream_id).pending] == ["card"]


def test_long_open_ones_are_read_before_people_wait(store: Store) -> None:
    stream_id, damaged = long_one(store), long_one(store)
    store.redis.xadd(f"{store.prefix}events:{damaged}", {"e": "{"})
    fresh = open_store(store.redis, "T1")
    fresh.streams.warm("INC")
    assert fresh.streams.state(stream_id) is fresh.streams.state(stream_id)


def test_short_ones_arent_kept_and_the_kept_ones_are_bounded() -> None:
    kept = LongStates()
    kept.put("INC-1", LongState("short", LONG - 1, b""))
    assert kept.get("INC-1") is None
    for n in range(10):
        kept.put(f"INC-{n}", LongState(n, KEPT // 3, b""))
        kept.put("INC-99", LongState("used often", LONG, b""))
    assert kept.get("INC-99")
    assert [n for n in range(10) if kept.get(f"INC-{n}")] == [8, 9]
    kept.put("INC-7", LongState("huge", 2 * KEPT, b""))
    assert kept.get("INC-7")
    assert kept.get("INC-99") is None
