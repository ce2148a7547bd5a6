"""One workspace's memory, whole. Synchronous: every call is a fraction of a millisecond."""

from bot.store.documents import Documents
from bot.store.quarantine import Quarantine
from bot.store.queue_stats import Stats
from bot.store.rate_limits import RateLimits
from bot.store.records import Records
from bot.store.schedule import Schedule
from bot.store.transfer import Transfer


class Store(Records, Schedule, Quarantine, Documents, RateLimits, Stats, Transfer):
    """Raises `redis.RedisError` when the store is away."""
