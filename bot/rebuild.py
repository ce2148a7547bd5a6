"""The indexes of the store, laid anew from what happened: `muster doctor --rebuild`, and each
stream that `muster import` brings. Bots, workers and clocks may run meanwhile."""

from dataclasses import dataclass, field

from bot.store import Loaded, Store, Unreadable, codec
from bot.store.transfer import Index
from bot.streams.ids import StreamId, is_stream_id, number_of, prefix_of
from bot.streams.kind import Priority

TRIES = 20  # to find a stream at rest; one that never rests has somebody who attends to it


@dataclass(slots=True)
class Rebuilt:
    """`streams`: how many were read, by kind. `mended`: entries that were missing or wrong.
    `unread`: streams left as they were."""

    streams: dict[str, int] = field(default_factory=dict)
    mended: int = 0
    unread: list[StreamId] = field(default_factory=list)

    def __str__(self) -> str:
        counts = [f"{count} {title}s" for title, count in self.streams.items() if count]
        said = (
            f"{', '.join(counts) or 'nothing'} read, {self.mended} entries of the indexes mended"
        )
        if self.unread:
            said += f"; can't be read and left as they were: {', '.join(self.unread)}"
        return said


def index(store: Store, stream_id: StreamId, loaded: Loaded) -> Index:
    """What the store is to know of a stream without reading it.

    What is over is woken for what nobody heard yet, not to be drawn as a newer Muster draws it.
    """
    kind = store.kinds.of(stream_id)
    state = store.streams.added_up(stream_id, loaded.history)
    changes = [kind.index([each.event]) for each in loaded.history]
    wanted = kind.effects(state)
    left = [each for each in wanted if not kind.is_over(state) or each.guarantee.needs_marker]
    return Index(
        created_at=loaded.history[0].at,  # a correction changes no order
        is_open=kind.is_open(state),
        channels={each.channel: each.channel_name for each in changes if each.channel},
        due=kind.next_due(state),
        page=kind.next_due(state, Priority.PAGES),
        reconcile_now=bool(left or loaded.pending),
        draft=kind.wants_heavy(state),
        row=codec.dump_row(kind, state),
    )


def rebuild(store: Store) -> Rebuilt:
    """Every index, from the streams. What was indexed before is read before the streams, so what
    happens meanwhile is never taken for a stray."""
    indexed, channels = store.transfer.indexed_ids(), store.transfer.table("channels")
    rebuilt, opened = Rebuilt({kind.title: 0 for kind in store.kinds}), set[str]()
    ids = set(store.transfer.recorded_ids())
    for stream_id in sorted(ids):
        try:
            laid, mended = _write_index(store, stream_id)
        except Unreadable:
            rebuilt.unread.append(stream_id)
            if is_stream_id(stream_id):
                rebuilt.mended += store.transfer.list_unread(stream_id)
            continue
        rebuilt.streams[store.kinds.of(stream_id).title] += 1
        rebuilt.mended += mended
        opened |= laid.channels.keys()
    for stream_id in indexed - ids:
        rebuilt.mended += store.transfer.drop_strays(stream_id)
    for channel, stream_id in channels.items():
        if channel not in opened and stream_id not in rebuilt.unread:
            store.transfer.delete_row("channels", channel)
            rebuilt.mended += 1
    for kind in store.kinds:
        ours = [each for each in ids if is_stream_id(each) and prefix_of(each) == kind.prefix]
        highest = max((number_of(each) or 0 for each in ours), default=0)
        rebuilt.mended += store.transfer.skip_to(kind.prefix, highest)
    return rebuilt


def _write_index(store: Store, stream_id: StreamId) -> tuple[Index, int]:
    for _ in range(TRIES):
        loaded = store.streams.load(stream_id)
        laid = index(store, stream_id, loaded)
        mended = store.transfer.write_index(stream_id, laid, after=len(loaded.history))
        if mended is not None:
            return laid, mended
    return laid, 0
