"""People who leave the workspace lose their roles and tasks. Slack reports it by an event, or by
refusing to message them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incident.events import (
    Event,
    RoleAssigned,
    TaskAdded,
    TaskAssigned,
    Unsubscribed,
)
from bot.incident.giving_up import empty, give_up
from bot.incident.incident import Delivery, Incident, Task
from bot.incident.outbound import outbound_messages
from bot.incident.subscribers import of_user
from bot.streams.address import Person
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.slice import CommandRule, Slice, Until

NOT_THERE = frozenset({"user_disabled", "user_not_found"})  # Slack's error codes


@dataclass(frozen=True, slots=True)
class LeaveWorkspace(Command):
    user: str


def left(incident: Incident, command: LeaveWorkspace, context: Context) -> Sequence[Event]:
    """Empty their roles, unassign their tasks, withdraw the offers made to them and end their
    subscriptions; if the incident is over, only the last.
    """
    subscribed = [Unsubscribed(each.number, left=True) for each in of_user(incident, command.user)]
    return [*give_up(incident, command.user, left_workspace=True), *subscribed]


def due(incident: Incident) -> list[Event]:
    """The events that follow from Slack's refusals, in case the event that they left was
    missed.
    """
    return [
        *(empty(role, incident.roles[role]) for role, _ in _deserted(incident)),
        *(_nobodys(task) for task, _ in _orphaned(incident)),
    ]


def next_due(incident: Incident) -> datetime | None:
    times = (at for found in (_deserted(incident), _orphaned(incident)) for _, at in found)
    return min(times, default=None)


def _nobodys(task: Task) -> Event:
    return TaskAssigned(task.number, "", left=task.owner)


def _deserted(incident: Incident) -> Iterator[tuple[str, datetime]]:
    """The roles whose holder Slack reports as gone, and when. A refusal from before the assignment
    doesn't count: the person may be back.
    """
    refusals = _refusals(incident)
    if not refusals:
        return
    for role, holder in incident.roles.items():
        given = max(each.at for each in incident.history if _gives(each.event, role))
        said = [at for at in _refused(holder, refusals, incident) if at >= given]
        if said:
            yield role, max(said)


def _orphaned(incident: Incident) -> Iterator[tuple[Task, datetime]]:
    """The tasks whose owner Slack reports as gone, found in the same way."""
    refusals = _refusals(incident)
    for task in incident.open_tasks if refusals else ():
        given = [each.at for each in incident.history if _is_given(each.event, task)]
        said = [at for at in _refused(task.owner, refusals, incident) if given and at >= given[-1]]
        if said:
            yield task, max(said)


def _refusals(incident: Incident) -> dict[str, Delivery]:
    """Slack's refusals because a person is gone; none once the incident is over."""
    if not incident.is_open:
        return {}
    return {key: why for key, why in incident.failed.items() if why.reason in NOT_THERE}


def _refused(user: str, refusals: dict[str, Delivery], incident: Incident) -> list[datetime]:
    """When Slack refused to invite or message the person."""
    keys = {
        f"member:{user}",
        *(each.key for each in outbound_messages(incident) if each.to == Person(user)),
    }
    return [refusals[key].at for key in keys & refusals.keys()]


def _is_given(event: Event, task: Task) -> bool:
    if not task.owner or not isinstance(event, TaskAdded | TaskAssigned):
        return False
    return (event.number, event.owner) == (task.number, task.owner)


def _gives(event: Event, role: str) -> bool:
    return isinstance(event, RoleAssigned) and event.role == role


SLICE: Slice[Incident] = Slice(
    "deactivation", commands=(CommandRule(LeaveWorkspace, left, Until.NEVER),)
)
