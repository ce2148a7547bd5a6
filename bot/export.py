"""`muster export`: everything in the store, as lines of JSON that `muster import` reads.

    {"muster": "export", "version": 2, "team": …}    the workspace, the time, the last numbers
    {"name": …, "incident": …}                       a channel name that is claimed
    {"place": …, "channel": …}                       the id of `#name` or `@U…`
    {"paper": …, "text": …, "for_ms": …}             a draft, or a declaration not yet made
    {"policy": …, "text": …}                         before the first stream that names it
    {"stream": …, "events": […], "notes": {…}}       one line each; `causes`: commands it received
    {"end": 41}                                      lines before this one, to detect truncation

Locks, leases, intents and quarantine are left out: the target store starts without them. While
others write, each stream is exported as it was when it was read.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from bot.kinds import KINDS
from bot.settings import Settings
from bot.store import Store, Unreadable
from bot.store.workspaces import tokens_of
from bot.streams.ids import StreamId
from bot.streams.kind import Kinds
from bot.wiring.connection import workspace

VERSION = 2

# The keys of the store that are exported; indexes are rebuilt; the rest concerns
# processes or is short-lived.
CARRIED = (
    *("events", "notes", "causes", "policy", "names", "places", "paper", "counter"),
    *("incidents", "open", "streams", "channels", "due", "pages", "again", "draft"),
)

Row = dict[str, Any]


def export(
    settings: Settings, since: date | None, missed: list[str], kinds: Kinds = KINDS
) -> Iterator[bytes]:
    """Yield the export line by line. `since`: only streams that began on that day or later, and
    what belongs to them.

    The ids of what can't be exported are added to `missed`.
    """
    count = 0
    for row in _rows(settings, since, missed, kinds):
        yield as_line(row)
        count += 1
    yield as_line({"end": count})


def as_line(row: Row) -> bytes:
    """One line; bytes that aren't text are kept as they are."""
    return compact(row).encode("utf-8", "surrogateescape") + b"\n"


def compact(data: object) -> str:
    """Events in the form of the store (see `bot.store.codec`)."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _rows(
    settings: Settings, since: date | None, missed: list[str], kinds: Kinds
) -> Iterator[Row]:
    store, identity = workspace(settings, kinds)
    ids = _ids(store, since, settings)
    yield {
        "muster": "export",
        "version": VERSION,
        **asdict(identity),
        "known_by": tokens_of(store.redis, identity.team),
        # read after the ids, so that none of them is beyond it
        "counters": {kind.prefix: store.transfer.counted_to(kind.prefix) for kind in store.kinds},
        "at": store.now().isoformat(),
        "since": since.isoformat() if since else None,
    }
    wanted = set(ids)
    for name, stream_id in store.transfer.table("names").items():
        if not since or stream_id in wanted:
            yield {"name": name, "incident": stream_id}
    for place, channel in store.transfer.table("places").items():
        yield {"place": place, "channel": channel}
    for name, text, for_ms in store.transfer.all_documents():
        if not since or name.partition(":")[0] != "draft" or name.partition(":")[2] in wanted:
            yield {"paper": name, "text": text, "for_ms": for_ms}
    policies: set[str] = set()
    for stream_id in ids:
        try:
            row = _stream(store, stream_id)
        except Unreadable as damaged:
            missed.append(str(damaged))
            continue
        digest = _policy_of(row)
        if digest not in policies and (policy := store.transfer.policy_text(digest)) is not None:
            yield {"policy": digest, "text": policy}
        policies.add(digest)
        yield row


def _ids(store: Store, since: date | None, settings: Settings) -> list[StreamId]:
    """The ids of the lists, kind by kind, oldest first; then those with events that are in no
    list.
    """
    prefixes = [kind.prefix for kind in store.kinds]
    if since:
        begin = datetime.combine(since, time(), settings.muster_timezone)
        return [
            stream_id
            for prefix in prefixes
            for stream_id in store.transfer.ids_since(prefix, begin)
        ]
    listed = [stream_id for prefix in prefixes for stream_id in store.streams.all_ids(prefix)]
    return [*listed, *sorted(set(store.transfer.recorded_ids()) - set(listed))]


def _stream(store: Store, stream_id: StreamId) -> Row:
    """`damaged`: this Muster couldn't read it either. `awaited`: a call was in progress."""
    raw = store.transfer.raw(stream_id)
    if not raw.events:
        raise Unreadable(stream_id, "NoEvents")
    row: Row = {"stream": stream_id, "events": [_opened(event) for event in raw.events]}
    if raw.pending:
        row["notes"] = {_text(key): _text(note) for key, note in raw.pending.items()}
    if raw.causes:
        row["causes"] = raw.causes
    if store.transfer.is_scheduled(stream_id):
        row["awaited"] = True
    try:
        store.transfer.decode(stream_id, raw)
    except Unreadable as damaged:
        row["damaged"] = damaged.why
    return row


def _opened(event: bytes) -> object:
    """An event in readable form, if that can be encoded to the same bytes."""
    text = _text(event)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return data if isinstance(data, dict) and compact(data) == text else text


def _policy_of(row: Row) -> str:
    first = row["events"][0]
    return str(first.get("policy", "")) if isinstance(first, dict) else ""


def _text(kept: bytes) -> str:
    return kept.decode("utf-8", "surrogateescape")
