"""Real time that a test need not wait for: the store is made to look as if it had passed.

`make prove` waits, and so do the attacks that leave some of ours alive (`test_crash.py`).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis

from tests.faults.trial_count import THOROUGH
from tests.harness.harness import Harness
from tests.harness.incident import TEAM, Incident

AGED = 12.0  # seconds: longer than a claim is leased, a lock held, or a call in doubt waited for
EVERY = 0.2  # seconds

# KEYS[1]: the prefix of the workspace. ARGV: how long, ms; 1 if the process that holds a lock is
# dead; of which incident, or *.
PASS = """
local p, ms, dead, of = KEYS[1], tonumber(ARGV[1]), ARGV[2] == '1', ARGV[3]
for _, set in ipairs({'again', 'draft'}) do
  for _, id in ipairs(redis.call('ZRANGE', p .. set, 0, -1)) do
    if of == '*' or of == id then redis.call('ZINCRBY', p .. set, -ms, id) end
  end
end
for _, troubles in ipairs(redis.call('KEYS', p .. 'troubles:' .. of)) do
  redis.call('HINCRBY', troubles, 'first', -ms)
end
for _, notes in ipairs(redis.call('KEYS', p .. 'notes:' .. of)) do
  for _, key in ipairs(redis.call('HKEYS', notes)) do
    local note = cjson.decode(redis.call('HGET', notes, key))
    note.not_before = note.not_before - ms
    if note.began ~= cjson.null then note.began = note.began - ms end
    redis.call('HSET', notes, key, cjson.encode(note))
  end
end
for _, held in ipairs(dead and {'lock:', 'drafting:'} or {}) do
  for _, lock in ipairs(redis.call('KEYS', p .. held .. of)) do redis.call('DEL', lock) end
end
"""


def locks_lapse(harness: Harness) -> None:
    """As if all of ours had been dead for `AGED` seconds, which they have to be: what they held is
    free, what they had claimed wakes up again, and their calls in doubt have ended."""
    assert not any(process.running for process in harness.processes.values())
    if not THOROUGH:
        with harness.asks_the_store() as store:
            _passes(store, AGED, dead=True)


def lock_lapses(incident: Incident) -> None:
    """As `locks_lapse`, for one incident that a dead process was attending to; others may live."""
    if not THOROUGH:
        with incident.harness.asks_the_store() as store:
            _passes(store, AGED, dead=True, of=incident.id)


@contextmanager
def tried_sooner(harness: Harness) -> Iterator[None]:
    """While the block runs, what is put off is due ten times as soon, what fails has been failing
    ten times as long, and a call in doubt has ended ten times as soon. Ours go on meanwhile, and
    hold their locks as long as ever."""
    over = threading.Event()

    def hurries() -> None:
        with harness.asks_the_store() as store:
            while not over.wait(EVERY):
                _passes(store, 10 * EVERY, dead=False)

    thread = threading.Thread(target=hurries, daemon=True)
    if THOROUGH:
        yield
        return
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _passes(store: "Redis", seconds: float, *, dead: bool, of: str = "*") -> None:
    store.eval(PASS, 1, f"muster:{{{TEAM}}}:", int(seconds * 1000), int(dead), of)
