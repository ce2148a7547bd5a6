"""One workspace's memory, whole. Synchronous: every call is a fraction of a millisecond."""

from bot.store.aside import Aside
from bot.store.depths import Watch
from bot.store.moving import Moving
from bot.store.records import Records
from bot.store.shelf import Shelf
from bot.store.turns import Turns
from bot.store.wakes import Wakes


class Store(Records, Wakes, Aside, Shelf, Turns, Watch, Moving):
    """Raises `redis.RedisError` when the store is away."""
