"""Reports for operators: incidents, a timeline, a draft. Operators see private incidents, too."""

import json
import re
from collections.abc import Iterable, Iterator
from textwrap import indent

from bot.errors import CommandError
from bot.incident.events import CLOCK
from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.incident.timeline import timeline as timeline_of
from bot.settings import Settings
from bot.store import Store, Unreadable
from bot.streams.ids import is_stream_id
from bot.wiring.connection import workspace

LATEST = 100  # incidents listed unless all are requested


def incidents(
    settings: Settings, open_only: bool, as_json: bool, *, everything: bool = False
) -> Iterator[str]:
    """Yield the report in pieces: one line per incident, oldest first, only the latest unless
    `everything`; or a JSON array of all.
    """
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
        yield from _array(row for row, _ in listed)
        return
    if left_out:
        yield f"({left_out} older ones: `muster incidents --all`)\n"
    yield from (f"{line}\n" for _, line in listed)
    if not ids:
        yield "No incidents.\n"


def _listed(store: Store, ids: list[str]) -> Iterator[tuple[dict[str, object], str]]:
    """Each incident as a JSON row and as a line."""
    all_quarantined = store.quarantine.all_quarantined()
    for each, incident in store.streams.states(ids):
        if isinstance(incident, Unreadable):
            row, line = _unread(each), f"{each:<8} can't be read ({incident.why})"
        else:
            row, line = _row(incident), _line(incident)
        if quarantined := all_quarantined.get(each) or all_quarantined.get(f"{each}/draft"):
            row["set_aside"] = {"since": quarantined.since.isoformat(), "why": quarantined.why}
            line += f"  (quarantined: {quarantined.why}; `muster incidents --retry {each}`)"
        yield row, line


def _array(rows: Iterable[dict[str, object]]) -> Iterator[str]:
    """The output of `json.dumps`, row by row."""
    before = "[\n"
    for row in rows:
        yield before + indent(json.dumps(row, indent=2, ensure_ascii=False), "  ")
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def retry(settings: Settings, incident_id: str) -> str:
    """Release an incident from quarantine."""
    store, _ = workspace(settings)
    given = [each for each in (incident_id, incident_id.upper()) if is_stream_id(each)]
    found = next((each for each in given if store.quarantine.retry(each)), None)
    if found is None:
        raise CommandError(
            f"{incident_id} isn't quarantined; `muster incidents` marks those that are"
        )
    return f"{found} was released from quarantine."


def timeline(settings: Settings, incident_id: str, as_json: bool) -> str:
    """The timeline of one incident, one line per entry; or a JSON array."""
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
            f"{incident.id} has no draft yet: one is written when the incident is resolved, "
            "or when somebody types `/incident postmortem` in its channel"
        )
    return draft


def _known(store: Store, incident_id: str) -> Incident:
    if not re.fullmatch(r"INC-[0-9]{1,9}", incident_id, re.IGNORECASE):
        shown = ascii(incident_id[:40])
        raise CommandError(f"{shown} isn't an incident number; write it like INC-7")
    try:
        incident: Incident = store.streams.state(incident_id.upper())
    except Unreadable as damaged:
        raise CommandError(
            f"can't read {damaged}: written by a newer Muster, or damaged"
        ) from None
    if not incident.history:
        raise CommandError(f"{incident_id} not found; `muster incidents` lists them")
    return incident


def _line(incident: Incident) -> str:
    return (
        f"{incident.id:<8} {incident.severity_id:<5} {incident.stage:<13} "
        f"{incident.declared_at:%Y-%m-%d %H:%M}  "
        f"{incident.title}{'  (private)' if incident.private else ''}"
    )


def _unread(incident_id: str) -> dict[str, object]:
    """The row of an unreadable incident; unknown values are null, including whether it is
    private.
    """
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


def _row(incident: Incident) -> dict[str, object]:
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
