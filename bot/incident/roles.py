"""Roles during an incident. A role has one holder, the one assigned last."""

from dataclasses import dataclass

from bot.errors import Refused
from bot.incident.events import Event, Recorded, RoleAssigned, RoleEmptied
from bot.incident.incident import Incident
from bot.incident.paging import answer

COMMANDER = "ic"


@dataclass(frozen=True, slots=True)
class AssignRole:
    """`if_open`: only if nobody holds it, because a button may be older than the last
    assignment.
    """

    role: str
    user: str
    if_open: bool = False


@dataclass(frozen=True, slots=True)
class UnassignRole:
    role: str


def assign(incident: Incident, command: AssignRole, by: str) -> list[Event]:
    """Assign the role. Assigning it to its holder changes nothing. People who take command
    themselves have acknowledged.
    """
    holder = incident.roles.get(command.role)
    if command.if_open and holder not in (None, command.user):
        raise Refused(
            f"<@{holder}> is {incident.role_title(command.role)} already. "
            f"To take over, agree with them and type `/incident role {command.role}`."
        )
    events: list[Event] = []
    if incident.roles.get(command.role) != command.user:
        events.append(RoleAssigned(command.role, command.user))
    takes_command = (command.role, command.user) == (COMMANDER, by)
    if takes_command and incident.is_open:
        events += answer(incident, by)
    return events


def held_before(incident: Incident, change: Recorded) -> str:
    """The previous holder at that change; empty if there was none."""
    role = getattr(change.event, "role", "")
    earlier = (each.event for each in reversed(incident.history) if each.seq < change.seq)
    for event in earlier:
        if isinstance(event, RoleAssigned | RoleEmptied) and event.role == role:
            return event.user if isinstance(event, RoleAssigned) else ""
    return ""


def unassign(incident: Incident, command: UnassignRole) -> list[Event]:
    return [RoleEmptied(command.role)] if command.role in incident.roles else []
