"""Rebuilds the indexes of the store from the streams: for `muster doctor --rebuild`, and for each
stream that `muster import` writes. Bots, workers and clocks may keep running.
"""

from dataclasses import dataclass, field

from bot.store import Conflict, Loaded, Store, Unreadable, codec
from bot.store.transfer import Index
from bot.streams.actor import CLOCK
from bot.streams.delivery import ReceiptLost, Told
from bot.streams.effect import Effect
from bot.streams.ids import StreamId, is_stream_id, number_of, prefix_of
from bot.streams.kind import Priority
from bot.streams.tell import Tell

TRIES = 20  # attempts to read a stream at rest; one that keeps changing is being reconciled


@dataclass(slots=True)
class Rebuilt:
    """`streams`: how many were read, by kind. `mended`: entries that were missing or wrong.
    `unread`: unreadable streams, left unchanged.
    """

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
    """The index entries of a stream.

    A stream that is over is only scheduled for messages that weren't delivered yet, not to be
    updated to a newer Muster's layout.
    """
    kind = store.kinds.of(stream_id)
    state = store.streams.added_up(stream_id, loaded.history)
    changes = [kind.index([each.event]) for each in loaded.history]
    wanted = kind.effects(state)
    light = [each for each in wanted if not each.heavy]
    left = [each for each in light if not state.is_over or _must_be_heard(each)]
    return Index(
        created_at=loaded.history[0].at,  # corrections don't change the order
        is_open=state.is_open,
        channels={each.channel: each.channel_name for each in changes if each.channel},
        due=kind.next_due(state),
        page=kind.next_due(state, Priority.PAGES),
        reconcile_now=bool(left or loaded.pending),
        heavy=tuple(each.key for each in wanted if each.heavy),
        row=codec.dump_row(kind, state),
        subscribers=sorted({user for each in changes for user in each.subscribers}),
    )


def _must_be_heard(effect: Effect) -> bool:
    return effect.guarantee.needs_marker or isinstance(effect, Tell)


def recall_lost_receipts(store: Store, stream_id: StreamId) -> int:
    """Withdraw the receipts of commands whose events the target lacks in this store; returns how
    many. Raises `Unreadable`."""
    kind = store.kinds.of(stream_id)
    if Told not in kind.stored_as:
        return 0
    for _ in range(TRIES):
        state = store.streams.state(stream_id)
        lost = [
            ReceiptLost(key)
            for key, told in state.deliveries.told.items()
            if told.target and store.streams.length(told.target) < told.version
        ]
        if not lost:
            return 0
        try:
            store.streams.append(stream_id, lost, at=store.now(), by=CLOCK, after=state.version)
        except Conflict:
            continue
        return len(lost)
    return 0


def rebuild(store: Store) -> Rebuilt:
    """Rebuild every index from the streams. The old indexes are read before the streams, so that a
    concurrent change is never mistaken for a stale entry.
    """
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
    for stream_id in sorted(ids.difference(rebuilt.unread)):
        rebuilt.mended += store.transfer.drop_lost_causes(stream_id)
        rebuilt.mended += recall_lost_receipts(store, stream_id)
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
