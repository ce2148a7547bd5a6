"""The store's level, which only rises, and the levels of the processes that use it: how releases
run side by side (docs/decisions/0016-rolling-upgrades-by-a-fenced-level.md).

An event that older releases must not ignore is written only once the store has its level. From
then on every script of an older process fails, even if it was suspended or disconnected meanwhile.
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

LATEST = 1000  # streams that are reconciled again after an upgrade even if they have ended
QUIET = timedelta(hours=1)  # after the last older process; until then, rolling back is possible


class HeldBack(Refused):
    """The event requires a level that the store doesn't have yet. `reason`: why, without what was
    not done."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}. Nothing was changed.")
        self.reason = reason


@dataclass(frozen=True, slots=True, order=True)
class Process:
    """A process that reported within `SHARED_FOR`. `level`: 0 for a release before levels."""

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
    """The result of trying to raise the level. `level`: the store's now. `held_by`: a process with
    a lower level. `waits`: there is none, but there was one within `QUIET`."""

    level: int
    risen: bool = False
    held_by: Process | None = None
    waits: bool = False


class Level(Part):
    """Reads and raises the level. Methods that run a script raise `TooOld`, as in all parts."""

    @property
    def ours(self) -> int:
        """The level of this process."""
        return self._connection.level

    def current(self) -> int:
        """The store's level; 0 if no process with a level has started on it."""
        return int(text(self.redis.get(f"{self.prefix}level")) or 0)

    def admit(self) -> bool:
        """Admit a starting process, or raise `TooOld`. True for the first one with a level: then
        everything that older releases had finished or quarantined is tried again."""
        return bool(self._run("ADMIT", FIRST, *self._open_keys()))

    def register(self, process: str, version: str, started_at: datetime) -> None:
        """Register this process as running for the next `SHARED_FOR`. Raises `TooOld`."""
        known = f"{self.ours} {version} {started_at.isoformat(timespec='seconds')}"
        self._run("REGISTER", process, self.ours, known, ms(SHARED_FOR))

    def processes(self) -> list[Process]:
        """The running processes, lowest level first."""
        since = (self.now() - SHARED_FOR).timestamp()
        with self.redis.pipeline(transaction=False) as pipe:
            pipe.zrangebyscore(f"{self.prefix}processes", since, "+inf")
            pipe.hgetall(f"{self.prefix}levels")
            alive, registered = pipe.execute()
        return sorted(_process(each.decode(), text(registered.get(each))) for each in alive)

    def rise(self, *, quiet: timedelta = QUIET) -> Rise:
        """Raise the store to our level, unless an older process runs or did so within `quiet`.
        Then every open stream, and the latest that ended, are reconciled again, by processes that
        know all their effects."""
        keys = [key for kind in self._connection.kinds for key in index_keys(kind.prefix)]
        status, *held = cast(
            list[bytes], self._run("RISE", ms(SHARED_FOR), ms(quiet), LATEST, *keys)
        )
        if status == b"held":
            (name,) = (each.decode() for each in held)
            by = next((each for each in self.processes() if each.name == name), Process(0, name))
            return Rise(self.current(), held_by=by)
        return Rise(self.current(), risen=status == b"risen", waits=status == b"waits")

    def require(self, kind: AnyKind, events: Sequence[Any]) -> None:
        """Raise `HeldBack` if these events may not be written yet. The level only rises, so an
        event that is allowed once stays allowed. A store that no process has used holds nothing
        back: the first one to start on it sets its level."""
        if not kind.levels:
            return
        level, what = max(map(kind.requirement, events), default=(FIRST, ""))
        if level <= max(FIRST, self._connection.risen_to):
            return
        if (stores := self.current()) < level:
            alive = self.processes()
            if stores or alive:
                raise HeldBack(_held_back(what, level, stores, alive))
        self._connection.risen_to = stores

    def allowed(self, kind: AnyKind, events: Sequence[Any]) -> list[Any]:
        """Those of the events that may be written already: the others wait for the end of an
        upgrade, and hold up nothing else."""
        return [event for event in events if self._may_write(kind, event)]

    def _may_write(self, kind: AnyKind, event: Any) -> bool:
        try:
            self.require(kind, [event])
        except HeldBack:
            return False
        return True

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
        return f"{says} {alive[0]} holds it back: upgrade that one first"
    return (
        f"{says} The upgrade isn't finished: run `muster upgrade --finish`, or wait until an hour "
        "has passed since the last older process"
    )


__all__ = ["QUIET", "HeldBack", "Level", "Process", "Rise", "TooOld"]
