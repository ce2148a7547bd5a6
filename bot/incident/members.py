"""Who is in on an incident, and so who may see a private one.

Everybody may see a public one. A private one is seen by whoever declared it, was given a role or
was let into its channel, until they leave that. Who isn't known to be in may not see it.
"""

from dataclasses import dataclass

from bot.incident.events import Event, MemberJoined, MemberLeft
from bot.incident.incident import Incident
from bot.incident.outbound import outbound_messages
from bot.incident.row import IncidentRow


@dataclass(frozen=True, slots=True)
class RecordJoin:
    """The incident's channel, as Slack tells, or as we see from what they do there."""

    user: str


@dataclass(frozen=True, slots=True)
class RecordLeave:
    user: str


def joined(incident: Incident, command: RecordJoin) -> list[Event]:
    """Of a public one it need not be remembered."""
    if may_see(incident, command.user):
        return []
    return [MemberJoined(command.user)]


def left(incident: Incident, command: RecordLeave) -> list[Event]:
    if not incident.private or command.user not in incident.members:
        return []
    return [MemberLeft(command.user)]


def may_see(incident: Incident | IncidentRow, user: str) -> bool:
    """Whether the incident is shown to this person, wherever they look: in lists, by its number,
    on their home tab. The one rule for all of them."""
    return not incident.private or user in incident.members


def may_answer(incident: Incident, user: str) -> bool:
    """Whether this person may act on it from outside of its channel: who may see it, and whom it
    has written to. A page that tells nothing of it wants an answer before anybody is let in."""
    return may_see(incident, user) or any(
        each.to == f"@{user}" for each in outbound_messages(incident)
    )
