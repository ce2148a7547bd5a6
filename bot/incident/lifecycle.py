"""The stages from declared to closed, and the table of allowed transitions.

Every transition that a person can make is a row here; the documentation and the tests are
generated from it.
"""

from dataclasses import dataclass

from bot.errors import Refused
from bot.incident.events import Declared, Event, SeverityChanged, Stage, StageChanged, TaskDone
from bot.incident.incident import OPEN, Incident
from bot.incident.policy import Policy
from bot.incident.text_limits import fitting, visible

TITLE_MAX = 250  # characters; more belongs in the summary

CHECKS = {
    "stable": "Stable for 30 minutes or more",
    "metrics": "Metrics are back at baseline",
    "reports": "No new reports from users",
}

MAY_FOLLOW: dict[Stage, frozenset[Stage]] = {
    Stage.INVESTIGATING: frozenset(
        {Stage.IDENTIFIED, Stage.MITIGATED, Stage.RESOLVED, Stage.CANCELLED}
    ),
    Stage.IDENTIFIED: frozenset(
        {Stage.INVESTIGATING, Stage.MITIGATED, Stage.RESOLVED, Stage.CANCELLED}
    ),
    Stage.MITIGATED: frozenset(
        {Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.RESOLVED, Stage.CANCELLED}
    ),
    Stage.RESOLVED: frozenset({Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
    Stage.CANCELLED: frozenset(),
    Stage.MERGED: frozenset(),
}

MAY_REOPEN = frozenset({Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True)
class Declare:
    title: str
    severity: str
    policy: Policy
    summary: str = ""
    playbook: str = "default"
    private: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSeverity:
    severity: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeStage:
    """For closing, `confirmed`: which of `CHECKS` the person confirms; `done`: the tasks that they
    report as done.
    """

    stage: Stage
    text: str = ""
    confirmed: tuple[str, ...] = ()
    done: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reopen:
    reason: str = ""


def declare(command: Declare) -> list[Event]:
    title = " ".join(command.title.split())
    if not visible(title):
        raise Refused("An incident needs a title: say in a few words what is broken.")
    if len(title) > TITLE_MAX:
        raise Refused(
            f"That title has {len(title):,} characters; at most {TITLE_MAX} fit. "
            "Say what is broken in one line and put the rest in the summary."
        )
    policy = command.policy
    kinds = [each.id for each in policy.playbooks]
    if policy.severity(command.severity) is None or command.playbook not in kinds:
        raise Refused("The policy has changed since this form was opened. Please open it anew.")
    return [
        Declared(
            title,
            command.severity,
            command.policy,
            fitting(command.summary, "The summary"),
            command.playbook,
            command.private,
            command.source,
        )
    ]


def change_severity(incident: Incident, command: ChangeSeverity) -> list[Event]:
    if incident.severity_id == command.severity:
        return []
    return [SeverityChanged(command.severity, fitting(command.reason, "The reason"))]


def change_stage(incident: Incident, command: ChangeStage) -> list[Event]:
    here, there = incident.stage, command.stage
    if here is there:
        return []
    if there not in MAY_FOLLOW[here]:
        raise Refused(_why_not(incident, there))
    unconfirmed: tuple[str, ...] = ()
    if there is Stage.CLOSED:
        unconfirmed = tuple(each for each in CHECKS if each not in command.confirmed)
    done = [TaskDone(each.number) for each in incident.open_tasks if each.number in command.done]
    return [*done, StageChanged(there, fitting(command.text, "The text"), unconfirmed)]


def reopen(incident: Incident, command: Reopen) -> list[Event]:
    if incident.stage not in MAY_REOPEN:
        raise Refused(f"{incident.id} is open already: it is {incident.stage}.")
    return [StageChanged(Stage.INVESTIGATING, fitting(command.reason, "The reason"))]


def _why_not(incident: Incident, there: Stage) -> str:
    if there is Stage.CLOSED and incident.is_open:
        return (
            f"{incident.id} is {incident.stage}; only a resolved incident can be closed. "
            "First `/incident resolve`, or `/incident cancel` if it was a false alarm."
        )
    if there is Stage.CLOSED:
        return f"{incident.id} is {incident.stage}: it is over already, there is nothing to close."
    anew = "To open it again: `/incident reopen [reason]`."
    if there in OPEN:
        return f"{incident.id} is {incident.stage}. {anew}"
    return f"{incident.id} is {incident.stage} and cannot become {there}. {anew}"
