"""Who leaves the workspace leaves their roles: Slack tells of it, or refuses to write to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.incident.events import Event, HandoffWithdrawn, RoleEmptied, RoleGiven
from bot.incident.handoffs import asked, waiting
from bot.incident.incident import Delivery, Incident
from bot.incident.says import sayings

NOT_THERE = frozenset({"user_disabled", "user_not_found"})  # as Slack refuses


@dataclass(frozen=True, slots=True)
class LeaveWorkspace:
    user: str


def left(incident: Incident, command: LeaveWorkspace) -> list[Event]:
    """Their roles fall open, and nobody waits for their answer."""
    held = [role for role, holder in incident.roles.items() if holder == command.user]
    offered = [
        role.id
        for role in incident.policy.roles
        if asked(waiting(incident, role.id)) == command.user
    ]
    return [
        *(RoleEmptied(role, left=command.user) for role in held),
        *(HandoffWithdrawn(role, left=True) for role in offered),
    ]


def due(incident: Incident) -> list[Event]:
    """What follows from Slack's refusals; the news that they left may have missed us."""
    return [RoleEmptied(role, left=incident.roles[role]) for role, _ in _deserted(incident)]


def next_due(incident: Incident) -> datetime | None:
    return min((at for _, at in _deserted(incident)), default=None)


def _deserted(incident: Incident) -> Iterator[tuple[str, datetime]]:
    """The roles of those who Slack says are not there, and when it said so. What it said before
    they were given the role counts no more: they may be back."""
    refusals = {key: why for key, why in incident.failed.items() if why.reason in NOT_THERE}
    if not refusals or not incident.is_open:
        return
    for role, holder in incident.roles.items():
        given = max(each.at for each in incident.history if _gives(each.event, role))
        said = [at for at in _refused(holder, refusals, incident) if at >= given]
        if said:
            yield role, max(said)


def _refused(user: str, refusals: dict[str, Delivery], incident: Incident) -> list[datetime]:
    """When Slack refused to invite them, or to write to them."""
    keys = {f"member:{user}", *(each.key for each in sayings(incident) if each.to == f"@{user}")}
    return [refusals[key].at for key in keys & refusals.keys()]


def _gives(event: Event, role: str) -> bool:
    return isinstance(event, RoleGiven) and event.role == role
