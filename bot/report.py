"""Reports for operators: incidents, a timeline, a draft. Operators see private incidents, too."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pydantic_core import to_json

from bot.errors import CommandError
from bot.incident.drafting import Outdated, outdated
from bot.incident.events import CLOCK
from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.incident.row import IncidentRow
from bot.incident.timeline import IDS, Entry
from bot.incident.timeline import timeline as timeline_of
from bot.incident.when import written
from bot.person_names import names
from bot.postmortem.redaction import redact
from bot.settings import Settings
from bot.store import Quarantined, Store, Unreadable
from bot.store.workspaces import Identity
from bot.streams.ids import Certainty, is_stream_id, spelled
from bot.terminal import one_line
from bot.wiring.connection import workspace

_TAG = re.compile(r"<@([UW][A-Z0-9]+)>")  # our own mentions

LATEST = 100  # incidents listed unless all are requested
AT_ONCE = 1000  # incidents printed together

Listed = tuple[str, IncidentRow | Unreadable, Quarantined | None]


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
        yield from _array(_row(*each) for each in listed)
        return
    if left_out:
        yield f"({left_out} older ones: `muster incidents --all`)\n"
    yield from (f"{_line(*each)}\n" for each in listed)
    if not ids:
        yield "No incidents.\n"


def _listed(store: Store, ids: list[str]) -> Iterator[Listed]:
    """Each incident, and its quarantine."""
    everything = store.quarantine.all_quarantined().values()
    # a stream's own entry overrides those of its heavy effects: it concerns all of it
    by_stream = {
        entry.stream_id: entry for entry in sorted(everything, key=lambda entry: -len(entry.what))
    }
    for stream_id, found in store.rows.read(PREFIX, ids):
        yield stream_id, found, by_stream.get(stream_id)


def _array(rows: Iterable[dict[str, object]]) -> Iterator[str]:
    """The output of `json.dumps`, some rows at a time: that of pydantic is many times as fast."""
    before = "[\n"
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield before + to_json(some, indent=2).decode().removeprefix("[\n").removesuffix("\n]")
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
    """The timeline of one incident, one line per entry, in `MUSTER_TIMEZONE`; or a JSON array.
    Secrets are masked."""
    store, identity = workspace(settings)
    entries = timeline_of(_known(store, incident_id))
    if as_json:
        rows = [_entry(each, identity) for each in entries]
        return json.dumps(rows, indent=2, ensure_ascii=False)
    found = names(settings, {each for entry in entries for each in _ids(entry)}, store)
    return "\n".join(
        f"{written(each.at, settings.muster_timezone)}  "
        f"{_by(each, found):<12} {each.kind:<11} "
        f"{one_line(_named(' '.join(redact(each.text).text.split()), found))}"
        for each in entries
    )


def _by(entry: Entry, names: Mapping[str, str]) -> str:
    return one_line(entry.app or ("" if entry.by == CLOCK else names.get(entry.by, entry.by)))


def _ids(entry: Entry) -> Iterator[str]:
    """The ids of people, groups and channels in a line."""
    if entry.by[:1] in ("U", "W"):
        yield entry.by
    for found in (*_TAG.finditer(entry.text), *IDS.finditer(entry.text)):
        yield found[1] if found.re is _TAG else found[2]


def _named(text: str, names: Mapping[str, str]) -> str:
    """The text with names in place of ids, as far as they are known."""
    text = _TAG.sub(lambda tag: names.get(tag[1], f"@{tag[1]}"), text)
    return IDS.sub(lambda found: names.get(found[2], found[0]), text)


def _entry(entry: Entry, identity: Identity) -> dict[str, object]:
    said = entry.said
    link = identity.permalink(said.channel, said.ts, said.thread_ts) if said else None
    return {
        "at": entry.at.isoformat(),
        "by": entry.app or entry.by,
        "kind": entry.kind,
        "text": redact(entry.text).text,
        "permalink": link if said and said.ts else None,
    }


def postmortem(settings: Settings, incident_id: str) -> str:
    """The latest draft, as Markdown. If it is out of date, its first line says so."""
    store, _ = workspace(settings)
    incident = _known(store, incident_id)
    draft = store.documents.get(f"draft:{incident.id}")
    if draft is None:
        raise CommandError(
            f"{incident.id} has no draft yet: one is written when the incident is resolved, "
            "or when somebody types `/incident postmortem` in its channel"
        )
    since = outdated(incident)
    return (
        f"> **Out of date:** {_OUTDATED[since].format(incident.id)}\n\n{draft}" if since else draft
    )


_OUTDATED = {
    Outdated.REOPENED: "{} was reopened after this draft. A new one is written when it's "
    "resolved, or when somebody types `/incident postmortem` in its channel.",
    Outdated.REPLACED: "a newer draft of {} was requested and isn't written yet.",
}


def _known(store: Store, incident_id: str) -> Incident:
    written = spelled(incident_id, PREFIX)
    if written is None or written.rest or written.certainty is not Certainty.EXACT:
        shown = ascii(incident_id[:40])
        raise CommandError(f"{shown} isn't an incident number; write it like INC-7")
    try:
        incident: Incident = store.streams.state(written.id)
    except Unreadable as damaged:
        raise CommandError(
            f"can't read {damaged}: written by a newer Muster, or damaged"
        ) from None
    if not incident.history:
        raise CommandError(f"{written.id} not found; `muster incidents` lists them")
    return incident


def _line(
    incident_id: str, found: IncidentRow | Unreadable, quarantined: Quarantined | None
) -> str:
    if isinstance(found, Unreadable):
        line = f"{incident_id:<8} can't be read ({one_line(found.why)})"
    else:
        line = (
            f"{found.id:<8} {found.severity_id:<5} {found.stage:<13} "
            f"{found.declared_at:%Y-%m-%d %H:%M}  "
            f"{one_line(found.title)}{'  (private)' if found.private else ''}"
        )
    if quarantined:
        why = one_line(quarantined.why)
        line += f"  (quarantined: {why}; `muster incidents --retry {incident_id}`)"
    return line


def _row(
    incident_id: str, found: IncidentRow | Unreadable, quarantined: Quarantined | None
) -> dict[str, object]:
    row = _unread(incident_id) if isinstance(found, Unreadable) else _fields(found)
    if quarantined:
        row["set_aside"] = {"since": quarantined.since.isoformat(), "why": quarantined.why}
    return row


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
