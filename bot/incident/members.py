"""Members of an incident, and so who may see a private one.

Everybody may see a public incident. A private one is visible to the person who declared it, to
role holders and to people who were let into its channel, until they leave it. Unknown people may
not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.incident.events import Event, MemberJoined, MemberLeft
from bot.incident.giving_up import give_up
from bot.incident.incident import Incident
from bot.incident.row import IncidentRow
from bot.incident.subscribers import end_all
from bot.streams.access import runs_muster
from bot.streams.actor import Actor, User
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Slice, Until

MEMBER = "member:"  # and a user id: the key of an invitation


@dataclass(frozen=True, slots=True)
class RecordJoin(Command):
    """The person is in the incident's channel, as Slack reports or as their action there shows."""

    user: str


@dataclass(frozen=True, slots=True)
class RecordLeave(Command):
    user: str


def joined(incident: Incident, command: RecordJoin, context: Context) -> Sequence[Event]:
    """Record that somebody joined; of a public incident only if they had left it."""
    if may_see(User(command.user), incident) and command.user not in incident.left:
        return []
    return [MemberJoined(command.user)]


def left(incident: Incident, command: RecordLeave, context: Context) -> Sequence[Event]:
    """Record that somebody left the channel. Of a private incident they give up what they had,
    because they may not see it any more. Of a public one it is recorded only if they have a job
    there, because what asks them goes to their direct messages from now on.
    """
    user = command.user
    if incident.private:
        if user not in incident.members:
            return []
        return [MemberLeft(user), *give_up(incident, user, left_workspace=False)]
    here = {incident.declarer, *incident.roles.values(), *incident.paging.acknowledged_by}
    goes = user in here - incident.left and not incident.is_over
    return [MemberLeft(user)] if goes else []


def may_see(actor: Actor, incident: Incident | IncidentRow) -> bool:
    """Whether `actor` may see the incident anywhere: in lists, by its number, on their Home tab.
    The one rule for all of these. Who may act on it: `access.py`.
    """
    if not incident.private or runs_muster(actor):
        return True
    return isinstance(actor, User) and actor.id in incident.members


def is_gone(user: str, incident: Incident) -> bool:
    """Whether this person has left a private incident, or was removed from its channel."""
    return incident.private and user not in incident.members


def with_members(then: Incident, now: Incident) -> Incident:
    """An earlier state with the members of now: who joined isn't decided, so `as_of` misses it."""
    return replace(then, members=now.members)


def let_in(incident: Incident, user: str) -> Incident:
    """Make somebody a member who has something to do. People who had left a private incident are
    invited again.
    """
    deliveries = incident.deliveries
    if incident.private and user not in incident.members:
        shown = {what: face for what, face in incident.shown.items() if what != f"{MEMBER}{user}"}
        deliveries = replace(deliveries, shown=shown)
    return replace(incident, members=incident.members | {user}, deliveries=deliveries)


def let_out(incident: Incident, users: frozenset[str]) -> Incident:
    """Take back that they were let in. Those who have been invited read the channel anyway."""
    invited = {user for user in users if f"{MEMBER}{user}" in incident.shown}
    return replace(incident, members=incident.members - (users - invited))


def _joined(incident: Incident, recorded: Recorded[MemberJoined]) -> Incident:
    user = recorded.event.user
    return replace(incident, members=incident.members | {user}, left=incident.left - {user})


def _left(incident: Incident, recorded: Recorded[MemberLeft]) -> Incident:
    user = recorded.event.user
    gone = replace(incident, members=incident.members - {user})
    if not incident.private:
        return replace(gone, left=gone.left | {user})
    return replace(end_all(gone, user), gone={**incident.gone, user: recorded.seq})


SLICE: Slice[Incident] = Slice(
    "members",
    events=(
        EventRule(MemberJoined, "MemberJoined", _joined),
        EventRule(MemberLeft, "MemberLeft", _left),
    ),
    commands=(
        CommandRule(RecordJoin, joined, Until.NEVER, always=True),
        CommandRule(RecordLeave, left, Until.NEVER, always=True),
    ),
)
