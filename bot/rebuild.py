"""The indexes of the store, laid anew from what happened: `muster doctor --rebuild`, and each
incident that `muster import` brings. Bots, workers and clocks may run meanwhile."""

from dataclasses import dataclass, field

from bot.attend import next_due, next_page
from bot.incident.events import ChannelOpened
from bot.incident.evolve import replay
from bot.incident.todo import Say, draft_wanted, todo
from bot.store import Loaded, Store, Unreadable
from bot.store.moving import Index

TRIES = 20  # to find an incident at rest; one that never rests has somebody who attends to it


@dataclass(slots=True)
class Rebuilt:
    """`mended`: entries that were missing or wrong. `unread`: incidents left as they were."""

    incidents: int = 0
    mended: int = 0
    unread: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = f"{self.incidents} incidents read, {self.mended} entries of the indexes mended"
        if self.unread:
            said += f"; can't be read and left as they were: {', '.join(self.unread)}"
        return said


def index(incident_id: str, loaded: Loaded) -> Index:
    """What the store is to know of an incident without reading it.

    What is over is woken for what nobody heard yet, not to be drawn as a newer Muster draws it.
    """
    incident = replay(incident_id, loaded.history)
    events = [each.event for each in loaded.history]
    left = [each for each in todo(incident) if not incident.is_over or isinstance(each, Say)]
    return Index(
        declared_at=incident.history[0].at,  # a correction changes no order
        is_open=incident.is_open,
        channels={each.channel: each.name for each in events if isinstance(each, ChannelOpened)},
        due=next_due(incident),
        page=next_page(incident),
        wake=bool(left or loaded.notes),
        draft=draft_wanted(incident),
    )


def rebuild(store: Store) -> Rebuilt:
    """Every index, from the streams. What was indexed before is read before the streams, so what
    happens meanwhile is never taken for a stray."""
    indexed, channels = store.indexed_ids(), store.table("channels")
    rebuilt, opened = Rebuilt(), set[str]()
    ids = set(store.recorded_ids())
    for incident_id in sorted(ids):
        try:
            laid, mended = _lay(store, incident_id)
        except Unreadable:
            rebuilt.unread.append(incident_id)
            rebuilt.mended += store.list_unread(incident_id)
            continue
        rebuilt.incidents += 1
        rebuilt.mended += mended
        opened |= laid.channels.keys()
    for incident_id in indexed - ids:
        rebuilt.mended += store.drop_strays(incident_id)
    for channel, incident_id in channels.items():
        if channel not in opened and incident_id not in rebuilt.unread:
            store.strike("channels", channel)
            rebuilt.mended += 1
    rebuilt.mended += store.count_on(max(map(_number, ids), default=0))
    return rebuilt


def _lay(store: Store, incident_id: str) -> tuple[Index, int]:
    for _ in range(TRIES):
        loaded = store.load(incident_id)
        laid = index(incident_id, loaded)
        mended = store.lay(incident_id, laid, after=len(loaded.history))
        if mended is not None:
            return laid, mended
    return laid, 0


def _number(incident_id: str) -> int:
    number = incident_id.removeprefix("INC-")
    return int(number) if number.isdecimal() else 0
