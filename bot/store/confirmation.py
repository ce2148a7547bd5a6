"""Confirms that what people are told is done survives a fail-over of the store.

Replication is asynchronous: a new master may lack the last writes of the old one. So before anyone
is told, and before a call to Slack, every replica that may become master has to have them. That
takes one more round trip for a command, and none if the store has no replicas.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from redis import RedisError


class Unconfirmed(RedisError):
    """It isn't known whether what was written survives: too few replicas have it, or the store
    failed over meanwhile. Its key tells whether it was done, when it is repeated."""


@dataclass(slots=True)
class Work:
    """A piece of work, and how far it is confirmed. `servers`: those that it used; what one of
    them took can't be confirmed by another. `promised`: it wrote something that someone will be
    told. `confirmed`: what it read and wrote first is confirmed."""

    servers: set[object] = field(default_factory=set)
    promised: bool = False
    confirmed: bool = False


class Replicas(Protocol):
    """The replicas of a store."""

    def confirm(self, key: str, work: Work) -> None:
        """Wait, for a limited time, until they have all that `work` read and wrote. `key`: may be
        written for that. Raises `Unconfirmed`."""


_current: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def noted_work() -> Iterator[Work]:
    """Note what the block does, also in the threads and tasks that it starts."""
    work = Work()
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


def current_work() -> Work | None:
    return _current.get()


def note_server(server: object) -> None:
    """The current work uses this server."""
    if (work := _current.get()) is not None:
        work.servers.add(server)


def note_promise() -> None:
    """The current work wrote something, or found it written before, that someone will be told."""
    if (work := _current.get()) is not None:
        work.promised = True
