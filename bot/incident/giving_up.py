"""The end of a person's part in an incident: roles, tasks, and offers of a role."""

from bot.incident.events import Event, HandoffWithdrawn, RoleEmptied, TaskAssigned
from bot.incident.incident import Incident
from bot.incident.offers import asked, waiting


def empty(role: str, left: str = "") -> Event:
    """The event that empties a role. `left`: its holder, if they left the workspace."""
    return RoleEmptied(role, left=left)


def give_up(incident: Incident, user: str, *, left_workspace: bool) -> list[Event]:
    """Empty their roles, withdraw the offers made to them and unassign their tasks; nothing once
    the incident is over. `left_workspace`: the messages say so."""
    if incident.is_over:
        return []
    left = user if left_workspace else ""
    held = [role for role, holder in incident.roles.items() if holder == user]
    offered = [
        each.id for each in incident.policy.roles if asked(waiting(incident, each.id)) == user
    ]
    return [
        *(empty(role, left) for role in held),
        *(HandoffWithdrawn(role, left=left_workspace) for role in offered),
        *(
            TaskAssigned(each.number, "", left=left)
            for each in incident.open_tasks
            if each.owner == user
        ),
    ]
