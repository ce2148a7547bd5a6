"""Members of an incident, and so who may see a private one.

Everybody may see a public incident. A private one is visible to the person who declared it, to
role holders and to people who were let into its channel, until they leave it. Unknown people may
not see it.
"""

from dataclasses import dataclass

from bot.incident.events import Event, MemberJoined, MemberLeft
from bot.incident.incident import Incident
from bot.incident.row import IncidentRow
from bot.streams.access import runs_muster
from bot.streams.actor import Actor, User


@dataclass(frozen=True, slots=True)
class RecordJoin:
    """The person is in the incident's channel, as Slack reports or as their action there shows."""

    user: str


@dataclass(frozen=True, slots=True)
class RecordLeave:
    user: str


def joined(incident: Incident, command: RecordJoin) -> list[Event]:
    """Record that somebody joined; not needed for a public incident."""
    if may_see(User(command.user), incident):
        return []
    return [MemberJoined(command.user)]


def left(incident: Incident, command: RecordLeave) -> list[Event]:
    if not incident.private or command.user not in incident.members:
        return []
    return [MemberLeft(command.user)]


def may_see(actor: Actor, incident: Incident | IncidentRow) -> bool:
    """Whether `actor` may see the incident anywhere: in lists, by its number, on their Home tab.
    The one rule for all of these. Who may act on it: `access.py`.
    """
    if not incident.private or runs_muster(actor):
        return True
    return isinstance(actor, User) and actor.id in incident.members
