"""Events to JSON and back, by class name. A policy travels as its digest."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic_core import from_json, to_jsonable_python

from bot.incident.events import Decided, Declared, Delivered, Event, Recorded
from bot.incident.incident import NO_POLICY
from bot.incident.policy import Policy

KINDS: dict[str, TypeAdapter[Any]] = {
    # built once: building one costs more than a thousand uses
    kind.__name__: TypeAdapter(kind)
    for kind in (*get_args(Decided), *get_args(Delivered))
}


class UnknownEvent(Exception):
    """Written by a newer Muster. This process leaves the incident to those who understand it."""


def dump(event: Event, at: datetime, by: str, digest: str = "") -> str:
    """One event as a line of JSON; `digest` stands for the policy of a declaration."""
    if isinstance(event, Declared):
        event = replace(event, policy=NO_POLICY)
    fields = to_jsonable_python(asdict(event))
    if isinstance(event, Declared):
        fields["policy"] = digest
    return json.dumps(
        {"kind": type(event).__name__, "at": at.isoformat(), "by": by, **fields},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def load(line: str | bytes, seq: int, policy: Callable[[str], Policy]) -> Recorded:
    """The event that `line` keeps. Raises `UnknownEvent` for a kind from the future."""
    data = from_json(line)
    kind, at, by = data.pop("kind"), data.pop("at"), data.pop("by")
    if kind not in KINDS:
        raise UnknownEvent(kind)
    if kind == Declared.__name__:
        data["policy"] = policy(data["policy"])
    return Recorded(KINDS[kind].validate_python(data), datetime.fromisoformat(at), by, seq)
