"""Check the streams of each kind: how many there are, and whether they can be read."""

from collections.abc import Iterator

from bot.doctor.finding import Finding, failure
from bot.store import Store, Unreadable
from bot.streams.ids import StreamId

LATEST = 500  # of each kind, read in addition to the open ones
NAMED = 5  # streams named in one finding


def examine(store: Store) -> Iterator[Finding]:
    """Read the open streams and the latest ones of each kind; older ones aren't read."""
    counts = []
    for kind in store.kinds:
        is_open = store.streams.open_ids(kind.prefix)
        counts.append(f"{store.streams.count(kind.prefix)} {kind.title}s ({len(is_open)} open)")
        latest = store.streams.all_ids(kind.prefix, latest=LATEST)
        yield from _unreadable(store, list(dict.fromkeys([*is_open, *latest])))
    yield Finding("streams", ", ".join(counts))


def _unreadable(store: Store, ids: list[StreamId]) -> Iterator[Finding]:
    """One finding per reason."""
    found: dict[str, list[StreamId]] = {}
    for stream_id, state in store.streams.states(ids):
        if isinstance(state, Unreadable):
            found.setdefault(state.why, []).append(stream_id)
    for why, streams in found.items():
        more = f" and {len(streams) - NAMED} more" if len(streams) > NAMED else ""
        says = f"{', '.join(streams[:NAMED])}{more} can't be read ({why})"
        yield failure("streams", says, "upgrade Muster, or restore them from an export")
