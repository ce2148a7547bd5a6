"""Encodes events and rows as JSON. A shared value is replaced by its digest."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json, to_jsonable_python

from bot.streams.kind import AnyKind, SharedValue
from bot.streams.record import Recorded

Texts = dict[str, str]  # of shared values, by digest


class UnknownEvent(Exception):
    """The event was written by a newer Muster. This process leaves the stream to newer ones."""


def dump(kind: AnyKind, event: Any, at: datetime, by: str) -> tuple[str, Texts]:
    """Encode an event as a line of JSON. Returns it, and the shared values by digest."""
    shared = _shared(kind, type(event))
    if shared is None:
        return _line(kind, event, at, by, {}), {}
    text, digest = shared.write(getattr(event, shared.field))
    blank = replace(event, **{shared.field: shared.blank})
    return _line(kind, blank, at, by, {shared.field: digest}), {digest: text}


def load(
    kind: AnyKind, line: str | bytes, seq: int, read: Callable[[SharedValue, str], Any]
) -> Recorded[Any]:
    """Decode an event; `read` looks up a shared value by its digest.

    Raises `UnknownEvent` for an event of a newer release, and `ValueError` if its time has no
    zone, because it can't be compared with others.
    """
    data = from_json(line)
    name, at, by = data.pop("kind"), datetime.fromisoformat(data.pop("at")), data.pop("by")
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    adapters, name = _adapters(kind), kind.aliases.get(name, name)
    if name not in adapters:
        raise UnknownEvent(name)
    if shared := _shared(kind, kind.events[name]):
        data[shared.field] = read(shared, data[shared.field])
    return Recorded(adapters[name].validate_python(data), at, by, seq)


def dump_row(kind: AnyKind, state: Any) -> str:
    """Encode a stream's row in lists, with the stream's version and the row's schema."""
    row = {
        "version": state.version,
        "schema": kind.summary_schema,
        "fields": kind.summary(state),
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def load_row(kind: AnyKind, row: bytes, version: int) -> Mapping[str, Any] | None:
    """The fields of a row; None if its version or schema is another one."""
    data = from_json(row)
    if (data["version"], data["schema"]) != (version, kind.summary_schema):
        return None
    fields: Mapping[str, Any] = data["fields"]
    return fields


@lru_cache(maxsize=256)
def stored_field(row: bytes, name: str) -> Any:
    """A field of a row, whatever its version and schema; None if it has none of this name."""
    return from_json(row)["fields"].get(name)


def _line(kind: AnyKind, event: Any, at: datetime, by: str, instead: Texts) -> str:
    fields = {**to_jsonable_python(event), **instead}
    return json.dumps(
        {"kind": kind.stored_name(event), "at": at.isoformat(), "by": by, **fields},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _shared(kind: AnyKind, event: type) -> SharedValue | None:
    return next((shared for shared in kind.shared if shared.event is event), None)


_built: dict[int, dict[str, TypeAdapter[Any]]] = {}  # by the identity of a kind's events


def _adapters(kind: AnyKind) -> dict[str, TypeAdapter[Any]]:
    """The type adapters of a kind, built once: building one costs more than a thousand uses."""
    key = id(kind.events)
    if key not in _built:
        _built[key] = {name: TypeAdapter(event) for name, event in kind.events.items()}
    return _built[key]
