"""An incident as lists show it: what the store keeps of it in a row, and how that is read.

A list of a hundred thousand incidents reads their rows, not their histories. Rows only gain
fields; any other change of their meaning is another `SCHEMA`, and old rows are computed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.incident.events import Stage
from bot.incident.incident import OPEN, OVER, Incident, Task
from bot.incident.review import review_due

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task in a list. `overdue`: its owner was reminded."""

    number: int
    text: str
    owner: str = ""
    due: datetime | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class PostmortemRow:
    """A postmortem that has to be reviewed. `link`: of the draft; empty if there is none yet."""

    due: datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """The part of an incident that lists show, and by which `may_see` decides.

    `members`: of a private one; of a public one no one asks. `role_titles` and `open_tasks`: while
    it isn't over, after that no one is reminded of them. `postmortem`: while it is due.
    """

    id: str
    title: str
    severity_id: str
    stage: Stage
    private: bool
    channel: str | None
    declarer: str
    declared_at: datetime
    source: str = ""
    mark: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    role_titles: Mapping[str, str] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    open_tasks: tuple[TaskRow, ...] = ()
    postmortem: PostmortemRow | None = None

    @property
    def commander(self) -> str | None:
        return self.roles.get("ic")

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def is_over(self) -> bool:
        return self.stage in OVER

    def role_title(self, role_id: str) -> str:
        return self.role_titles.get(role_id, role_id)


def summary(incident: Incident) -> Mapping[str, Any]:
    """The fields of its row, as JSON has them; what is empty is left out, but never `private`."""
    goes_on = not incident.is_over
    optional = {
        "source": incident.source,
        "mark": incident.mark,
        "roles": dict(incident.roles),
        "role_titles": {role: incident.role_title(role) for role in incident.roles if goes_on},
        "members": sorted(incident.members) if incident.private else [],
        "tasks": [_task(each) for each in incident.open_tasks if goes_on],
        "postmortem": _postmortem(incident),
    }
    return {
        "title": incident.title,
        "severity": incident.severity_id,
        "stage": incident.stage.value,
        "private": incident.private,
        "channel": incident.channel,
        "declarer": incident.declarer,
        "declared_at": incident.declared_at.isoformat(),
        **{name: value for name, value in optional.items() if value},
    }


def read_row(incident_id: str, fields: Mapping[str, Any]) -> IncidentRow:
    """The row with these fields, of which it may ignore some; what it needs and lacks raises
    `LookupError`, what makes no sense `TypeError` or `ValueError`."""
    return IncidentRow(
        id=incident_id,
        title=fields["title"],
        severity_id=fields["severity"],
        stage=Stage(fields["stage"]),
        private=fields["private"],
        channel=fields["channel"],
        declarer=fields["declarer"],
        declared_at=datetime.fromisoformat(fields["declared_at"]),
        source=fields.get("source", ""),
        mark=fields.get("mark", ""),
        roles=fields.get("roles", {}),
        role_titles=fields.get("role_titles", {}),
        members=frozenset(fields.get("members", ())),
        open_tasks=tuple(_read_task(each) for each in fields.get("tasks", ())),
        postmortem=_read_postmortem(fields.get("postmortem")),
    )


def row_of(incident: Incident) -> IncidentRow:
    """The row of an incident that was read whole."""
    return read_row(incident.id, summary(incident))


def _task(task: Task) -> dict[str, Any]:
    return {
        "number": task.number,
        "text": task.text,
        "owner": task.owner,
        "due": task.due.isoformat() if task.due else None,
        "overdue": task.overdue is not None,
    }


def _read_task(fields: Mapping[str, Any]) -> TaskRow:
    due = fields["due"]
    return TaskRow(
        fields["number"],
        fields["text"],
        fields["owner"],
        datetime.fromisoformat(due) if due else None,
        fields["overdue"],
    )


def _postmortem(incident: Incident) -> dict[str, str] | None:
    due, drafted = review_due(incident), incident.drafted
    link = getattr(drafted.event, "link", "") if drafted else ""
    return {"due": due.isoformat(), "link": link} if due else None


def _read_postmortem(fields: Mapping[str, str] | None) -> PostmortemRow | None:
    return PostmortemRow(datetime.fromisoformat(fields["due"]), fields["link"]) if fields else None
