"""The level of the store, which only rises, and of the processes that run on it: how releases run
side by side (docs/decisions/0016-rolling-upgrades-by-a-fenced-level.md).

What an older process must not ignore isn't written before the store has its level; from then on
every script of an older process fails, also of one that was suspended or cut off meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from bot.errors import Refused
from bot.store.base import Part, TooOld, index_keys, ms, text
from bot.store.queue_stats import SHARED_FOR
from bot.streams.kind import AnyKind
from bot.streams.level import FIRST

QUIET = timedelta(hours=1)  # after the last older process: until then one can roll back


class HeldBack(Refused):
    """What should be written needs a level that the store doesn't have yet."""


@dataclass(frozen=True, slots=True, order=True)
class Process:
    """One that was heard of within `SHARED_FOR`. `level`: 0 for a release before levels."""

    level: int
    name: str
    version: str = ""
    started_at: str = ""

    def __str__(self) -> str:
        """
        >>> print(Process(1, "bot@web-1:7", "0.2.0")), print(Process(0, "bulk@old:9"))
        bot@web-1:7 (Muster 0.2.0, level 1)
        bulk@old:9 (a release before levels)
        (None, None)
        """
        if not self.level:
            return f"{self.name} (a release before levels)"
        return f"{self.name} (Muster {self.version}, level {self.level})"


@dataclass(frozen=True, slots=True)
class Rise:
    """`level`: the store's now. `held_by`: a process that is below ours. `waits`: none is, but
    one was within `QUIET`."""

    level: int
    risen: bool = False
    held_by: Process | None = None
    waits: bool = False


class Level(Part):
    """Raises `TooOld` where a script is run, as every part does."""

    @property
    def ours(self) -> int:
        """The level of this process."""
        return self._connection.level

    def current(self) -> int:
        """The store's; 0 if no process with a level has started on it."""
        return int(text(self.redis.get(f"{self.prefix}level")) or 0)

    def admit(self) -> bool:
        """A process starts here. Raises `TooOld`. True for the first one with a level: what the
        releases before had finished or set aside is tried again."""
        return bool(self._run("ADMIT", FIRST, *self._open_keys()))

    def register(self, process: str, version: str, started_at: datetime) -> None:
        """This process lives, until it hasn't said so for `SHARED_FOR`. Raises `TooOld`."""
        known = f"{self.ours} {version} {started_at.isoformat(timespec='seconds')}"
        self._run("REGISTER", process, self.ours, known, ms(SHARED_FOR))

    def processes(self) -> list[Process]:
        """Those that live, the lowest level first."""
        since = (self.now() - SHARED_FOR).timestamp()
        with self.redis.pipeline(transaction=False) as pipe:
            pipe.zrangebyscore(f"{self.prefix}processes", since, "+inf")
            pipe.hgetall(f"{self.prefix}levels")
            alive, registered = pipe.execute()
        return sorted(_process(each.decode(), text(registered.get(each))) for each in alive)

    def rise(self, *, quiet: timedelta = QUIET) -> Rise:
        """Give the store our level, unless an older process lives or did within `quiet`. Then
        every open stream is looked at again, by processes that know all there is to do."""
        status, *held = cast(
            list[bytes], self._run("RISE", ms(SHARED_FOR), ms(quiet), *self._open_keys())
        )
        if status == b"held":
            (name,) = (each.decode() for each in held)
            by = next((each for each in self.processes() if each.name == name), Process(0, name))
            return Rise(self.current(), held_by=by)
        return Rise(self.current(), risen=status == b"risen", waits=status == b"waits")

    def require(self, kind: AnyKind, events: Sequence[Any]) -> None:
        """Whether these may be written now: raises `HeldBack` if not. The level only rises, so
        what may be written now may be written later, too."""
        if not kind.levels:
            return
        level, what = max(map(kind.requirement, events), default=(FIRST, ""))
        if level > FIRST and (stores := self.current()) < level:
            raise HeldBack(_held_back(what, level, stores, self.processes()))

    def _open_keys(self) -> list[str]:
        return [index_keys(kind.prefix)[1] for kind in self._connection.kinds]


def _process(name: str, registered: str | None) -> Process:
    if registered is None:
        return Process(0, name)
    level, version, started_at = registered.split(" ")
    return Process(int(level), name, version, started_at)


def _held_back(what: str, level: int, stores: int, alive: Sequence[Process]) -> str:
    says = f"`{what}` can't be used yet: it needs level {level}, and the store has {stores}."
    if alive and alive[0].level < level:
        return f"{says} {alive[0]} holds it back: upgrade that one first. Nothing was changed."
    return (
        f"{says} The upgrade isn't finished: run `muster upgrade --finish`, or wait until an hour "
        "has passed since the last older process. Nothing was changed."
    )


__all__ = ["QUIET", "HeldBack", "Level", "Process", "Rise", "TooOld"]
