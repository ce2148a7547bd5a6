"""Check which releases are running, and what an unfinished upgrade holds back."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from bot.doctor.finding import Finding, failure
from bot.store.level import Level, Process
from bot.streams.level import INTRODUCED

ENDS = "upgrade it, then `muster upgrade --finish`, or wait for an hour"
WAITS = "`muster upgrade --finish`, or wait until an hour has passed since the last older one"


def examine(level: Level) -> Iterator[Finding]:
    """One line per running release, and one for the store."""
    alive = level.processes()
    by_release = attrgetter("level", "version")
    for (theirs, version), group in groupby(sorted(alive, key=by_release), by_release):
        yield _release(version, theirs, list(group), level.ours)
    yield _store(level.current(), level.ours, alive)


def _release(version: str, level: int, group: list[Process], ours: int) -> Finding:
    names = ", ".join(each.name for each in group)
    if not level:
        cure = "stop it: it can't run beside this release"
        return Finding("release", f"before levels: {names}", cure)
    says = f"Muster {version}, level {level}: {names}"
    return Finding("release", says, "upgrade it" if level < ours else "")


def _store(stores: int, ours: int, alive: list[Process]) -> Finding:
    if stores > ours:
        says = f"the store has level {stores}, this Muster {ours}"
        return failure("level", says, "install the release that the other processes run")
    if not stores:
        return Finding("level", "none yet", "start this release: `muster run`")
    missing = range(stores + 1, ours + 1)
    if not missing:
        return Finding("level", f"{stores}, nothing is held back")
    held = "; ".join(INTRODUCED.get(each, f"level {each}") for each in missing)
    if alive and alive[0].level < ours:
        return Finding("level", f"{stores}; {alive[0]} holds back: {held}", ENDS)
    return Finding("level", f"{stores}; the unfinished upgrade holds back: {held}", WAITS)
