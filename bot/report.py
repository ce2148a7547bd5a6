"""What an operator reads without Slack: incidents, a timeline, a draft. They see all of them."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from pydantic_core import to_json

from bot.errors import CommandError
from bot.incident.events import CLOCK
from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.incident.row import IncidentRow
from bot.incident.timeline import timeline as timeline_of
from bot.settings import Settings
from bot.store import Quarantined, Store, Unreadable
from bot.wiring.connection import workspace

LATEST = 100  # incidents that are listed unless all are asked for
AT_ONCE = 1000  # that are printed together

Listed = tuple[str, IncidentRow | Unreadable, Quarantined | None]


def incidents(
    settings: Settings, open_only: bool, as_json: bool, *, everything: bool = False
) -> Iterator[str]:
    """Text to print piece by piece: one line each, the oldest first, of the latest unless of
    `everything`; or a JSON array of all."""
    store, _ = workspace(settings)
    left_out = 0
    if open_only:
        ids = store.streams.open_ids(PREFIX)
    elif everything or as_json:
        ids = store.streams.all_ids(PREFIX)
    else:
        ids = store.streams.all_ids(PREFIX, latest=LATEST)
        left_out = store.streams.count(PREFIX) - len(ids)
    listed = _listed(store, ids)
    if as_json:
        yield from _array(_row(*each) for each in listed)
        return
    if left_out:
        yield f"({left_out} older ones: `muster incidents --all`)\n"
    yield from (f"{_line(*each)}\n" for each in listed)
    if not ids:
        yield "No incidents.\n"


def _listed(store: Store, ids: list[str]) -> Iterator[Listed]:
    """Each incident, and whether it is set aside."""
    aside = store.quarantine.all_quarantined()
    for each, found in store.rows.read(PREFIX, ids):
        yield each, found, aside.get(each) or aside.get(f"{each}/draft")


def _array(rows: Iterable[dict[str, object]]) -> Iterator[str]:
    """`json.dumps(…, indent=2, ensure_ascii=False)`, a few at a time, and many times as fast."""
    before = "[\n"
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield before + to_json(some, indent=2).decode().removeprefix("[\n").removesuffix("\n]")
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def retry(settings: Settings, incident_id: str) -> str:
    """Put back what was set aside."""
    store, _ = workspace(settings)
    if not store.quarantine.retry(incident_id.upper()):
        raise CommandError(
            f"{incident_id} is not set aside; `muster incidents` marks those that are"
        )
    return f"{incident_id.upper()} is tried again."


def timeline(settings: Settings, incident_id: str, as_json: bool) -> str:
    """One incident's record, a line for each thing that happened; or a JSON array."""
    store, identity = workspace(settings)
    rows = []
    for entry in timeline_of(_known(store, incident_id)):
        link = identity.permalink(entry.said.channel, entry.said.ts) if entry.said else None
        rows.append(
            {
                "at": entry.at.isoformat(),
                "by": entry.by,
                "kind": entry.kind,
                "text": entry.text,
                "permalink": link if entry.said and entry.said.ts else None,
            }
        )
    if as_json:
        return json.dumps(rows, indent=2, ensure_ascii=False)
    return "\n".join(
        f"{str(row['at'])[:16].replace('T', ' ')}  "
        f"{'' if row['by'] == CLOCK else row['by']!s:<12} {row['kind']:<11} {row['text']}"
        for row in rows
    )


def postmortem(settings: Settings, incident_id: str) -> str:
    """The latest draft, as Markdown."""
    store, _ = workspace(settings)
    incident = _known(store, incident_id)
    draft = store.documents.get(f"draft:{incident.id}")
    if draft is None:
        raise CommandError(
            f"{incident.id} has no draft yet: it is drafted when the incident is resolved, "
            "or when somebody types `/incident postmortem` in its channel"
        )
    return draft


def _known(store: Store, incident_id: str) -> Incident:
    if not re.fullmatch(r"INC-[0-9]{1,9}", incident_id, re.IGNORECASE):
        shown = ascii(incident_id[:40])
        raise CommandError(f"{shown} is no incident's number; write it like INC-7")
    try:
        incident: Incident = store.streams.state(incident_id.upper())
    except Unreadable as damaged:
        raise CommandError(
            f"can't read {damaged}: written by a newer Muster, or damaged"
        ) from None
    if not incident.history:
        raise CommandError(f"there is no {incident_id}; `muster incidents` lists what there is")
    return incident


def _line(incident_id: str, found: IncidentRow | Unreadable, aside: Quarantined | None) -> str:
    if isinstance(found, Unreadable):
        line = f"{incident_id:<8} can't be read ({found.why})"
    else:
        line = (
            f"{found.id:<8} {found.severity_id:<5} {found.stage:<13} "
            f"{found.declared_at:%Y-%m-%d %H:%M}  "
            f"{found.title}{'  (private)' if found.private else ''}"
        )
    if aside:
        line += f"  (set aside: {aside.why}; `muster incidents --retry {incident_id}`)"
    return line


def _row(
    incident_id: str, found: IncidentRow | Unreadable, aside: Quarantined | None
) -> dict[str, object]:
    row = _unread(incident_id) if isinstance(found, Unreadable) else _fields(found)
    if aside:
        row["set_aside"] = {"since": aside.since.isoformat(), "why": aside.why}
    return row


def _unread(incident_id: str) -> dict[str, object]:
    """The keys of the others. What isn't known of it is null, also whether it is private."""
    return {
        "id": incident_id,
        "title": None,
        "severity": None,
        "stage": None,
        "private": None,
        "channel": None,
        "declared_at": None,
        "roles": {},
    }


def _fields(incident: IncidentRow) -> dict[str, object]:
    return {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity_id,
        "stage": incident.stage.value,
        "private": incident.private,
        "channel": incident.channel,
        "declared_at": incident.declared_at.isoformat(),
        "roles": dict(incident.roles),
    }
