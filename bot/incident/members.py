"""Members of an incident, and so who may see a private one.

Everybody may see a public incident. A private one is visible to the person who declared it, to
role holders and to people who were let into its channel, until they leave it. Unknown people may
not see it.
"""

from dataclasses import dataclass

from bot.incident.events import Event, MemberJoined, MemberLeft
from bot.incident.incident import Incident
from bot.incident.outbound import outbound_messages


@dataclass(frozen=True, slots=True)
class RecordJoin:
    """The person is in the incident's channel, as Slack reports or as their action there shows."""

    user: str


@dataclass(frozen=True, slots=True)
class RecordLeave:
    user: str


def joined(incident: Incident, command: RecordJoin) -> list[Event]:
    """Record that somebody joined; not needed for a public incident."""
    if may_see(incident, command.user):
        return []
    return [MemberJoined(command.user)]


def left(incident: Incident, command: RecordLeave) -> list[Event]:
    if not incident.private or command.user not in incident.members:
        return []
    return [MemberLeft(command.user)]


def may_see(incident: Incident, user: str) -> bool:
    """Whether this person may see the incident anywhere: in lists, by its number, on their Home
    tab. The one rule for all of these.
    """
    return not incident.private or user in incident.members


def may_answer(incident: Incident, user: str) -> bool:
    """Whether this person may act on it from outside its channel: people who may see it, and
    people it has messaged. A page that reveals nothing of a private incident can be answered
    before the person is let in.
    """
    return may_see(incident, user) or any(
        each.to == f"@{user}" for each in outbound_messages(incident)
    )
