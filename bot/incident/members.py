"""Who is in on an incident, and so who may see a private one.

Everybody may see a public one. A private one is seen by whoever declared it, was given a role or
was let into its channel, until they leave that. Who isn't known to be in may not see it.
"""

from dataclasses import dataclass

from bot.incident.events import Event, MemberJoined, MemberLeft
from bot.incident.incident import Incident
from bot.streams.access import runs_muster
from bot.streams.actor import Actor, User


@dataclass(frozen=True, slots=True)
class RecordJoin:
    """The incident's channel, as Slack tells, or as we see from what they do there."""

    user: str


@dataclass(frozen=True, slots=True)
class RecordLeave:
    user: str


def joined(incident: Incident, command: RecordJoin) -> list[Event]:
    """Of a public one it need not be remembered."""
    if may_see(User(command.user), incident):
        return []
    return [MemberJoined(command.user)]


def left(incident: Incident, command: RecordLeave) -> list[Event]:
    if not incident.private or command.user not in incident.members:
        return []
    return [MemberLeft(command.user)]


def may_see(actor: Actor, incident: Incident) -> bool:
    """Whether the incident is shown to `actor`, wherever they look: in lists, by its number, on
    their home tab. The one rule for all of them. Who may act on it: `access.py`."""
    if not incident.private or runs_muster(actor):
        return True
    return isinstance(actor, User) and actor.id in incident.members
