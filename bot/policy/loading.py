"""Loads a policy from its folder: either all of it, or all of its problems."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.incident.policy import Playbook, Policy, Runbook
from bot.oncall import Schedule
from bot.policy import folder as folders
from bot.policy import references
from bot.policy.folder import Folder
from bot.policy.problem import BrokenPolicy, Problem
from bot.policy.schema import PlaybookFile, RunbookEntry
from bot.streams.access import MEMBERS_ONLY, Limit, OpenTo


@dataclass(frozen=True, slots=True)
class Loaded:
    """A usable policy. Incidents keep a copy of `policy`; `schedules` are looked up when an
    escalation step fires, and `access` at each request. `runbooks`: the Markdown of each, by
    title."""

    policy: Policy
    schedules: Mapping[str, Schedule]
    warnings: tuple[Problem, ...] = ()
    access: OpenTo = MEMBERS_ONLY
    runbooks: Mapping[str, str] = field(default_factory=dict)


def check(path: Path) -> list[Problem]:
    """All errors and warnings under `path`, sorted by file and line."""
    return _check(path, folders.read_folder(path))


def load(path: Path) -> Loaded:
    """Load the policy from the folder `path`. Raises BrokenPolicy if it isn't usable."""
    folder = folders.read_folder(path)
    problems = _check(path, folder)
    severities, roles = folder.severities.meaning, folder.roles.meaning
    escalation, oncall = folder.escalation.meaning, folder.oncall.meaning
    broken = any(one.severity == "error" and not one.survivable for one in problems)
    access = folder.access.meaning
    if broken or not (severities and roles and escalation and oncall and access):
        raise BrokenPolicy(problems)
    policy = Policy(
        severities=tuple(row.freeze() for row in severities.severities),
        roles=tuple(row.freeze() for row in roles.roles),
        chains=tuple(row.freeze(name) for name, row in escalation.chains.items()),
        playbooks=tuple(
            _playbook(kind, part.meaning, folder)
            for kind, part in folder.playbooks.items()
            if part.meaning
        ),
        questions=tuple(row.freeze() for row in severities.questions),
        backoff=severities.backoff.freeze() if severities.backoff else None,
        together=True,
        last_resort=escalation.last_resort,
    )
    schedules = {name: row.freeze(name) for name, row in oncall.schedules.items()}
    texts = {
        part.meaning.title if part.meaning else name: part.body
        for name, part in folder.runbooks.items()
    }
    pages, incidents = access.limits.pages, access.limits.incidents
    open_to = OpenTo(
        access.guests == "act",
        access.other_organizations == "act",
        Limit(pages.most, pages.within),
        Limit(incidents.most, incidents.within),
    )
    return Loaded(policy, schedules, tuple(problems), open_to, texts)


def _check(path: Path, folder: Folder) -> list[Problem]:
    if not path.is_dir():
        return [Problem(str(path), 1, "isn't a folder; create it, or set MUSTER_PLAYBOOKS.")]
    return sorted({*folder.every(), *references.check(folder)})


def _playbook(kind: str, file: PlaybookFile, folder: Folder) -> Playbook:
    runbooks = tuple(_runbook(entry, folder) for entry in file.runbooks)
    return Playbook(
        kind,
        file.title,
        file.private,
        file.bridge,
        runbooks,
        rename_channel=file.rename_channel,
        bridge_from=file.bridge_from,
    )


def _runbook(entry: RunbookEntry, folder: Folder) -> Runbook:
    if entry.file is None:
        return Runbook(str(entry.title), entry.link)
    facts = folder.runbooks[entry.file].meaning
    return Runbook(facts.title, facts.link) if facts else Runbook(entry.file)
