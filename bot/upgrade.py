"""`muster upgrade`: the state of an upgrade, and how to finish it."""

from datetime import timedelta

from bot.errors import CommandError
from bot.settings import Settings
from bot.store.level import Process, Rise
from bot.store.queue_stats import SHARED_FOR
from bot.streams.level import INTRODUCED
from bot.wiring.connection import workspace


def upgrade(settings: Settings, *, finish: bool) -> str:
    """The state of the upgrade, in a sentence or two. `finish`: raise the store's level at once.

    Raises `CommandError`, naming a process that holds it back.
    """
    store, _ = workspace(settings)
    level = store.level
    if finish:
        with store.acknowledging(always=True):
            level.admit()
            found = level.rise(quiet=timedelta())
        if found.held_by:
            raise CommandError(held_by(found.held_by, level.ours))
        return _finished(found)
    older = [each for each in level.processes() if each.level < level.ours]
    says = f"The store has level {level.current()}, this Muster {level.ours}."
    if older:
        return f"{says} Older: {', '.join(map(str, older))}."
    if level.current() < level.ours:
        return f"{says} No older process runs: `muster upgrade --finish`, or wait an hour."
    return f"{says} Nothing to finish."


def held_by(process: Process, level: int) -> str:
    """Which process holds it back, and what to do."""
    return (
        f"{process} keeps the store below level {level}; upgrade or stop it "
        f"(one that was stopped counts for {SHARED_FOR.seconds} s more)"
    )


def _finished(found: Rise) -> str:
    if not found.risen:
        return f"Nothing to finish: the store has level {found.level}."
    new = INTRODUCED.get(found.level, "")
    return (
        f"The store has level {found.level} now{new and f' ({new})'}; older releases are refused."
    )
