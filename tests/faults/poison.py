"""Ways in which an incident in the store can be damaged, and how to create them."""

import json
from collections.abc import Callable
from typing import Any

from redis import Redis

from tests.harness import TEAM

PREFIX = f"muster:{{{TEAM}}}:"

Json = dict[str, Any]
Poison = Callable[[Redis, str], None]


def wake(store: Redis, incident_id: str) -> None:
    """Schedule it, like a timer."""
    store.zadd(f"{PREFIX}again", {incident_id: 0})


def antidote(store: Redis, incident_id: str) -> Callable[[], None]:
    """The commands that restore its current state."""
    kept = _record(store, incident_id)

    def mend() -> None:
        _write(store, incident_id, kept)

    return mend


def _record(store: Redis, incident_id: str) -> list[str]:
    entries: Any = store.xrange(f"{PREFIX}events:{incident_id}")
    return [fields[b"e"].decode() for _, fields in entries]


def _write(store: Redis, incident_id: str, record: list[str]) -> None:
    key = f"{PREFIX}events:{incident_id}"
    store.delete(key)
    for seq, line in enumerate(record, start=1):
        store.xadd(key, {"e": line}, id=f"{seq}-0")


def _adds(*lines: str | bytes, field: str = "e") -> Poison:
    """Append entries to its history."""

    def poison(store: Redis, incident_id: str) -> None:
        key = f"{PREFIX}events:{incident_id}"
        for line in lines:
            store.xadd(key, {field: line}, id=f"{store.xlen(key) + 1}-0")

    return poison


def _event(kind: str, by: Any = "U0ANA", **fields: Any) -> str:
    return json.dumps({"kind": kind, "at": "2026-11-21T09:28:00+00:00", "by": by, **fields})


def _declared(**otherwise: str) -> Poison:
    """Change its declaration."""

    def poison(store: Redis, incident_id: str) -> None:
        declared, *rest = _record(store, incident_id)
        _write(store, incident_id, [json.dumps({**json.loads(declared), **otherwise}), *rest])

    return poison


def _damaged_policy(store: Redis, incident_id: str) -> None:
    store.set(f"{PREFIX}policy:damaged", '{"roles": 7}')
    _declared(policy="damaged")(store, incident_id)


def _gone(store: Redis, incident_id: str) -> None:
    store.delete(f"{PREFIX}events:{incident_id}")


def _another_type(store: Redis, incident_id: str) -> None:
    store.set(f"{PREFIX}events:{incident_id}", "no stream")


def _notes(store: Redis, incident_id: str) -> None:
    store.hset(f"{PREFIX}notes:{incident_id}", "card", "no note")


NEWER = _adds(_event("Merged", into="INC-1"))

# Unreadable incidents, and the end of the reported error's name.
UNREADABLE: dict[str, tuple[str, Poison]] = {
    "an event of a newer Muster": ("UnknownEvent", NEWER),
    "an event that is no JSON": ("Error", _adds(b"{half an ev")),
    "an event that is no text": ("Error", _adds(b"\xff\xfe{}")),
    "an event of another shape": ("Error", _adds("[1, 2]")),
    "an event that lacks a field": ("Error", _adds(_event("RoleGiven", role="ic"))),
    "an event without a kind": ("Error", _adds('{"at": "2026-11-21T09:28:00+00:00"}')),
    "an event at no time": ("Error", _adds('{"kind": "Noted", "at": "?", "by": "U0ANA"}')),
    "an entry without an event": ("Error", _adds("{}", field="f")),
    "a step of no chain": (
        "Error",
        _adds(
            _event("StageChanged", stage="cancelled"),
            _event("Escalated", step=9, due="2026-11-21T09:28:00Z", targets=[]),
        ),
    ),
    "a severity that isn't there": ("Error", _adds(_event("SeverityChanged", severity="SEV99"))),
    "its policy is gone": ("MissingPolicy", _declared(policy="gone")),
    "its policy is damaged": ("Error", _damaged_policy),
    "its events are gone": ("NoEvents", _gone),
    "something else in their place": ("WrongType", _another_type),
    "damaged notes": ("Error", _notes),
}

# Readable incidents that raise when they are reconciled.
RAISES = _declared(playbook="nowhere")

# Incidents that raise when a message is rendered.
UNSPEAKABLE = _adds(_event("StageChanged", stage="mitigated", unconfirmed=["no check of ours"]))

# Incidents that raise only when the postmortem is drafted.
UNDRAFTABLE = _adds(_event("Noted", by=7, text="by nobody of this world"))
