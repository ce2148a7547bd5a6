"""Roles during an incident. A role has one holder, the one assigned last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.incident.events import Event, RoleAssigned, RoleEmptied
from bot.incident.incident import Incident
from bot.incident.members import let_in
from bot.incident.offers import news_of_offer
from bot.incident.paging import answer, involve
from bot.streams.address import INCIDENT_CHANNEL, Person
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, OutboundMessage, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, because

COMMANDER = "ic"


@dataclass(frozen=True, slots=True)
class AssignRole(Command):
    """`if_open`: only if no one holds it, because a button may be older than the last
    assignment.
    """

    role: str
    user: str
    if_open: bool = False


@dataclass(frozen=True, slots=True)
class UnassignRole(Command):
    role: str


def assign(incident: Incident, command: AssignRole, context: Context) -> Sequence[Event]:
    """Assign the role. Assigning it to its holder changes nothing. People who take command
    themselves have acknowledged.
    """
    holder = incident.roles.get(command.role)
    if command.if_open and holder not in (None, command.user):
        raise Refused(
            f"<@{holder}> is already {incident.role_title(command.role)}. "
            f"To take over, check with them, then type `/incident role {command.role}`."
        )
    events: list[Event] = []
    if incident.roles.get(command.role) != command.user:
        events.append(RoleAssigned(command.role, command.user))
    takes_command = (command.role, command.user) == (COMMANDER, context.by)
    if takes_command and incident.is_open:
        events += answer(incident, context.by)
    return events


def unassign(incident: Incident, command: UnassignRole, context: Context) -> Sequence[Event]:
    """Nothing happens if no one holds the role."""
    return [RoleEmptied(command.role)] if command.role in incident.roles else []


def held_before(incident: Incident, change: Recorded[Event]) -> str:
    """The previous holder at that change; empty if there was none."""
    role = getattr(change.event, "role", "")
    earlier = (each.event for each in reversed(incident.history) if each.seq < change.seq)
    for event in earlier:
        if isinstance(event, RoleAssigned | RoleEmptied) and event.role == role:
            return event.user if isinstance(event, RoleAssigned) else ""
    return ""


# --- what follows --------------------------------------------------------------------------


def _assigned(incident: Incident, recorded: Recorded[RoleAssigned]) -> Incident:
    role, user = recorded.event.role, recorded.event.user
    given = let_in(replace(incident, roles={**incident.roles, role: user}), user)
    return involve(given, recorded) if (role, user) == (COMMANDER, recorded.by) else given


def _emptied(incident: Incident, recorded: Recorded[RoleEmptied]) -> Incident:
    role = recorded.event.role
    return replace(
        incident,
        roles={held: user for held, user in incident.roles.items() if held != role},
        emptied_at={**incident.emptied_at, role: recorded.at},
    )


def _still_holds(incident: Incident, message: OutboundMessage) -> bool:
    event: RoleAssigned = message.about.event
    return incident.roles.get(event.role) == event.user


ROLE = MessageKind("role", "role")
BRIEFING = MessageKind("briefing", "briefing", _still_holds)


def was_briefed(incident: Incident, assigned: Recorded[Event]) -> bool:
    """Whether the person got the briefing of this role before: it is sent once."""
    if not incident.policy.together:
        return False
    earlier = (each for each in incident.history if each.seq < assigned.seq)
    return any(
        each.event == assigned.event and _briefing_key(each) in incident.said for each in earlier
    )


def _briefing_key(assigned: Recorded[Event]) -> str:
    return f"briefing:{assigned.seq}"


def _messages(incident: Incident, recorded: Recorded[RoleAssigned]) -> Iterator[OutboundMessage]:
    yield OutboundMessage(f"role:{recorded.seq}", ROLE, INCIDENT_CHANNEL, recorded)
    if not was_briefed(incident, recorded):
        holder = Person(recorded.event.user)
        yield OutboundMessage(_briefing_key(recorded), BRIEFING, holder, recorded)
    yield from news_of_offer(incident, recorded)


def _line_assigned(incident: Incident, recorded: Recorded[RoleAssigned]) -> Line:
    event = recorded.event
    text = f"<@{event.user}> is {incident.role_title(event.role)}"
    return Line("role", text, f"role:{recorded.seq}")


def _line_emptied(incident: Incident, recorded: Recorded[RoleEmptied]) -> Line:
    event = recorded.event
    gone = f"<@{event.left}> left the workspace" if event.left else ""
    text = because(f"{incident.role_title(event.role)} is unassigned", gone)
    return Line("role", text, f"role:{recorded.seq}")


SLICE: Slice[Incident] = Slice(
    "roles",
    events=(
        EventRule(
            RoleAssigned, "RoleGiven", _assigned, _messages, _line_assigned, is_progress=True
        ),
        EventRule(
            RoleEmptied, "RoleEmptied", _emptied, in_channel(ROLE), _line_emptied, is_progress=True
        ),
    ),
    commands=(
        CommandRule(AssignRole, assign, always=True),
        CommandRule(UnassignRole, unassign, always=True),
    ),
    messages=(ROLE, BRIEFING),
)
