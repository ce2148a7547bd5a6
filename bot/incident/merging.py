"""Merging two incidents that turn out to be one: the other one ends, and its people and open tasks
move to this one.

Both sides are decided on both states and written together (see `Incidents.merge`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from bot.errors import Refused
from bot.incident.events import Event, MergedFrom, MergedInto, Stage, TaskAdded
from bot.incident.incident import BeforeAbsorbing, BeforeMerge, Incident
from bot.incident.lifecycle import move
from bot.incident.members import let_in, may_see
from bot.incident.severity import ChangeSeverity, change_severity
from bot.paging import evolve as paging
from bot.streams.access import Grants, runs_muster
from bot.streams.actor import Actor, User
from bot.streams.event import Command
from bot.streams.kind import Context, IndexChanges
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice


@dataclass(frozen=True, slots=True)
class AbsorbIncident(Command):
    """Take over the people and tasks of `other`."""

    other: Incident


@dataclass(frozen=True, slots=True)
class CloseAsMerged(Command):
    """End this incident as merged into `other`."""

    other: Incident


def absorb(incident: Incident, command: AbsorbIncident, context: Context) -> Sequence[Event]:
    """Raises `Refused` if the two can't become one."""
    other = command.other
    if other.merged and other.merged.incident == incident.id:
        return []
    _may_merge(other, into=incident)
    card = other.said.get("card")
    on_it = other.paging.acknowledged_by
    absorbed = MergedFrom(
        other.id,
        other.title,
        _responders(other),
        other.channel or "",
        card.ts if card else "",
        on_it,
        answers=bool(on_it) and _as_severe(other, incident),
    )
    first = len(incident.tasks) + 1
    tasks = (
        TaskAdded(number, each.text, each.owner, each.due, each.source)
        for number, each in enumerate(other.open_tasks, start=first)
    )
    return [*_as_severe_as(other, incident, context), absorbed, *tasks]


def close_as_merged(
    incident: Incident, command: CloseAsMerged, context: Context
) -> Sequence[Event]:
    """Work continues in the other incident."""
    other = command.other
    return [MergedInto(other.id, other.channel or "", other.private)]


def merged_notice(incident: Incident) -> str:
    """The notice that links to the remaining incident; for a private one it only says that it was
    merged.
    """
    merged = incident.merged
    assert merged is not None
    if merged.private:
        return f"{incident.id} was merged into a private incident."
    place = f" Type it in <#{merged.channel}>." if merged.channel else ""
    return f"{incident.id} was merged into {merged.incident}.{place}"


def newcomers(other: Incident, into: Incident) -> tuple[str, ...]:
    """The people who get into a private incident's channel if `other` is merged into it."""
    if not (into.private and into.is_open and other.is_open):
        return ()
    owners = (each.owner for each in other.open_tasks if each.owner)
    people = dict.fromkeys((*_responders(other), *owners))
    return tuple(each for each in people if not may_see(User(each), into))


def takes_part(actor: Actor, incident: Incident, grants: Grants) -> bool:
    """Whether they have a part in it, and so may end it by merging it: they declared it, have a
    role, acknowledged or joined it, are in its channel, or are an admin."""
    if runs_muster(actor) or grants.is_admin or (incident.private and may_see(actor, incident)):
        return True
    in_channel = incident.channel in {grants.channel, *grants.member_of} and incident.channel
    people = (*_responders(incident), *incident.joined)
    return bool(in_channel) or (isinstance(actor, User) and actor.id in people)


def less_severe(incident: Incident, other: Incident) -> bool:
    """Whether `incident` is less severe than `other`; False if their policies don't agree."""
    ranks = [each.id for each in incident.policy.severities]
    known = incident.severity_id in ranks and other.severity_id in ranks
    return known and ranks.index(incident.severity_id) > ranks.index(other.severity_id)


def _responders(other: Incident) -> tuple[str, ...]:
    """Who declared it, has a role in it or has acknowledged it."""
    people = (other.declarer, *other.roles.values(), *other.paging.acknowledged_by)
    return tuple(dict.fromkeys(filter(None, people)))


def _as_severe_as(other: Incident, incident: Incident, context: Context) -> Sequence[Event]:
    """The worse severity survives, and with it an escalation that isn't finished: the chain of
    that severity pages here, unless people who acknowledged the other one come along."""
    if not less_severe(incident, other):
        return []
    raised = ChangeSeverity(other.severity_id, f"{other.id} was {other.severity_id}")
    return change_severity(incident, raised, context)


def _as_severe(other: Incident, incident: Incident) -> bool:
    """Whether `other` was at least as severe when it was acknowledged."""
    ranks = [each.id for each in incident.policy.severities]
    if other.severity_id not in ranks:
        return False
    return ranks.index(other.severity_id) <= ranks.index(incident.severity_id)


def _may_merge(other: Incident, into: Incident) -> None:
    if other.id == into.id:
        raise Refused(
            f"{into.id} can't be merged into itself. Name the other incident, "
            "like `/incident merge INC-7`."
        )
    if not into.is_open:
        raise Refused(
            f"{into.id} is {into.stage}, so nothing can be merged into it. "
            "Reopen it first: `/incident reopen [reason]`."
        )
    if other.merged:
        raise Refused(merged_notice(other))
    if not other.is_open:
        raise Refused(f"{other.id} is already {other.stage}. Only open incidents can be merged.")
    if other.private and not into.private:
        raise Refused(
            f"{other.id} is private and {into.id} isn't, so everyone here would learn of it. "
            f"Merge the other way: type `/incident merge {into.id}` in the channel of {other.id}."
        )


# --- what follows --------------------------------------------------------------------------


def _absorbed(incident: Incident, recorded: Recorded[MergedFrom]) -> Incident:
    event = recorded.event
    taken_over = paging.take_over(incident.paging, recorded, event.on_it, answers=event.answers)
    merged_from = (*incident.merged_from, event)
    absorbed = replace(incident, merged_from=merged_from, paging=taken_over)
    after = reduce(let_in, event.people, absorbed)
    new = frozenset(each for each in event.people if not may_see(User(each), incident))
    before = _before(incident, recorded, new)
    return replace(after, absorbing={**incident.absorbing, recorded.seq: before})


def _before(
    incident: Incident, recorded: Recorded[MergedFrom], let_in: frozenset[str]
) -> BeforeAbsorbing:
    """The incident before the merge, also before it took over the severity, with the event before
    this one."""
    raised = incident.severity_before
    if raised and raised.seq == recorded.seq - 1 and incident.severity_at == recorded.at:
        return BeforeAbsorbing(raised.severity_id, raised.seq, raised.run, let_in)
    return BeforeAbsorbing(incident.severity_id, 0, incident.paging.run, let_in)


def _ended(incident: Incident, recorded: Recorded[MergedInto]) -> Incident:
    before = BeforeMerge(
        incident.stage,
        incident.reached,
        incident.corrected,
        incident.cadence_reset_at,
        incident.paging.run,
    )
    ended = move(incident, Stage.MERGED, recorded)
    return replace(ended, merged=recorded.event, before_merge=before)


def _line_absorbed(incident: Incident, recorded: Recorded[MergedFrom]) -> Line:
    event = recorded.event
    text = f"Merged {event.incident}: {event.title}"
    return Line("merge", text, f"merged:{recorded.seq}", quoted=event.title)


def _line_ended(incident: Incident, recorded: Recorded[MergedInto]) -> Line:
    where = "a private incident" if recorded.event.private else recorded.event.incident
    return Line("merge", f"Merged into {where}", f"merged:{recorded.seq}")


MERGED = MessageKind("merged", "merged")

SLICE: Slice[Incident] = Slice(
    "merging",
    events=(
        EventRule(MergedFrom, "Absorbed", _absorbed, in_channel(MERGED), _line_absorbed),
        EventRule(
            MergedInto,
            "MergedInto",
            _ended,
            in_channel(MERGED),
            _line_ended,
            index=lambda _: IndexChanges(open=False),
        ),
    ),
    commands=(
        CommandRule(AbsorbIncident, absorb),
        CommandRule(CloseAsMerged, close_as_merged, always=True),
    ),
    messages=(MERGED,),
)
